//
// StreamIo.cpp
//

#include "Shared/StreamIo.h"

#include "Shared/TlsStream.h"

#include <cerrno>
#include <sys/socket.h>
#include <system_error>

namespace Bore
{

namespace
{

IoResult failed(int error, Io wanted) noexcept
{
	if (error == EAGAIN || error == EWOULDBLOCK) return {wanted};
	return {Io::Failed, 0, false, error};
}

} // namespace

IoResult receiveSome(const Poco::Net::StreamSocket& socket, char* data, std::size_t size) noexcept
{
	if (auto* tls = TlsStream::of(socket)) return tls->receive(data, size);
	ssize_t got = 0;
	do got = ::recv(socket.impl()->sockfd(), data, size, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0) return failed(errno, Io::WantsRead);
	if (got == 0) return {Io::Ended};
	const auto bytes = static_cast<std::size_t>(got);
	// A short read has emptied the socket: asking again would cost a system
	// call to be told so. If an end is behind it, poll says it.
	return {Io::Moved, bytes, bytes == size};
}

IoResult sendSome(const Poco::Net::StreamSocket& socket, const char* data, std::size_t size) noexcept
{
	if (auto* tls = TlsStream::of(socket)) return tls->send(data, size);
	ssize_t done = 0;
	do done = ::send(socket.impl()->sockfd(), data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (done < 0 && errno == EINTR);
	if (done < 0) return failed(errno, Io::WantsWrite);
	return {Io::Moved, static_cast<std::size_t>(done)};
}

Io endSending(const Poco::Net::StreamSocket& socket) noexcept
{
	if (auto* tls = TlsStream::of(socket)) return tls->endSending();
	return ::shutdown(socket.impl()->sockfd(), SHUT_WR) == 0 ? Io::Moved : Io::Failed;
}

bool hasBuffered(const Poco::Net::StreamSocket& socket) noexcept
{
	const auto* tls = TlsStream::of(socket);
	return tls != nullptr && tls->hasBuffered();
}

bool isSecure(const Poco::Net::StreamSocket& socket) noexcept
{
	return TlsStream::of(socket) != nullptr;
}

std::string failureOf(const Poco::Net::StreamSocket& socket, int error)
{
	if (const auto* tls = TlsStream::of(socket))
		if (auto text = tls->failure().describe(); !text.empty()) return text;
	return std::system_category().message(error);
}

} // namespace Bore
