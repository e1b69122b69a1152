//
// Relay.h
//
// Both directions of one proxied connection.
//

#ifndef Bore_Shared_Relay_INCLUDED
#define Bore_Shared_Relay_INCLUDED

#include "Shared/Direction.h"
#include "Shared/Endpoint.h"
#include "Shared/RelayReport.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

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

class Relay : public Watched, public std::enable_shared_from_this<Relay>
/// Carries a proxied connection: two sockets, two directions, and never
/// more than one worker, which has it only while there is something to
/// carry. When neither direction can move, the worker lingers a moment if
/// nobody needs it, then parks the relay in the Watch and goes.
///
/// A half-close goes through in each direction. A reset is passed on as a
/// reset, after what was read before it has been delivered.
///
/// Kept alive by whoever has it: the worker that runs it, the queue, or the Watch.
{
public:
	Relay(Relays& relays, Watch::Id id, RelayParts parts);
	/// Made by Relays only.

	~Relay() override;

	void begin(const Workers& here) noexcept;
	/// Starts it on a thread of a pool, which carries it on as long as a
	/// worker would; one of another pool than the relays' for one turn and
	/// some milliseconds at most, however busy it is. Once.

	void resume(const Wake& wake) noexcept override;

	void abort() noexcept;
	/// Ends it with a reset to both sides. Any thread; returns at once, and
	/// where a worker is just busy with it, that worker ends it.

private:
	void carry(const Workers& here) noexcept;
	void carryOn(const Workers& here);
	[[nodiscard]] std::optional<RelayReport::Ending> settled();
	[[nodiscard]] std::optional<TimePoint> quietDeadline() const noexcept;
	[[nodiscard]] bool linger(const Workers& here);
	void park();
	void yield();
	void finish(RelayReport::Ending ending) noexcept;
	void absorb(unsigned side, std::uint32_t events) noexcept;
	[[nodiscard]] bool canStep() const noexcept;
	[[nodiscard]] std::optional<std::uint32_t> interest(unsigned side) const noexcept;

	Relays& _relays;
	const Watch::Id _id;
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

	std::atomic<bool> _aborted{false};
	bool _finished = false;
};

} // namespace Bore

#endif // Bore_Shared_Relay_INCLUDED
