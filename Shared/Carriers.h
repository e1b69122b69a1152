//
// Carriers.h
//
// The threads that carry proxied connections.
//

#ifndef Bore_Shared_Carriers_INCLUDED
#define Bore_Shared_Carriers_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Descriptor.h"
#include "Shared/Semaphore.h"

#include <Poco/Thread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace Bore
{

class Carriers
/// A few threads that carry what is ready. One of them, the leader, waits
/// at an epoll(7), and carries what it is told of on itself: nothing is
/// handed from thread to thread. The others sleep, and are woken only where
/// there is more than one can do: the leader was told of many at once, or
/// says that what it carries takes long. Under load none of them sleeps.
///
/// What they carry must not wait for anything.
///
/// An event is told once: its side is silent from then on, until it is
/// armed again. Two threads may tell events of the two sides of one
/// connection at the same time.
///
/// All methods but stop() may be called by any thread.
{
public:
	using Id = std::uint64_t;
	using Task = std::function<void()>;

	static constexpr std::uint32_t EVENTS = 0x1F; /// EPOLLIN, EPOLLPRI, EPOLLOUT, EPOLLERR, EPOLLHUP
	static constexpr unsigned SIDE_SHIFT = 8;     /// those of the second side are shifted by this
	static constexpr std::uint32_t EXPIRED = 1U << 16U;

	using Carry = std::function<void(Id id, std::uint32_t why)>;
	/// Carries on what has that id, if it is still there. Must not throw.

	Carriers(std::size_t threads, const Clock& clock, Carry carry);
	/// Starts the threads. Throws std::system_error or Poco::SystemException
	/// if there are no descriptors or threads to be had.

	Carriers(const Carriers&) = delete;
	Carriers& operator=(const Carriers&) = delete;
	~Carriers();
	/// Stops.

	[[nodiscard]] bool arm(Id id, unsigned side, int descriptor, std::uint32_t events, bool isNew) noexcept;
	/// Has the next event of a socket told: at once, if it has one already. A
	/// hang-up and an error always are. `isNew` the first time for that
	/// descriptor, which closing it takes back. False if it cannot be
	/// watched: no memory, or stopped.

	void schedule(Id id, TimePoint at);
	/// Has EXPIRED told then, once. Throws std::bad_alloc.

	void unschedule(Id id, TimePoint at) noexcept;
	/// Takes that back.

	void post(Task task);
	/// Has one of the threads do it, once it has looked for events. Throws std::bad_alloc.

	void relieve() noexcept;
	/// Said by one of the threads that will be busy for long: another leads.

	void recheck() noexcept;
	/// Looks at the deadlines again at once: for an injected clock that has jumped.

	void stop() noexcept;
	/// Ends the threads. Tasks that wait are dropped. Not on one of the threads.

private:
	void run() noexcept;
	[[nodiscard]] bool lead(int& timeout);
	void cede(bool isCrowded) noexcept;
	void sleep() noexcept;
	void tell(std::uint64_t tag, std::uint32_t events) noexcept;
	void takeWakeUp() noexcept;
	void expire();
	[[nodiscard]] bool perform();
	void summon() noexcept;
	[[nodiscard]] bool isLed() noexcept;
	void wakeSleeper() noexcept;
	void wakeLeader() noexcept;

	const Clock& _clock;
	const Carry _carry;
	Descriptor _epoll;
	Descriptor _wakeUp; // eventfd
	Semaphore _sleep;   // of those that do not lead
	std::atomic<bool> _stopping{false};

	std::mutex _mutex; // guards what follows
	bool _isLed = false;
	std::size_t _sleeping = 0;
	std::deque<Task> _tasks;
	std::set<std::pair<TimePoint, Id>> _deadlines;
	TimePoint _nextLook = TimePoint::min(); // when the leader will look at the deadlines by itself

	std::list<Poco::Thread> _threads; // changed by the constructor and stop() only
};

} // namespace Bore

#endif // Bore_Shared_Carriers_INCLUDED
