//
// NetworkSet.cpp
//

#include "Shared/NetworkSet.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace Bore
{

namespace
{

bool isBefore(const Network& a, const Network& b)
{
	return std::forward_as_tuple(a.isIPv4(), a.bytes(), a.prefix()) <
		   std::forward_as_tuple(b.isIPv4(), b.bytes(), b.prefix());
}

} // namespace

NetworkSet::NetworkSet(std::vector<Network> networks)
	: _networks(std::move(networks))
{
	std::sort(_networks.begin(), _networks.end(), isBefore);
	// Of two networks that meet one lies in the other, and the wider comes first.
	const auto end = std::unique(_networks.begin(), _networks.end(),
		[](const Network& kept, const Network& next) { return next.cut(kept.prefix()) == kept; });
	_networks.erase(end, _networks.end());
}

NetworkSet NetworkSet::parse(const std::string& list)
{
	std::vector<Network> networks;
	for (const auto& word : Poco::StringTokenizer(list, ", \t\r\n", Poco::StringTokenizer::TOK_IGNORE_EMPTY))
		networks.push_back(Network::parse(word));
	if (networks.empty())
		throw std::invalid_argument("the list is empty: write networks, such as 192.0.2.0/24");
	return NetworkSet(std::move(networks));
}

bool NetworkSet::contains(const Poco::Net::IPAddress& address) const
{
	return find(address) != nullptr;
}

const Network* NetworkSet::find(const Poco::Net::IPAddress& address) const
{
	const Network one(address);
	const auto behind = std::upper_bound(_networks.begin(), _networks.end(), one, isBefore);
	if (behind == _networks.begin()) return nullptr;
	const Network& before = *std::prev(behind);
	return one.cut(before.prefix()) == before ? &before : nullptr;
}

} // namespace Bore
