//
// Relays.cpp
//

#include "Shared/Relays.h"

#include <utility>

namespace Bore
{

Relays::Relays(Watch& watch, std::size_t threads, RelayResources& resources, const Clock& clock)
	: _watch(watch)
	, _resources(resources)
	, _clock(clock)
	, _carriers(threads, clock,
		  [this](Relay::Id id, std::uint32_t why)
		  {
			  if (const auto relay = find(id)) relay->wake(why);
		  })
{
}

Relays::~Relays()
{
	stop();
}

void Relays::run(RelayParts parts)
{
	const auto relay = make(std::move(parts));
	if (_stopped)
		relay->abort();
	else
		relay->wake();
}

std::shared_ptr<Relay> Relays::make(RelayParts parts)
{
	const auto id = ++_lastId;
	auto relay = std::make_shared<Relay>(*this, id, std::move(parts));
	// The relay outlives the lock: should there be no memory now, its end takes it, too.
	const std::lock_guard<std::mutex> lock(_mutex);
	_running.emplace(id, relay);
	return relay;
}

std::shared_ptr<Relay> Relays::find(Relay::Id id) const noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto place = _running.find(id);
	return place == _running.end() ? nullptr : place->second;
}

std::size_t Relays::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _running.size();
}

std::size_t Relays::countExpected() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _expected;
}

void Relays::abortAll() noexcept
{
	// One after the other, and no list of them: there may be no memory for one.
	std::unique_lock<std::mutex> lock(_mutex);
	_aborted = true;
	_none.notify_all();
	const Relay::Id last = _running.empty() ? 0 : _running.rbegin()->first;
	for (auto next = _running.begin(); next != _running.end() && next->first <= last;)
	{
		const Relay::Id id = next->first;
		auto relay = next->second;
		lock.unlock();
		relay->abort(); // its end takes the lock
		relay.reset();
		lock.lock();
		next = _running.upper_bound(id);
	}
}

bool Relays::awaitNone(std::chrono::steady_clock::time_point deadline) const
{
	std::unique_lock<std::mutex> lock(_mutex);
	return _none.wait_until(
		lock, deadline, [this] { return _running.empty() && (_expected == 0 || _aborted); });
}

Relays::Expected::Expected(Relays& relays) noexcept
	: _relays(relays)
{
	const std::lock_guard<std::mutex> lock(_relays._mutex);
	++_relays._expected;
}

Relays::Expected::~Expected()
{
	const std::lock_guard<std::mutex> lock(_relays._mutex);
	if (--_relays._expected == 0) _relays._none.notify_all();
}

void Relays::stop() noexcept
{
	_stopped = true;
	abortAll();
	_carriers.stop();
	abortAll(); // what was told to none of them any more
}

void Relays::remove(Relay::Id id) noexcept
{
	std::map<Relay::Id, std::shared_ptr<Relay>>::node_type gone; // after the lock
	const std::lock_guard<std::mutex> lock(_mutex);
	gone = _running.extract(id);
	if (_running.empty()) _none.notify_all();
}

} // namespace Bore
