//
// Carriers.cpp
//

#include "Shared/Carriers.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr int STACK_BYTES = 256 * 1024; // deep enough for std::iostream and OpenSSL
constexpr int BATCH = 4;                // events taken at once: as many tell that there may be more
constexpr std::uint64_t WAKE_UP = 0;    // ids start at 1

// Most deadlines are far away, and taken back long before: who sets one
// that lies beyond this need not wake a thread for it.
constexpr std::chrono::minutes LOOK_AT_LEAST_EVERY{1};

bool isWakeUp(const epoll_event& event) noexcept
{
	return event.data.u64 == WAKE_UP;
}

thread_local const Carriers* self = nullptr; // whose thread this is

} // namespace

Carriers::Carriers(std::size_t threads, const Clock& clock, Carry carry)
	: _clock(clock)
	, _carry(std::move(carry))
	, _epoll(Descriptor::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))
	, _wakeUp(Descriptor::checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))
{
	epoll_event event{};
	event.events = EPOLLIN;
	event.data.u64 = WAKE_UP;
	if (::epoll_ctl(_epoll.get(), EPOLL_CTL_ADD, _wakeUp.get(), &event) != 0)
		throw std::system_error(errno, std::generic_category(), "epoll_ctl");
	try
	{
		while (_threads.size() < threads)
		{
			std::list<Poco::Thread> next; // not among them before it runs
			auto& thread = next.emplace_back("carrier");
			thread.setStackSize(STACK_BYTES);
			thread.startFunc([this] { run(); });
			_threads.splice(_threads.end(), next);
		}
	}
	catch (...)
	{
		stop();
		throw;
	}
}

Carriers::~Carriers()
{
	stop();
}

bool Carriers::arm(Id id, unsigned side, int descriptor, std::uint32_t events, bool isNew) noexcept
{
	if (_stopping) return false;
	epoll_event event{};
	event.events = events | EPOLLONESHOT;
	event.data.u64 = id << 1U | side;
	return ::epoll_ctl(_epoll.get(), isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event) == 0;
}

void Carriers::schedule(Id id, TimePoint at)
{
	bool look = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_deadlines.emplace(at, id);
		look = at < _nextLook;
	}
	if (look) wakeLeader();
}

void Carriers::unschedule(Id id, TimePoint at) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_deadlines.erase({at, id});
}

void Carriers::post(Task task)
{
	bool isOwn = self == this; // which comes to it itself
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_tasks.push_back(std::move(task));
		isOwn = isOwn && _tasks.size() == 1;
	}
	if (!isOwn) summon();
}

void Carriers::relieve() noexcept
{
	if (!isLed()) wakeSleeper();
}

void Carriers::summon() noexcept
{
	if (isLed())
		wakeLeader();
	else
		wakeSleeper();
}

bool Carriers::isLed() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _isLed;
}

void Carriers::wakeSleeper() noexcept
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_sleeping == 0) return;
		--_sleeping;
	}
	_sleep.post();
}

void Carriers::recheck() noexcept
{
	wakeLeader();
}

void Carriers::stop() noexcept
{
	_stopping = true;
	wakeLeader(); // and whoever leads next, since nobody reads it any more
	for (std::size_t i = 0; i < _threads.size(); ++i) _sleep.post();
	for (auto& thread : _threads) thread.join();
	_threads.clear();
	std::deque<Task> dropped; // after the lock
	const std::lock_guard<std::mutex> lock(_mutex);
	dropped.swap(_tasks);
	_deadlines.clear();
}

void Carriers::run() noexcept
{
	::pthread_setname_np(::pthread_self(), "carrier");
	self = this;
	std::array<epoll_event, BATCH> events{};
	while (!_stopping)
	{
		int timeout = 0;
		const bool leads = lead(timeout);
		const int count = ::epoll_wait(_epoll.get(), events.data(), BATCH, timeout);
		const auto end = events.begin() + std::max(count, 0);
		const auto wakeUp = std::find_if(events.begin(), end, isWakeUp);
		// Whoever does not lead leaves it to the leader, who waits for it; and who leads
		// takes it before another does, whose it may be then.
		if (leads && wakeUp != end && !_stopping) takeWakeUp();
		if (leads) cede(count == BATCH);
		bool carried = false;
		for (auto event = events.begin(); event != end; ++event)
			if (event != wakeUp)
			{
				tell(event->data.u64, event->events);
				carried = true;
			}
		expire();
		if (!perform() && !carried && !leads) sleep();
	}
}

bool Carriers::lead(int& timeout)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_isLed || _stopping || !_tasks.empty()) return false;
	_isLed = true;
	const TimePoint now = _clock.now();
	_nextLook = now + LOOK_AT_LEAST_EVERY;
	if (!_deadlines.empty()) _nextLook = std::min(_nextLook, _deadlines.begin()->first);
	timeout = millisecondsUntil(_nextLook, now);
	return true;
}

void Carriers::cede(bool isCrowded) noexcept
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_isLed = false;
	}
	if (isCrowded) wakeSleeper();
}

void Carriers::sleep() noexcept
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_stopping || !_isLed) return;
		++_sleeping;
	}
	_sleep.wait();
}

void Carriers::tell(std::uint64_t tag, std::uint32_t events) noexcept
{
	_carry(tag >> 1U, (events & EVENTS) << ((tag & 1U) != 0 ? SIDE_SHIFT : 0U));
}

void Carriers::takeWakeUp() noexcept
{
	std::uint64_t ignored = 0;
	[[maybe_unused]] const auto taken = ::read(_wakeUp.get(), &ignored, sizeof ignored);
}

void Carriers::expire()
{
	const TimePoint now = _clock.now();
	for (;;)
	{
		Id id = 0;
		bool areMore = false;
		{
			const std::lock_guard<std::mutex> lock(_mutex);
			if (_deadlines.empty() || _deadlines.begin()->first > now) return;
			id = _deadlines.begin()->second;
			_deadlines.erase(_deadlines.begin());
			areMore = !_deadlines.empty() && _deadlines.begin()->first <= now;
		}
		if (areMore) relieve();
		_carry(id, EXPIRED);
	}
}

bool Carriers::perform()
{
	Task task;
	bool areMore = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_tasks.empty()) return false;
		task = std::move(_tasks.front());
		_tasks.pop_front();
		areMore = !_tasks.empty();
	}
	if (areMore) summon();
	task();
	return true;
}

void Carriers::wakeLeader() noexcept
{
	const std::uint64_t one = 1;
	// A full counter (EAGAIN) wakes it as well as this one would.
	[[maybe_unused]] const auto written = ::write(_wakeUp.get(), &one, sizeof one);
}

} // namespace Bore
