//
// Standbys.cpp
//

#include "Server/Standbys.h"

#include "Server/StandbyConnection.h"

#include <algorithm>
#include <utility>

namespace Bore
{

Standbys::Standbys(Watch& watch, const Clock& clock) noexcept
	: _watch(watch)
	, _clock(clock)
{
}

Standbys::~Standbys() = default;

Poco::UUID Standbys::grant(TunnelId tunnel, std::size_t most, const std::string& identity)
{
	const auto ticket = secureRandomUuid();
	const std::lock_guard<std::mutex> lock(_mutex);
	auto& stock = _stocks[tunnel];
	_tickets.erase(stock.ticket);
	stock.ticket = ticket;
	stock.identity = identity;
	stock.most = most;
	_tickets.emplace(ticket, tunnel);
	return ticket;
}

Standbys::Admission Standbys::admit(
	const Poco::UUID& ticket, const std::string& identity, const Poco::Net::StreamSocket& socket)
{
	std::shared_ptr<StandbyConnection> connection;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		const auto known = _tickets.find(ticket);
		if (known == _tickets.end()) return Admission::UnknownTicket;
		auto& stock = _stocks.at(known->second);
		if (stock.identity != identity) return Admission::UnknownTicket;
		if (stock.waiting.size() >= stock.most) return Admission::Full;
		connection = std::make_shared<StandbyConnection>(*this, known->second, socket);
		stock.waiting.push_back(connection->id());
	}
	// It may be taken, and be gone, before wait() returns.
	if (!connection->wait()) connection->resume(Wake{});
	return Admission::Admitted;
}

std::optional<Poco::Net::StreamSocket> Standbys::take(TunnelId tunnel)
{
	std::deque<Watch::Id> busy; // being sent their heartbeats just now
	std::shared_ptr<StandbyConnection> taken;
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _stocks.find(tunnel);
	if (found == _stocks.end()) return std::nullopt;
	auto& waiting = found->second.waiting;
	while (!taken && !waiting.empty())
	{
		taken = claim(waiting.back());
		if (!taken) busy.push_front(waiting.back());
		waiting.pop_back();
	}
	waiting.insert(waiting.end(), busy.begin(), busy.end());
	return taken ? std::optional(taken->socket()) : std::nullopt;
}

void Standbys::withdraw(TunnelId tunnel) noexcept
{
	decltype(_stocks)::node_type stock; // not its deque: even an empty one takes memory
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		stock = _stocks.extract(tunnel);
		if (!stock) return;
		_tickets.erase(stock.mapped().ticket);
	}
	for (const auto id : stock.mapped().waiting)
		if (const auto connection = claim(id)) connection->socket().close();
}

bool Standbys::dropOne() noexcept
{
	const auto dropped = claimOldest();
	if (dropped) dropped->socket().close();
	return dropped != nullptr;
}

std::shared_ptr<StandbyConnection> Standbys::claimOldest() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto most = std::max_element(_stocks.begin(), _stocks.end(),
		[](const auto& a, const auto& b) { return a.second.waiting.size() < b.second.waiting.size(); });
	if (most == _stocks.end()) return nullptr;
	auto& waiting = most->second.waiting;
	for (auto id = waiting.begin(); id != waiting.end(); ++id)
		if (auto connection = claim(*id))
		{
			waiting.erase(id);
			return connection;
		}
	return nullptr;
}

std::size_t Standbys::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	std::size_t count = 0;
	for (const auto& [tunnel, stock] : _stocks) count += stock.waiting.size();
	return count;
}

bool Standbys::knows(TunnelId tunnel, Watch::Id id) const noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _stocks.find(tunnel);
	if (found == _stocks.end()) return false;
	const auto& waiting = found->second.waiting;
	return std::find(waiting.begin(), waiting.end(), id) != waiting.end();
}

void Standbys::remove(TunnelId tunnel, Watch::Id id) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _stocks.find(tunnel);
	if (found == _stocks.end()) return;
	auto& waiting = found->second.waiting;
	waiting.erase(std::remove(waiting.begin(), waiting.end(), id), waiting.end());
}

std::shared_ptr<StandbyConnection> Standbys::claim(Watch::Id id) noexcept
{
	return std::static_pointer_cast<StandbyConnection>(_watch.withdraw(id));
}

} // namespace Bore
