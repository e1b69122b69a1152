//
// Workers.cpp
//

#include "Shared/Workers.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <utility>

namespace Bore
{

namespace
{

constexpr int STACK_BYTES =
	256 * 1024; // deep enough for std::iostream and OpenSSL; the default of 8 MiB is not

} // namespace

Workers::Workers(std::string name, std::size_t maxThreads, Duration idleTimeout)
	: _name(std::move(name))
	, _maxThreads(maxThreads)
	, _idleTimeout(idleTimeout)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	grow();
}

Workers::~Workers()
{
	stop();
}

void Workers::post(Task task)
{
	bool isShort = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_stopped) return;
		_queue.push_back(std::move(task));
		_waiting = _queue.size();
		_changed.notify_one();
		if (_queue.size() > _idle && _threads.size() < _maxThreads) isShort = !tryToGrow();
	}
	if (isShort) warn();
}

bool Workers::roomy() const noexcept
{
	return _waiting.load(std::memory_order_relaxed) == 0 &&
		   (_idle.load(std::memory_order_relaxed) > 0 ||
			   _count.load(std::memory_order_relaxed) < _maxThreads);
}

std::size_t Workers::threads() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _threads.size();
}

void Workers::stop() noexcept
{
	std::deque<Task> dropped;
	Threads ending;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_stopped = true;
		dropped.swap(_queue);
		_waiting = 0;
		_changed.notify_all();
	}
	// A thread that retires meanwhile moves its handle to _retired: both
	// lists are taken only when no thread can move any more.
	std::unique_lock<std::mutex> lock(_mutex);
	while (!_threads.empty() || !_retired.empty())
	{
		ending.splice(ending.end(), _retired);
		if (ending.empty())
		{
			_changed.wait(lock);
			continue;
		}
		lock.unlock();
		for (auto& thread : ending) thread.join();
		ending.clear();
		lock.lock();
	}
}

void Workers::grow()
{
	_threads.emplace_back(_name);
	const auto self = std::prev(_threads.end());
	try
	{
		self->setStackSize(STACK_BYTES);
		self->startFunc([this, self] { work(self); });
	}
	catch (...)
	{
		_threads.erase(self);
		throw;
	}
	_count = _threads.size();
}

bool Workers::tryToGrow() noexcept
{
	// The task is queued already: to throw now would have the caller take it
	// for lost. The threads there are will come to it.
	try
	{
		grow();
		_warned = false;
		return true;
	}
	catch (const std::exception&)
	{
		return std::exchange(_warned, true);
	}
}

void Workers::warn() const noexcept
{
	try
	{
		Poco::Logger::get("bore.workers").warning("no further thread for %s: tasks have to wait", _name);
	}
	catch (const std::exception&)
	{
		// No memory, too: there is nothing left to say it with.
	}
}

void Workers::work(Threads::iterator self) noexcept
{
	std::unique_lock<std::mutex> lock(_mutex);
	while (awaitTask(lock))
	{
		Task task = std::move(_queue.front());
		_queue.pop_front();
		_waiting = _queue.size();
		lock.unlock();
		perform(task);
		task = nullptr; // what it holds must not outlive it on an idle thread
		lock.lock();
	}
	retire(lock, self);
}

bool Workers::awaitTask(std::unique_lock<std::mutex>& lock)
{
	while (!_stopped && _queue.empty())
	{
		++_idle;
		const auto woken = _changed.wait_for(lock, _idleTimeout);
		--_idle;
		if (woken == std::cv_status::timeout && _queue.empty() && _threads.size() > 1) return false;
	}
	return !_stopped;
}

void Workers::retire(std::unique_lock<std::mutex>& lock, Threads::iterator self)
{
	Threads earlier;
	earlier.swap(_retired);
	_retired.splice(_retired.end(), _threads, self);
	_count = _threads.size();
	// For stop() alone: it would start the time of every idle thread anew.
	if (_stopped) _changed.notify_all();
	lock.unlock();
	for (auto& thread : earlier) thread.join();
}

void Workers::perform(Task& task) noexcept
{
	try
	{
		task();
	}
	catch (const Poco::Exception& error)
	{
		Poco::ErrorHandler::handle(error);
	}
	catch (const std::exception& error)
	{
		Poco::ErrorHandler::handle(error);
	}
	catch (...)
	{
		Poco::ErrorHandler::handle();
	}
}

} // namespace Bore
