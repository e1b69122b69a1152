//
// Dismissal.cpp
//

#include "Server/Dismissal.h"

#include "Shared/Message.h"
#include "Shared/ProtocolException.h"
#include "Shared/StreamIo.h"

#include <array>
#include <string>

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
	static_cast<void>(endSending(_stream.socket())); // a peer without room for it sees the close
	return true;
}

bool Dismissal::goesOn(bool expired) noexcept
{
	std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
	for (int i = 0; i < MAX_DISCARDS; ++i)
	{
		const auto got = receiveSome(_stream.socket(), bytes.data(), bytes.size());
		if (got.mustWait()) break;
		if (got.outcome != Io::Moved) return false;
	}
	// A peer that never stops sending wakes us by its bytes, not by the deadline.
	return !expired && _clock.now() < _deadline;
}

} // namespace Bore
