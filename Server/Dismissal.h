//
// Dismissal.h
//
// How a connection that is refused ends.
//

#ifndef Bore_Server_Dismissal_INCLUDED
#define Bore_Server_Dismissal_INCLUDED

#include "Shared/Clock.h"
#include "Shared/FrameStream.h"

#include <string_view>

namespace Bore
{

class Dismissal
/// Sends the Error, if the protocol has one, and shuts the sending side
/// down; then what still comes is read and dropped until the peer closes or
/// the deadline passes: to close at once with unread bytes would send a
/// reset, and the Error would be lost. Never waits. For one thread at a
/// time; the stream must outlive it.
{
public:
	Dismissal(FrameStream& stream, const Clock& clock, TimePoint deadline) noexcept;

	[[nodiscard]] bool begin(std::string_view errorText);
	/// False if the peer does not even read: there is nothing to wait for.
	/// Throws PeerGoneException.

	[[nodiscard]] bool hasBegun() const noexcept { return _begun; }

	[[nodiscard]] bool goesOn(bool expired) noexcept;
	/// Drops what has come; false if it is over.

private:
	FrameStream& _stream;
	const Clock& _clock;
	const TimePoint _deadline;
	bool _begun = false;
};

} // namespace Bore

#endif // Bore_Server_Dismissal_INCLUDED
