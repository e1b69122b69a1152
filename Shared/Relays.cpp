//
// Relays.cpp
//

#include "Shared/Relays.h"

#include <utility>

namespace Bore
{

Relays::Relays(Watch& watch, Workers& workers, RelayResources& resources, const Clock& clock) noexcept
	: _watch(watch)
	, _workers(workers)
	, _resources(resources)
	, _clock(clock)
{
}

void Relays::start(RelayParts parts)
{
	_workers.post([relay = make(std::move(parts))] { relay->resume(Wake{}); });
}

void Relays::run(RelayParts parts, const Workers& here)
{
	make(std::move(parts))->begin(here);
}

std::shared_ptr<Relay> Relays::make(RelayParts parts)
{
	const auto id = _watch.newId();
	auto relay = std::make_shared<Relay>(*this, id, std::move(parts));
	const std::lock_guard<std::mutex> lock(_mutex);
	_running.emplace(id, relay);
	return relay;
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
	const Watch::Id last = _running.empty() ? 0 : _running.rbegin()->first;
	for (auto next = _running.begin(); next != _running.end() && next->first <= last;)
	{
		const Watch::Id id = next->first;
		if (auto alive = next->second.lock())
		{
			lock.unlock();
			alive->abort();
			alive.reset(); // perhaps the last to have it: its end takes the lock
			lock.lock();
		}
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

void Relays::remove(Watch::Id id) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_running.erase(id);
	if (_running.empty()) _none.notify_all();
}

} // namespace Bore
