//
// Relays.h
//
// All proxied connections of a process.
//

#ifndef Bore_Shared_Relays_INCLUDED
#define Bore_Shared_Relays_INCLUDED

#include "Shared/Carriers.h"
#include "Shared/Clock.h"
#include "Shared/Relay.h"
#include "Shared/RelayResources.h"
#include "Shared/Watch.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

namespace Bore
{

class Relays
/// Starts relays, owns those that run and the threads that carry them, and
/// ends them. All methods but stop() may be called by any thread.
{
public:
	Relays(Watch& watch, std::size_t threads, RelayResources& resources, const Clock& clock);
	/// Throws std::system_error or Poco::SystemException if there are no
	/// descriptors or threads to be had.

	Relays(const Relays&) = delete;
	Relays& operator=(const Relays&) = delete;
	~Relays();
	/// Stops.

	void run(RelayParts parts);
	/// Has the connection carried from now on. The calling thread has its
	/// first turn: none has to be woken for bytes that are there. Throws
	/// std::bad_alloc.

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

	[[nodiscard]] std::size_t countResting() const noexcept { return _resting; }
	/// How many wait for something to carry.

	[[nodiscard]] std::size_t countExpected() const;
	/// How many are expected.

	void abortAll() noexcept;
	/// Ends all of them with resets. Those expected are not waited for any more.

	[[nodiscard]] bool awaitNone(std::chrono::steady_clock::time_point deadline) const;
	/// Waits until none is running or expected; false if the (real) deadline came first.

	void stop() noexcept;
	/// Resets what is left, and ends the threads. Not on one of them.

	[[nodiscard]] Watch& watch() noexcept { return _watch; }
	[[nodiscard]] Carriers& carriers() noexcept { return _carriers; }
	[[nodiscard]] RelayResources& resources() noexcept { return _resources; }
	[[nodiscard]] const Clock& clock() const noexcept { return _clock; }

private:
	friend class Relay;

	[[nodiscard]] std::shared_ptr<Relay> make(RelayParts parts);
	[[nodiscard]] std::shared_ptr<Relay> find(Relay::Id id) const noexcept;
	void remove(Relay::Id id) noexcept;

	Watch& _watch;
	RelayResources& _resources;
	const Clock& _clock;

	mutable std::mutex _mutex; // guards what follows
	mutable std::condition_variable _none;
	std::map<Relay::Id, std::shared_ptr<Relay>> _running; // by id, so that it can be walked as it changes
	std::size_t _expected = 0;
	bool _aborted = false;

	std::atomic<Relay::Id> _lastId{0};
	std::atomic<bool> _stopped{false};
	std::atomic<std::size_t> _resting{0};
	Carriers _carriers;
};

} // namespace Bore

#endif // Bore_Shared_Relays_INCLUDED
