//
// FrameStream.cpp
//

#include "Shared/FrameStream.h"

#include "Shared/ProtocolException.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <cerrno>
#include <cstddef>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <system_error>

namespace Bore
{

namespace
{

bool wouldBlock(int error) noexcept
{
	return error == EAGAIN || error == EWOULDBLOCK;
}

[[noreturn]] void throwGone(int error)
{
	throw PeerGoneException("the peer ended the connection: " + std::system_category().message(error));
}

} // namespace

FrameStream::FrameStream(Poco::Net::StreamSocket socket, const Clock& clock)
	: _socket(std::move(socket))
	, _clock(&clock)
{
}

void FrameStream::send(const std::string& frame, TimePoint deadline)
{
	// The NUL that ends a std::string ends the frame.
	const char* data = frame.c_str();
	std::size_t left = frame.size() + 1;
	while (left > 0)
	{
		const ssize_t n = ::send(_socket.impl()->sockfd(), data, left, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n >= 0)
		{
			data += n;
			left -= static_cast<std::size_t>(n);
		}
		else if (wouldBlock(errno))
			waitFor(POLLOUT, deadline);
		else if (errno != EINTR)
			throwGone(errno);
	}
}

std::string FrameStream::receive(std::optional<TimePoint> deadline)
{
	for (;;)
	{
		if (auto frame = poll()) return *std::move(frame);
		waitFor(POLLIN, deadline);
	}
}

std::optional<std::string> FrameStream::poll()
{
	for (;;)
	{
		if (auto frame = _buffer.next()) return frame;
		if (!fill()) return std::nullopt;
	}
}

bool FrameStream::fill()
{
	for (;;)
	{
		const ssize_t n = ::recv(_socket.impl()->sockfd(), _buffer.writable(), _buffer.room(), MSG_DONTWAIT);
		if (n > 0)
		{
			_buffer.commit(static_cast<std::size_t>(n));
			return true;
		}
		if (n == 0) throw PeerGoneException("the peer closed the connection");
		if (wouldBlock(errno)) return false;
		if (errno != EINTR) throwGone(errno);
	}
}

void FrameStream::await(TimePoint deadline) const
{
	waitFor(POLLIN, millisecondsUntil(deadline, _clock->now()));
}

void FrameStream::waitFor(short events, std::optional<TimePoint> deadline) const
{
	int timeout = -1;
	if (deadline)
	{
		const TimePoint now = _clock->now();
		if (now >= *deadline) throw PeerTimeoutException("the peer did not answer in time");
		timeout = millisecondsUntil(*deadline, now);
	}
	waitFor(events, timeout);
}

void FrameStream::waitFor(short events, int milliseconds) const
{
	// An early return, by a signal or with an error pending, is no harm:
	// the caller tries again, and comes back here if it must.
	pollfd entry{_socket.impl()->sockfd(), events, 0};
	if (::poll(&entry, 1, milliseconds) < 0 && errno != EINTR)
	{
		throw std::system_error(errno, std::system_category(), "poll");
	}
}

} // namespace Bore
