//
// FrameStream.cpp
//

#include "Shared/FrameStream.h"

#include "Shared/ProtocolException.h"
#include "Shared/TlsStream.h"

#include <cerrno>
#include <cstddef>
#include <poll.h>
#include <system_error>

namespace Bore
{

namespace
{

[[noreturn]] void throwGone(const Poco::Net::StreamSocket& socket, int error)
{
	if (const auto* tls = TlsStream::of(socket))
		if (const auto failure = tls->failure(); failure.kind == TlsFailure::Kind::Alert)
			throw TlsException(failure.describe());
	throw PeerGoneException("the peer ended the connection: " + failureOf(socket, error));
}

short eventFor(Io wanted) noexcept
{
	return wanted == Io::WantsWrite ? POLLOUT : POLLIN;
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
		const IoResult sent = sendSome(_socket, data, left);
		if (sent.outcome == Io::Failed) throwGone(_socket, sent.error);
		if (sent.mustWait()) waitFor(eventFor(sent.outcome), deadline);
		data += sent.bytes;
		left -= sent.bytes;
	}
}

std::string FrameStream::receive(std::optional<TimePoint> deadline)
{
	for (;;)
	{
		if (auto frame = poll()) return *std::move(frame);
		waitFor(eventFor(_wanted), deadline);
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
	const IoResult got = receiveSome(_socket, _buffer.writable(), _buffer.room());
	_wanted = got.outcome;
	if (got.mustWait()) return false;
	if (got.outcome == Io::Ended) throw PeerGoneException("the peer closed the connection");
	if (got.outcome == Io::Failed) throwGone(_socket, got.error);
	_buffer.commit(got.bytes);
	return true;
}

void FrameStream::await(TimePoint deadline) const
{
	waitFor(eventFor(_wanted), millisecondsUntil(deadline, _clock->now()));
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
