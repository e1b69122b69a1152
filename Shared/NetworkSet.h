//
// NetworkSet.h
//
// Many networks, looked up fast.
//

#ifndef Bore_Shared_NetworkSet_INCLUDED
#define Bore_Shared_NetworkSet_INCLUDED

#include "Shared/Network.h"

#include <Poco/Net/IPAddress.h>

#include <cstddef>
#include <string>
#include <vector>

namespace Bore
{

class NetworkSet
/// Says whether an address is in one of some networks. One that lies in
/// another is left out, so that those that remain lie apart: a look-up is
/// one binary search, however many there are.
/// Constant after construction. Any thread.
{
public:
	NetworkSet() = default;
	/// Of no networks.

	explicit NetworkSet(std::vector<Network> networks);

	[[nodiscard]] static NetworkSet parse(const std::string& list);
	/// Networks as Network::parse() reads them, with commas or blanks between
	/// them. Throws std::invalid_argument with one line for the user about the
	/// first that is wrong, or if there is none.

	[[nodiscard]] bool contains(const Poco::Net::IPAddress& address) const;

	[[nodiscard]] const Network* find(const Poco::Net::IPAddress& address) const;
	/// The network that the address is in; null if it is in none.

	[[nodiscard]] bool empty() const noexcept { return _networks.empty(); }
	[[nodiscard]] std::size_t size() const noexcept { return _networks.size(); }
	/// Networks; one that lies in another, or is given twice, does not count.

	[[nodiscard]] bool operator==(const NetworkSet& other) const noexcept
	{
		return _networks == other._networks;
	}

private:
	std::vector<Network> _networks; /// by family and first address
};

} // namespace Bore

#endif // Bore_Shared_NetworkSet_INCLUDED
