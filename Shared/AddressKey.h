//
// AddressKey.h
//
// What counts as one address.
//

#ifndef Bore_Shared_AddressKey_INCLUDED
#define Bore_Shared_AddressKey_INCLUDED

#include <Poco/Net/IPAddress.h>

#include <string>

namespace Bore
{

[[nodiscard]] std::string addressKey(const Poco::Net::IPAddress& address);
/// The key under which limits count an address: an IPv4 address itself,
/// also where it came through an IPv6 socket (::ffff:1.2.3.4); of an IPv6
/// address its /64, "2001:db8:0:1::/64", since every host has all of one to
/// itself (RFC 4291 2.5.1, RFC 6177). Any thread.

} // namespace Bore

#endif // Bore_Shared_AddressKey_INCLUDED
