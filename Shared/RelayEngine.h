//
// RelayEngine.h
//
// What both roles carry connections with.
//

#ifndef Bore_Shared_RelayEngine_INCLUDED
#define Bore_Shared_RelayEngine_INCLUDED

#include "Shared/Clock.h"
#include "Shared/RelayConfig.h"
#include "Shared/RelayResources.h"
#include "Shared/Relays.h"
#include "Shared/Watch.h"
#include "Shared/Workers.h"

#include <atomic>
#include <cstddef>
#include <functional>

namespace Bore
{

class RelayEngine
/// The workers, the Watch and the relays, with their carriers, of a role, and the order in which
/// they end. All methods but drain() and stop() may be called by any thread.
{
public:
	RelayEngine(const RelayConfig& config, const Clock& clock);
	/// Starts the threads. Throws std::system_error or Poco::SystemException
	/// where the machine has no descriptors or threads.

	RelayEngine(const RelayEngine&) = delete;
	RelayEngine& operator=(const RelayEngine&) = delete;
	~RelayEngine();
	/// Stops.

	[[nodiscard]] Workers& workers() noexcept { return _workers; }
	[[nodiscard]] Watch& watch() noexcept { return _watch; }
	[[nodiscard]] Relays& relays() noexcept { return _relays; }

	void adopt(const RelayConfig& config) noexcept { _resources.adopt(config); }
	/// Another configuration from now on; the number of threads, and of pipes, stays.
	[[nodiscard]] bool proveLife(const std::function<void()>& sign);
	/// Has the sign given by the way that every connection takes: parked in
	/// the Watch, claimed by its thread, passed on by a worker, and given by
	/// one of the Carriers. False if it could not be parked: no memory, or
	/// after stop().

	void drain(Duration grace);
	/// Waits until no connection is relayed any more, for at most the grace
	/// period or until hurry(), and then resets those that are left.
	/// Nobody may start relays any more.

	void hurry() noexcept;
	/// Ends the grace period, also one that has not begun.

	void stop() noexcept;
	/// Resets what is left, and ends the threads. After this nothing that
	/// waited in the Watch or in the queue is alive.

private:
	[[nodiscard]] static std::size_t workerCount() noexcept;
	[[nodiscard]] static std::size_t carrierCount(const RelayConfig& config) noexcept;

	RelayResources _resources;
	Workers _workers;
	Watch _watch;
	Relays _relays;
	std::atomic<bool> _hurry{false};
};

} // namespace Bore

#endif // Bore_Shared_RelayEngine_INCLUDED
