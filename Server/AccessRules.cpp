//
// AccessRules.cpp
//

#include "Server/AccessRules.h"

#include <Poco/Bugcheck.h>

#include <algorithm>
#include <utility>

namespace Bore
{

AccessRules::AccessRules(
	AccessList clients, AccessList visitors, const std::vector<OfPorts>& ofPorts, Proxies proxies)
	: _proxies(std::move(proxies))
	, _clients(std::move(clients))
	, _visitors(std::move(visitors))
{
	_lists.reserve(ofPorts.size());
	for (const auto& entry : ofPorts)
	{
		for (const auto& ports : entry.ports.ranges()) _ranges.push_back({ports, _lists.size()});
		_lists.push_back(entry.list);
	}
	std::sort(_ranges.begin(), _ranges.end(),
		[](const Range& a, const Range& b) { return a.ports.first < b.ports.first; });
	const auto meeting = std::adjacent_find(_ranges.begin(), _ranges.end(),
		[](const Range& a, const Range& b) { return b.ports.first <= a.ports.last; });
	poco_assert(meeting == _ranges.end());
}

std::optional<AccessList::Denial> AccessRules::denialOfClient(const Poco::Net::IPAddress& address) const
{
	return _clients.denialOf(address);
}

std::optional<AccessList::Denial> AccessRules::denialOfVisitor(
	const Poco::Net::IPAddress& address, std::uint16_t port) const
{
	if (auto denial = _visitors.denialOf(address)) return denial;
	const AccessList* const list = listOf(port);
	return list == nullptr ? std::nullopt : list->denialOf(address);
}

const AccessList* AccessRules::listOf(std::uint16_t port) const noexcept
{
	const auto above = std::upper_bound(_ranges.begin(), _ranges.end(), port,
		[](std::uint16_t value, const Range& range) { return value < range.ports.first; });
	if (above == _ranges.begin() || std::prev(above)->ports.last < port) return nullptr;
	return &_lists[std::prev(above)->list];
}

} // namespace Bore
