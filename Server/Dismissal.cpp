//
// Dismissal.cpp
//

#include "Server/Dismissal.h"

#include "Shared/Message.h"
#include "Shared/ProtocolException.h"

#include <array>
#include <cerrno>
#include <string>
#include <sys/socket.h>

namespace Bore
{

namespace
{

constexpr int MAX_DISCARDS = 16; // reads in a row, then others have their turn

} // namespace

Dismissal::Dismissal(FrameStream& stream, const Clock& clock, TimePoint deadline) noexcept
	: _stream(stream)
	, _clock(clock)
	, _deadline(deadline)
{
}

bool Dismissal::begin(std::string_view errorText)
{
	_begun = true;
	try
	{
		if (!errorText.empty())
			_stream.send(format(ServerMessage{Error{std::string(errorText)}}), _clock.now());
	}
	catch (const PeerTimeoutException&)
	{
		return false;
	}
	::shutdown(_stream.socket().impl()->sockfd(), SHUT_WR);
	return true;
}

bool Dismissal::goesOn(bool expired) noexcept
{
	std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
	const int fd = _stream.socket().impl()->sockfd();
	for (int i = 0; i < MAX_DISCARDS; ++i)
	{
		const auto got = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
		if (got > 0) continue;
		if (got < 0 && errno == EINTR) continue;
		if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return false;
		break;
	}
	// A peer that never stops sending wakes us by its bytes, not by the deadline.
	return !expired && _clock.now() < _deadline;
}

} // namespace Bore
