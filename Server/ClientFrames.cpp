//
// ClientFrames.cpp
//

#include "Server/ClientFrames.h"

#include "Shared/ProtocolException.h"

#include <chrono>

namespace Bore
{

namespace
{

constexpr unsigned MAX_FRAMES_PER_SECOND = 100; // our extension's rule: more is a flood
constexpr std::chrono::seconds LONGEST_SILENCE{
	10}; // our extension's rule: five signs of life that did not come

} // namespace

ClientFrames::ClientFrames(FrameStream& control, const Clock& clock) noexcept
	: _control(control)
	, _clock(clock)
{
}

std::optional<std::string> ClientFrames::next()
{
	auto frame = _control.poll();
	if (!frame) return frame;
	const TimePoint now = _clock.now();
	_lastSign = now;
	if (now - _second >= std::chrono::seconds(1))
	{
		_second = now;
		_inSecond = 0;
	}
	if (++_inSecond > MAX_FRAMES_PER_SECOND) throw ProtocolException("the client sent too many frames");
	return frame;
}

void ClientFrames::expectSigns() noexcept
{
	_signsExpected = true;
	_lastSign = _clock.now();
}

bool ClientFrames::isSilent() const noexcept
{
	return _signsExpected && _clock.now() - _lastSign >= LONGEST_SILENCE;
}

} // namespace Bore
