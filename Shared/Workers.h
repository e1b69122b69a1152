//
// Workers.h
//
// A bounded pool of threads behind a queue.
//

#ifndef Bore_Shared_Workers_INCLUDED
#define Bore_Shared_Workers_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Semaphore.h"

#include <Poco/Thread.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace Bore
{

class Workers
/// Runs tasks on at most maxThreads threads, in the order they were
/// posted. Threads are started when a task finds no idle one, and end
/// after idleTimeout without work; one stays, so that a machine
/// that has no more threads to give slows the pool down but never stops it.
///
/// A task is given to the thread that went idle last, which still has its
/// cache and leaves the others to end, and it is given directly: the thread
/// wakes with the task in its hands and needs no lock to run it.
///
/// Not Poco::ThreadPool: its start() scans all threads under one lock, and
/// its idle threads end only when somebody asks.
///
/// All methods but stop() may be called by any thread, tasks included.
{
public:
	using Task = std::function<void()>;

	Workers(std::string name, std::size_t maxThreads, Duration idleTimeout = std::chrono::milliseconds(500));
	/// Starts the first thread. Throws Poco::SystemException if there is none to be had.

	Workers(const Workers&) = delete;
	Workers& operator=(const Workers&) = delete;
	~Workers();
	/// Stops.

	void post(Task task);
	/// Queues a task. After stop() the task is dropped. Throws
	/// std::bad_alloc, and then the task is not queued.

	[[nodiscard]] bool crowded() const noexcept { return _waiting.load(std::memory_order_relaxed) > 0; }
	/// True while a task waits for a thread: whoever merely lingers on one gives it up.

	[[nodiscard]] bool roomy() const noexcept;
	/// True while a task posted now would find a thread at once. Never after stop().

	[[nodiscard]] std::size_t threads() const;
	/// How many threads there are now.

	void stop() noexcept;
	/// Lets running tasks finish, drops the queued ones, and joins all
	/// threads. Not to be called by a task.

private:
	struct Worker
	/// A thread's place. It stays when its thread has ended, for the next one.
	{
		std::unique_ptr<Poco::Thread> thread; // null once joined
		Semaphore semaphore;                  // posted when another takes it out of _idleWorkers
		Task task;                            // given to it then; none: to stop
		std::atomic<bool> isWoken{false};     // orders the task's writing before its reading
	};

	void grow();
	[[nodiscard]] bool tryToGrow() noexcept; // false if it failed, and that has not been said yet
	void warn() const noexcept;
	void work(Worker& self) noexcept;
	[[nodiscard]] Task nextTask(Worker& self) noexcept; // none: it ends
	[[nodiscard]] Worker* takeIdle() noexcept;
	[[nodiscard]] bool leaveIdle(Worker& self) noexcept;
	static void wake(Worker& worker) noexcept;
	static void perform(Task& task) noexcept;

	const std::string _name;
	const std::size_t _maxThreads;
	const Duration _idleTimeout;

	mutable std::mutex _mutex; // guards what follows
	std::deque<Task> _queue;
	std::list<Worker> _workers;        // all places
	std::vector<Worker*> _idleWorkers; // the last to go idle is last; room for all is reserved
	std::vector<Worker*> _vacant;      // whose threads have ended, or are about to; likewise
	bool _warned = false;              // of the present shortage of threads

	std::atomic<bool> _stopped{false};    // changed under _mutex, read without
	std::atomic<std::size_t> _waiting{0}; // _queue.size(), read without the lock
	std::atomic<std::size_t> _idle{0};    // _idleWorkers.size(), likewise
	std::atomic<std::size_t> _count{0};   // threads, changed under _mutex, likewise
};

} // namespace Bore

#endif // Bore_Shared_Workers_INCLUDED
