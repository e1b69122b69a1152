//
// Relay.h
//
// Both directions of one proxied connection.
//

#ifndef Bore_Shared_Relay_INCLUDED
#define Bore_Shared_Relay_INCLUDED

#include "Shared/Carriers.h"
#include "Shared/Direction.h"
#include "Shared/Endpoint.h"
#include "Shared/RelayReport.h"

#include <Poco/Net/StreamSocket.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace Bore
{

class Relays;

struct RelayParts
/// What a relay is made of.
{
	Poco::Net::StreamSocket first;
	Poco::Net::StreamSocket second;
	std::string fromFirst;  /// bytes already read from the first: delivered ahead of all others
	std::string fromSecond; /// bytes already read from the second
	std::function<void(const RelayReport&)> onEnd; /// called once, by any thread; must not throw
};

class Relay : public std::enable_shared_from_this<Relay>
/// Carries a proxied connection: two sockets, two directions, and never
/// more than one thread, which has it only while there is something to
/// carry. When neither direction can move, it rests: the next event of its
/// sockets, told by the Carriers, brings the next thread.
///
/// A half-close goes through in each direction. A reset is passed on as a
/// reset, after what was read before it has been delivered.
///
/// Owned by Relays until it has ended, and kept alive by the thread that has it.
{
public:
	using Id = Carriers::Id;

	Relay(Relays& relays, Id id, RelayParts parts);
	/// Made by Relays only.

	Relay(const Relay&) = delete;
	Relay& operator=(const Relay&) = delete;
	~Relay();

	void wake(std::uint32_t why = 0) noexcept;
	/// Carries it on for a turn, on the calling thread, unless another has it
	/// just now, which then does. `why` is what the Carriers tell. Any thread
	/// that holds a reference.

	void abort() noexcept;
	/// Ends it with a reset to both sides. Any thread that holds a reference;
	/// returns at once, and where another is just busy with it, that one ends it.

private:
	void carry() noexcept;
	void carryOn();
	[[nodiscard]] std::optional<RelayReport::Ending> settled();
	[[nodiscard]] std::optional<TimePoint> quietDeadline() const noexcept;
	void rest();
	[[nodiscard]] bool arm(unsigned side, std::uint32_t events) noexcept;
	void schedule(TimePoint deadline);
	void yield();
	void finish(RelayReport::Ending ending) noexcept;
	void absorb(std::uint32_t why) noexcept;
	void absorb(unsigned side, std::uint32_t events) noexcept;
	[[nodiscard]] bool canStep() const noexcept;
	[[nodiscard]] std::optional<std::uint32_t> interest(unsigned side) const noexcept;

	Relays& _relays;
	const Id _id;
	const TimePoint _started;
	const Duration _idleTimeout;
	const Duration _halfCloseTimeout;
	std::array<Endpoint, 2> _ends;
	std::array<Direction, 2> _directions; // [0]: first to second
	std::function<void(const RelayReport&)> _onEnd;

	TimePoint _activeAt; // when the last byte moved, or the stream of one side ended

	// After a reset: how long the other end may take for what is left.
	TimePoint _deliverBy = TimePoint::max();
	std::chrono::milliseconds _lookAfter{};
	int _undelivered = -1; // bytes, as last seen

	std::array<std::optional<std::uint32_t>, 2> _armed; // the events that the Carriers wait for
	std::array<bool, 2> _known{};                       // to the Carriers
	std::optional<TimePoint> _scheduled;
	bool _isResting = false;
	bool _isQueued = false; // for its next turn
	bool _finished = false;

	std::atomic<bool> _aborted{false};
	std::atomic<std::uint32_t> _state{0}; // BUSY while a thread has it, and what it is yet to be told
};

} // namespace Bore

#endif // Bore_Shared_Relay_INCLUDED
