//
// Relays.h
//
// All proxied connections of a process.
//

#ifndef Bore_Shared_Relays_INCLUDED
#define Bore_Shared_Relays_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Relay.h"
#include "Shared/RelayResources.h"
#include "Shared/Watch.h"
#include "Shared/Workers.h"

#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

namespace Bore
{

class Relays
/// Starts relays, knows which are running, and ends them. It outlives
/// them: the Workers and the Watch are stopped before it is destroyed.
/// All methods may be called by any thread.
{
public:
	Relays(Watch& watch, Workers& workers, RelayResources& resources, const Clock& clock) noexcept;
	Relays(const Relays&) = delete;
	Relays& operator=(const Relays&) = delete;

	void start(RelayParts parts);
	/// Has a worker carry the connection from now on. Throws std::bad_alloc.

	void run(RelayParts parts, const Workers& here);
	/// The same, but the calling thread, which is one of `here`, is the
	/// first to carry it: no other has to be woken for bytes that are there,
	/// or come at once. Throws std::bad_alloc.

	class Expected
	/// Lives for as long as a relay is about to be started by its owner:
	/// who waits for the end of all relays waits for this one, too.
	{
	public:
		explicit Expected(Relays& relays) noexcept;
		Expected(const Expected&) = delete;
		Expected& operator=(const Expected&) = delete;
		~Expected();

	private:
		Relays& _relays;
	};

	[[nodiscard]] std::size_t count() const;
	/// How many are running.

	[[nodiscard]] std::size_t countExpected() const;
	/// How many are expected.

	void abortAll() noexcept;
	/// Ends all of them with resets. Those expected are not waited for any more.

	[[nodiscard]] bool awaitNone(std::chrono::steady_clock::time_point deadline) const;
	/// Waits until none is running or expected; false if the (real) deadline came first.

	[[nodiscard]] Watch& watch() noexcept { return _watch; }
	[[nodiscard]] Workers& workers() noexcept { return _workers; }
	[[nodiscard]] RelayResources& resources() noexcept { return _resources; }
	[[nodiscard]] const Clock& clock() const noexcept { return _clock; }

private:
	friend class Relay;

	[[nodiscard]] std::shared_ptr<Relay> make(RelayParts parts);
	void remove(Watch::Id id) noexcept;

	Watch& _watch;
	Workers& _workers;
	RelayResources& _resources;
	const Clock& _clock;

	mutable std::mutex _mutex; // guards what follows
	mutable std::condition_variable _none;
	std::map<Watch::Id, std::weak_ptr<Relay>> _running; // by id, so that it can be walked as it changes
	std::size_t _expected = 0;
	bool _aborted = false;
};

} // namespace Bore

#endif // Bore_Shared_Relays_INCLUDED
