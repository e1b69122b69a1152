//
// Connector.cpp
//

#include "Shared/Connector.h"

#include "Shared/SocketOptions.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <exception>
#include <optional>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace Bore
{

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;
using Reason = ConnectException::Reason;

namespace
{

constexpr int CANCEL_LOOK_MS = 100; // between two looks at the flag, while a peer does not answer

ConnectException failure(int error)
{
	switch (error)
	{
	case ECONNREFUSED:
		return {Reason::Refused, "connection refused"};
	case ETIMEDOUT:
		return {Reason::Timeout, "timed out"};
	case ECANCELED:
		return {Reason::Other, "we were asked to stop"};
	case ENETUNREACH:
	case EHOSTUNREACH:
		return {Reason::Other, "no route to host"};
	case EMFILE:
	case ENFILE:
		return {Reason::Shortage, std::system_category().message(error)};
	default:
		return {Reason::Other, std::system_category().message(error)};
	}
}

std::vector<SocketAddress> resolve(const std::string& host, std::uint16_t port)
{
	Poco::Net::IPAddress literal;
	if (Poco::Net::IPAddress::tryParse(host, literal)) return {SocketAddress(literal, port)};

	std::vector<SocketAddress> result;
	try
	{
		// Without AI_ADDRCONFIG, which hides ::1 on a machine that has no
		// other IPv6 address.
		const auto entry = Poco::Net::DNS::hostByName(host, Poco::Net::DNS::DNS_HINT_NONE);
		for (const auto& address : entry.addresses()) result.emplace_back(address, port);
	}
	catch (const Poco::Exception&)
	{
		// The text below says all that a user can act on.
	}
	if (result.empty())
	{
		throw ConnectException(Reason::Resolve, "cannot resolve \"" + host + "\": check the name");
	}
	return result;
}

StreamSocket openSocket(int family)
{
	const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) throw failure(errno);
	try
	{
		return StreamSocket(new Poco::Net::StreamSocketImpl(fd));
	}
	catch (...)
	{
		::close(fd);
		throw;
	}
}

int pendingError(int fd) noexcept
{
	int error = 0;
	socklen_t size = sizeof(error);
	return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

int awaitConnected(
	int fd, TimePoint deadline, const Clock& clock, const std::atomic<bool>* cancelled) noexcept
/// 0 or the error.
{
	pollfd entry{fd, POLLOUT, 0};
	for (;;)
	{
		if (cancelled != nullptr && *cancelled) return ECANCELED;
		const TimePoint now = clock.now();
		const int left = millisecondsUntil(deadline, now);
		const int n = ::poll(&entry, 1, cancelled != nullptr ? std::min(left, CANCEL_LOOK_MS) : left);
		if (n > 0) return (entry.revents & (POLLERR | POLLHUP)) != 0 ? pendingError(fd) : 0;
		if (n < 0 && errno != EINTR) return errno;
		if (now >= deadline) return ETIMEDOUT;
	}
}

} // namespace

Connector::Connector(const Clock& clock, const std::atomic<bool>* cancelled, const Keepalive& keepalive)
	: _clock(&clock)
	, _cancelled(cancelled)
	, _keepalive(keepalive)
{
}

void Connector::setKeepalive(const Keepalive& keepalive)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_keepalive = keepalive;
}

Keepalive Connector::keepalive() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _keepalive;
}

StreamSocket Connector::connect(const std::string& host, std::uint16_t port, TimePoint deadline) const
{
	return connectAny(resolve(host, port), deadline);
}

StreamSocket Connector::connect(const SocketAddress& address, TimePoint deadline) const
{
	return finish(begin(address), address, deadline);
}

StreamSocket Connector::begin(const SocketAddress& address) const
{
	StreamSocket socket = openSocket(address.af());
	prepareStream(socket);
	tuneKeepalive(socket, keepalive());
	easeLoopback(socket, address.host());
	// An interrupted connect goes on by itself, like one in progress.
	if (::connect(socket.impl()->sockfd(), address.addr(), address.length()) != 0 && errno != EINPROGRESS &&
		errno != EINTR)
		throw failure(errno);
	return socket;
}

StreamSocket Connector::finish(StreamSocket socket, const SocketAddress& address, TimePoint deadline) const
{
	const int fd = socket.impl()->sockfd();
	if (const int error = awaitConnected(fd, deadline, *_clock, _cancelled); error != 0) throw failure(error);
	if (isSelfConnected(socket, address.port())) throw failure(ECONNREFUSED);

	// One call where Poco's setBlocking takes two.
	int nonBlocking = 0;
	if (::ioctl(fd, FIONBIO, &nonBlocking) != 0) throw failure(errno);
	return socket;
}

StreamSocket Connector::connectAny(const std::vector<SocketAddress>& addresses, TimePoint deadline) const
{
	assert(!addresses.empty());
	std::optional<ConnectException> reported;
	auto left = static_cast<Duration::rep>(addresses.size());
	for (const auto& address : addresses)
	{
		const TimePoint now = _clock->now();
		try
		{
			return connect(address, now + (deadline - now) / left);
		}
		catch (const ConnectException& exc)
		{
			// "no route" says little where another address answered.
			if (!reported || (reported->reason() == Reason::Other && exc.reason() != Reason::Other))
			{
				reported = exc;
			}
		}
		--left;
	}
	throw ConnectException(*reported);
}

bool Connector::isSelfConnected(const StreamSocket& socket, std::uint16_t peerPort) noexcept
{
	try
	{
		const SocketAddress own = socket.address();
		return own.port() == peerPort && own == socket.peerAddress();
	}
	catch (const std::exception&)
	{
		// Reset already, so by another.
		return false;
	}
}

} // namespace Bore
