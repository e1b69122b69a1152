//
// AddressKey.cpp
//

#include "Shared/AddressKey.h"

#include <algorithm>
#include <array>

namespace Bore
{

namespace
{

constexpr std::size_t ADDRESS_BYTES = 16;
constexpr std::size_t NETWORK_BYTES = 8; // of a /64

} // namespace

std::string addressKey(const Poco::Net::IPAddress& address)
{
	if (address.family() == Poco::Net::IPAddress::IPv4) return address.toString();
	if (address.isIPv4Mapped())
	{
		const std::string text = address.toString();
		return text.substr(text.rfind(':') + 1);
	}
	std::array<unsigned char, ADDRESS_BYTES> network{};
	std::copy_n(static_cast<const unsigned char*>(address.addr()), NETWORK_BYTES, network.begin());
	return Poco::Net::IPAddress(network.data(), ADDRESS_BYTES).toString() + "/64";
}

} // namespace Bore
