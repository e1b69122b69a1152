//
// NotifyReceiver.cpp
//

#include "testsuite/support/NotifyReceiver.h"

#include "testsuite/support/Eventually.h"

#include <algorithm>
#include <array>
#include <cppunit/TestAssert.h>
#include <cstddef>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <utility>

namespace Bore::Test
{

namespace
{

Descriptor boundTo(const std::string& address)
{
	sockaddr_un name = {};
	name.sun_family = AF_UNIX;
	CPPUNIT_ASSERT(address.size() < sizeof(name.sun_path));
	std::copy(address.begin(), address.end(), name.sun_path);
	if (address.front() == '@') name.sun_path[0] = '\0';
	Descriptor socket =
		Descriptor::checked(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
	const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
	CPPUNIT_ASSERT_EQUAL(0, ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), size));
	return socket;
}

} // namespace

NotifyReceiver::NotifyReceiver(Kind kind)
	// The folder's name is nobody else's, so it makes a good abstract one, too.
	: _address(kind == Kind::Abstract ? "@" + _directory.path() : _directory.path("notify"))
	, _socket(boundTo(_address))
{
}

NotifyReceiver::NotifyReceiver(std::string address)
	: _address(std::move(address))
	, _socket(boundTo(_address))
{
}

std::string NotifyReceiver::receive()
{
	const auto message = next(static_cast<int>(std::chrono::milliseconds(PATIENCE).count()));
	CPPUNIT_ASSERT_MESSAGE("no message in time", message.has_value());
	return *message;
}

std::string NotifyReceiver::receiveWith(const std::string& text)
{
	const auto deadline = std::chrono::steady_clock::now() + PATIENCE;
	while (std::chrono::steady_clock::now() < deadline)
	{
		std::string message = receive();
		if (message.find(text) != std::string::npos) return message;
	}
	CPPUNIT_FAIL("no message with \"" + text + "\" in time");
	return {};
}

std::vector<std::string> NotifyReceiver::waiting()
{
	std::vector<std::string> messages;
	while (auto message = next(0)) messages.push_back(std::move(*message));
	return messages;
}

std::optional<std::string> NotifyReceiver::next(int milliseconds)
{
	pollfd sender{_socket.get(), POLLIN, 0};
	if (::poll(&sender, 1, milliseconds) <= 0) return std::nullopt;
	std::array<char, 4096> buffer{};
	const auto size = ::recv(_socket.get(), buffer.data(), buffer.size(), 0);
	CPPUNIT_ASSERT(size >= 0);
	return std::string(buffer.data(), static_cast<std::size_t>(size));
}

} // namespace Bore::Test
