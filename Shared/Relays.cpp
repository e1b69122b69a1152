//
// Relays.cpp
//

#include "Shared/Relays.h"

#include <utility>
#include <vector>

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

void Relays::run(RelayParts parts)
{
	make(std::move(parts))->begin();
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

void Relays::abortAll() noexcept
{
	std::vector<std::shared_ptr<Relay>> all;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		all.reserve(_running.size());
		for (const auto& [id, relay] : _running)
			if (auto alive = relay.lock()) all.push_back(std::move(alive));
	}
	for (const auto& relay : all) relay->abort();
}

bool Relays::awaitNone(std::chrono::steady_clock::time_point deadline) const
{
	std::unique_lock<std::mutex> lock(_mutex);
	return _none.wait_until(lock, deadline, [this] { return _running.empty(); });
}

void Relays::remove(Watch::Id id) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_running.erase(id);
	if (_running.empty()) _none.notify_all();
}

} // namespace Bore
