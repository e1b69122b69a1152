//
// Workers.cpp
//

#include "Shared/Workers.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <pthread.h>
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
	_idleWorkers.reserve(maxThreads);
	_vacant.reserve(maxThreads);
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
	Worker* idle = nullptr;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_stopped) return;
		idle = takeIdle();
		if (idle != nullptr)
			idle->task = std::move(task);
		else
		{
			_queue.push_back(std::move(task));
			_waiting = _queue.size();
			if (_count < _maxThreads) isShort = !tryToGrow();
		}
	}
	// Without the lock: it could not go on before we have let go of it.
	if (idle != nullptr) wake(*idle);
	if (isShort) warn();
}

bool Workers::roomy() const noexcept
{
	return !_stopped.load(std::memory_order_relaxed) && _waiting.load(std::memory_order_relaxed) == 0 &&
		   (_idle.load(std::memory_order_relaxed) > 0 ||
			   _count.load(std::memory_order_relaxed) < _maxThreads);
}

std::size_t Workers::threads() const
{
	return _count;
}

void Workers::stop() noexcept
{
	std::deque<Task> dropped;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_stopped = true;
		dropped.swap(_queue);
		_waiting = 0;
		while (Worker* const idle = takeIdle()) wake(*idle);
	}
	// From now on no thread is started.
	for (auto& worker : _workers)
		if (const auto thread = std::move(worker.thread)) thread->join();
	_count = 0;
}

void Workers::grow()
{
	if (_vacant.empty()) _vacant.push_back(&_workers.emplace_back());
	Worker& place = *_vacant.back();
	if (place.thread) place.thread->join();
	place.thread = nullptr;
	auto thread = std::make_unique<Poco::Thread>();
	thread->setStackSize(STACK_BYTES);
	thread->startFunc([this, &place] { work(place); });
	place.thread = std::move(thread);
	_vacant.pop_back();
	++_count;
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

void Workers::work(Worker& self) noexcept
{
	::pthread_setname_np(::pthread_self(), _name.c_str());
	while (Task task = nextTask(self)) perform(task);
}

Workers::Task Workers::nextTask(Worker& self) noexcept
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_stopped) return nullptr;
		if (!_queue.empty())
		{
			Task task = std::move(_queue.front());
			_queue.pop_front();
			_waiting = _queue.size();
			return task;
		}
		_idleWorkers.push_back(&self);
		_idle = _idleWorkers.size();
	}
	if (!self.semaphore.waitFor(_idleTimeout))
	{
		if (leaveIdle(self)) return nullptr;
		self.semaphore.wait();
	}
	self.isWoken.exchange(false);
	return std::exchange(self.task, nullptr);
}

Workers::Worker* Workers::takeIdle() noexcept
{
	if (_idleWorkers.empty()) return nullptr;
	Worker* const result = _idleWorkers.back();
	_idleWorkers.pop_back();
	_idle = _idleWorkers.size();
	return result;
}

bool Workers::leaveIdle(Worker& self) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto place = std::find(_idleWorkers.begin(), _idleWorkers.end(), &self);
	// Taken out by another, who is about to wake it; or the last one, which stays.
	if (place == _idleWorkers.end() || _count == 1) return false;
	_idleWorkers.erase(place);
	_idle = _idleWorkers.size();
	_vacant.push_back(&self);
	--_count;
	return true;
}

void Workers::wake(Worker& worker) noexcept
{
	worker.isWoken = true;
	worker.semaphore.post();
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
