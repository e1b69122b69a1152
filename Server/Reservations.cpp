//
// Reservations.cpp
//

#include "Server/Reservations.h"

#include <algorithm>
#include <iterator>

namespace Bore
{

Reservations::Reservations(Duration span, const Clock& clock) noexcept
	: _clock(clock)
	, _span(span)
{
}

void Reservations::setSpan(Duration span) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_span = span;
}

std::optional<Reservations::Claim> Reservations::reserve(std::uint16_t port, const std::string& identity,
	const std::vector<Poco::UUID>& tickets, const Quota::Token& place)
{
	dropExpired();
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_span <= Duration::zero()) return std::nullopt;
	_entries[port] = {++_lastSerial, identity, tickets, _clock.now() + _span, place};
	return Claim{port, _lastSerial, place};
}

void Reservations::dropExpired()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	for (auto entry = _entries.begin(); entry != _entries.end();)
		entry = stands(entry->second) ? std::next(entry) : _entries.erase(entry);
}

std::optional<Reservations::Claim> Reservations::find(
	const Poco::UUID& ticket, const std::string& identity) const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	for (const auto& [port, entry] : _entries)
	{
		const auto& tickets = entry.tickets;
		if (std::find(tickets.begin(), tickets.end(), ticket) == tickets.end()) continue;
		if (entry.identity != identity || !stands(entry)) return std::nullopt;
		return Claim{port, entry.serial, entry.place};
	}
	return std::nullopt;
}

std::optional<Reservations::Claim> Reservations::find(std::uint16_t port, const std::string& identity) const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _entries.find(port);
	if (found == _entries.end() || found->second.identity != identity || !stands(found->second))
		return std::nullopt;
	return Claim{port, found->second.serial, found->second.place};
}

bool Reservations::holds(std::uint16_t port) const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _entries.find(port);
	return found != _entries.end() && stands(found->second);
}

void Reservations::remove(const Claim& claim) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _entries.find(claim.port);
	if (found != _entries.end() && found->second.serial == claim.serial) _entries.erase(found);
}

} // namespace Bore
