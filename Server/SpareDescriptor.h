//
// SpareDescriptor.h
//
// A place kept for whoever has to be turned away.
//

#ifndef Bore_Server_SpareDescriptor_INCLUDED
#define Bore_Server_SpareDescriptor_INCLUDED

#include "Shared/Descriptor.h"

#include <atomic>
#include <mutex>

namespace Bore
{

class SpareDescriptor
/// A process that is out of descriptors cannot even refuse a connection:
/// who connects hangs in the listener's queue, and the listener stays
/// readable. So one descriptor is kept, given up to accept one connection
/// and reset it, and taken again. Another thread may be quicker and have the
/// descriptor meanwhile: then the next connection that is accepted pays for a
/// new one. All methods may be called by any thread.
{
public:
	SpareDescriptor();
	/// Throws std::system_error if there is no descriptor to be had.

	SpareDescriptor(const SpareDescriptor&) = delete;
	SpareDescriptor& operator=(const SpareDescriptor&) = delete;

	enum class Outcome
	{
		TurnedAway,
		Nobody, /// waits
		Failed  /// for want of memory, or since another thread took the descriptor meanwhile
	};

	[[nodiscard]] Outcome turnAway(int listener) noexcept;
	/// Resets the first in the queue of a non-blocking listener. After a
	/// failure the next call tries to get a descriptor anew.

	[[nodiscard]] bool affords(Descriptor& connection) noexcept;
	/// To be asked for each connection that was accepted. False: the spare
	/// descriptor was lost and there was no other, so the connection was reset
	/// and its descriptor is kept for the next.

private:
	[[nodiscard]] bool refill() noexcept;

	std::mutex _mutex; // guards what follows
	Descriptor _spare;
	std::atomic<bool> _isThere{true}; // changed under _mutex, read without
};

} // namespace Bore

#endif // Bore_Server_SpareDescriptor_INCLUDED
