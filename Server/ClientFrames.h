//
// ClientFrames.h
//
// What a tunnel's client says after Hello.
//

#ifndef Bore_Server_ClientFrames_INCLUDED
#define Bore_Server_ClientFrames_INCLUDED

#include "Shared/Clock.h"
#include "Shared/FrameStream.h"

#include <optional>
#include <string>

namespace Bore
{

class ClientFrames
/// Reads the frames that come on a control connection whose tunnel is
/// open: no more than 100 a second, and, once signs of life were agreed on
/// (our extension: after a Grant), never 10 s without one. For one thread.
{
public:
	ClientFrames(FrameStream& control, const Clock& clock) noexcept;
	/// Both must outlive this.

	[[nodiscard]] std::optional<std::string> next();
	/// The next frame, if it is there. Throws what FrameStream::poll()
	/// throws, and ProtocolException if there are too many.

	void expectSigns() noexcept;
	/// From now on the client says something every now and then.

	[[nodiscard]] bool isSilent() const noexcept;
	/// Whether it has been silent for too long, as far as was read: before
	/// that is held against it, next() must find nothing, since what came
	/// while this process slept counts.

private:
	FrameStream& _control;
	const Clock& _clock;
	TimePoint _second{}; // when the current second of frames began
	unsigned _inSecond = 0;
	TimePoint _lastSign{}; // when the last frame was read
	bool _signsExpected = false;
};

} // namespace Bore

#endif // Bore_Server_ClientFrames_INCLUDED
