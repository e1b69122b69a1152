//
// Socket.cpp
//

#include "bench/Socket.h"

#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>

namespace Bore::Bench
{

namespace
{

constexpr int BACKLOG = 4096; // the kernel's own limit on Debian 12

[[noreturn]] void fail(const char* call)
{
	throw std::system_error(errno, std::generic_category(), call);
}

void setOption(int fd, int level, int option, int value)
{
	if (::setsockopt(fd, level, option, &value, sizeof(value)) != 0) fail("setsockopt");
}

void setTimeout(int fd, Duration timeout)
{
	const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(timeout).count();
	timeval value{};
	value.tv_sec = microseconds / 1'000'000;
	value.tv_usec = microseconds % 1'000'000;
	for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO})
		if (::setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value)) != 0) fail("setsockopt");
}

bool wouldBlock() noexcept
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

} // namespace

Socket::Socket(Descriptor descriptor) noexcept
	: _descriptor(std::move(descriptor))
{
}

Socket Socket::listenOn(const Poco::Net::SocketAddress& address)
{
	Socket result(
		Descriptor::checked(::socket(address.af(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
	setOption(result.fd(), SOL_SOCKET, SO_REUSEADDR, 1);
	if (::bind(result.fd(), address.addr(), address.length()) != 0) fail("bind");
	if (::listen(result.fd(), BACKLOG) != 0) fail("listen");
	return result;
}

Socket Socket::connectTo(
	const Poco::Net::SocketAddress& to, Duration timeout, const std::optional<Poco::Net::SocketAddress>& from)
{
	Socket result(Descriptor::checked(::socket(to.af(), SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
	setOption(result.fd(), IPPROTO_TCP, TCP_NODELAY, 1);
	setTimeout(result.fd(), timeout);
	if (from)
	{
		// The port is chosen by connect, which knows the other end: one port serves many pairs.
		setOption(result.fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
		if (::bind(result.fd(), from->addr(), from->length()) != 0) fail("bind");
	}
	if (::connect(result.fd(), to.addr(), to.length()) != 0) fail("connect");
	return result;
}

Socket Socket::accept() const
{
	Socket result(Descriptor(::accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)));
	if (result) setOption(result.fd(), IPPROTO_TCP, TCP_NODELAY, 1);
	return result;
}

void Socket::sendAll(const void* data, std::size_t size) const
{
	const char* at = static_cast<const char*>(data);
	while (size > 0)
	{
		const ssize_t sent = ::send(fd(), at, size, MSG_NOSIGNAL);
		if (sent >= 0)
		{
			at += sent;
			size -= static_cast<std::size_t>(sent);
			continue;
		}
		if (errno == EINTR) continue;
		if (!wouldBlock() || (::fcntl(fd(), F_GETFL) & O_NONBLOCK) == 0) fail("send");
		pollfd wait{fd(), POLLOUT, 0};
		if (::poll(&wait, 1, -1) < 0 && errno != EINTR) fail("poll");
	}
}

std::optional<std::size_t> Socket::trySend(const void* data, std::size_t size) const
{
	const ssize_t sent = ::send(fd(), data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent >= 0) return static_cast<std::size_t>(sent);
	if (!wouldBlock()) fail("send");
	return std::nullopt;
}

std::size_t Socket::receive(void* data, std::size_t size) const
{
	ssize_t received = ::recv(fd(), data, size, 0);
	while (received < 0 && errno == EINTR) received = ::recv(fd(), data, size, 0);
	if (received < 0) fail("receive");
	return static_cast<std::size_t>(received);
}

std::optional<std::size_t> Socket::tryReceive(void* data, std::size_t size) const
{
	const ssize_t received = ::recv(fd(), data, size, MSG_DONTWAIT);
	if (received >= 0) return static_cast<std::size_t>(received);
	if (!wouldBlock() && errno != EINTR) fail("receive");
	return std::nullopt;
}

void Socket::receiveAll(void* data, std::size_t size) const
{
	char* at = static_cast<char*>(data);
	while (size > 0)
	{
		const std::size_t received = receive(at, size);
		if (received == 0) throw std::runtime_error("the connection ended before the answer was complete");
		at += received;
		size -= received;
	}
}

void Socket::setBlocking() const
{
	const int flags = ::fcntl(fd(), F_GETFL);
	if (flags < 0 || ::fcntl(fd(), F_SETFL, flags & ~O_NONBLOCK) != 0) fail("fcntl");
}

void Socket::shutdownSend() const noexcept
{
	::shutdown(fd(), SHUT_WR);
}

void Socket::shutdown() const noexcept
{
	::shutdown(fd(), SHUT_RDWR);
}

void Socket::abortOnClose() const noexcept
{
	const linger value{1, 0};
	::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &value, sizeof(value));
}

std::uint16_t Socket::port() const
{
	sockaddr_storage address{};
	socklen_t length = sizeof(address);
	auto* const generic = reinterpret_cast<sockaddr*>(&address);
	if (::getsockname(fd(), generic, &length) != 0) fail("getsockname");
	return Poco::Net::SocketAddress(generic, length).port();
}

} // namespace Bore::Bench
