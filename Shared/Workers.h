//
// Workers.h
//
// A bounded pool of threads behind a queue.
//

#ifndef Bore_Shared_Workers_INCLUDED
#define Bore_Shared_Workers_INCLUDED

#include "Shared/Clock.h"

#include <Poco/Thread.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>

namespace Bore
{

class Workers
/// Runs tasks on at most maxThreads threads, in the order they were
/// posted. Threads are started when a task finds no idle one, and end
/// after idleTimeout without work; the first one stays, so that a machine
/// that has no more threads to give slows the pool down but never stops it.
///
/// Not Poco::ThreadPool: its start() scans all threads under one lock, and
/// its idle threads end only when somebody asks.
///
/// All methods but stop() may be called by any thread, tasks included.
{
public:
	using Task = std::function<void()>;

	Workers(std::string name, std::size_t maxThreads, Duration idleTimeout = std::chrono::seconds(5));
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
	/// True while a task posted now would find a thread at once.

	[[nodiscard]] std::size_t threads() const;
	/// How many threads there are now.

	void stop() noexcept;
	/// Lets running tasks finish, drops the queued ones, and joins all
	/// threads. Not to be called by a task.

private:
	using Threads = std::list<Poco::Thread>;

	void grow();
	[[nodiscard]] bool tryToGrow() noexcept; // false if it failed, and that has not been said yet
	void warn() const noexcept;
	void work(Threads::iterator self) noexcept;
	bool awaitTask(std::unique_lock<std::mutex>& lock);
	void retire(std::unique_lock<std::mutex>& lock, Threads::iterator self);
	static void perform(Task& task) noexcept;

	const std::string _name;
	const std::size_t _maxThreads;
	const Duration _idleTimeout;

	mutable std::mutex _mutex; // guards what follows
	std::condition_variable _changed;
	std::deque<Task> _queue;
	Threads _threads;
	Threads _retired; // ended or about to: joined by the next that retires, or by stop()
	bool _stopped = false;
	bool _warned = false; // of the present shortage of threads

	std::atomic<std::size_t> _waiting{0}; // _queue.size(), read without the lock
	std::atomic<std::size_t> _idle{0};    // changed under _mutex, read without
	std::atomic<std::size_t> _count{0};   // _threads.size(), read without the lock
};

} // namespace Bore

#endif // Bore_Shared_Workers_INCLUDED
