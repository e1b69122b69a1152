//
// NotifySocket.cpp
//

#include "Shared/NotifySocket.h"

#include "Shared/LogText.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <system_error>

namespace Bore
{

NotifySocket::NotifySocket(const std::string& address)
	: _problem(take(address))
{
}

NotifySocket::Outcome NotifySocket::send(const std::string& message) const noexcept
{
	if (!_socket) return Outcome::Failed;
	// By its name each time: a service manager that starts anew has another socket there.
	const auto* const address = reinterpret_cast<const sockaddr*>(&_address);
	if (::sendto(
			_socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL, address, _size) >= 0)
		return Outcome::Sent;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? Outcome::Full : Outcome::Failed;
}

std::string NotifySocket::take(const std::string& address)
{
	const std::string name = "NOTIFY_SOCKET \"" + escapeForLog(address) + "\"";
	const bool isAbstract = !address.empty() && address.front() == '@';
	if (!isAbstract && (address.empty() || address.front() != '/'))
		return name + " is neither an absolute path nor an abstract name (@...): nobody is told anything";
	if (address.size() < 2 || address.size() >= sizeof(_address.sun_path))
		return name + " is no name that a socket can have: nobody is told anything";

	_address.sun_family = AF_UNIX;
	std::copy(address.begin(), address.end(), _address.sun_path);
	if (isAbstract) _address.sun_path[0] = '\0';
	// An abstract name ends where its size says; a path has its NUL.
	_size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() + (isAbstract ? 0 : 1));
	_socket = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	if (_socket) return {};
	return "no socket to send to NOTIFY_SOCKET from: " + std::generic_category().message(errno);
}

} // namespace Bore
