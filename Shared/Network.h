//
// Network.h
//
// A range of addresses in CIDR form.
//

#ifndef Bore_Shared_Network_INCLUDED
#define Bore_Shared_Network_INCLUDED

#include <Poco/Net/IPAddress.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

namespace Bore
{

class Network
/// An IPv4 or IPv6 address with the length of a prefix (RFC 4632, RFC 4291).
/// An IPv4-mapped IPv6 address, ::ffff:1.2.3.4, is the IPv4 address, in a
/// network as in what is looked up: so ::/0 is all of IPv6 and no IPv4.
/// Constant after construction. Any thread.
{
public:
	static constexpr std::size_t MAX_BYTES = 16; /// of an IPv6 address
	using Bytes = std::array<std::uint8_t, MAX_BYTES>;

	[[nodiscard]] static Network parse(std::string_view text);
	/// "192.0.2.0/24", "2001:db8::/32"; an address alone is the network of that
	/// address. Throws std::invalid_argument with one line for the user if it
	/// is none, or if bits behind the prefix are set.

	Network(const Poco::Net::IPAddress& address, unsigned prefix);
	/// The network of that length that the address is in: bits behind the
	/// prefix are cleared. The prefix counts bits of the address as it is
	/// given, and is cut at all of them.

	explicit Network(const Poco::Net::IPAddress& address);
	/// The network of that address alone.

	[[nodiscard]] Network cut(unsigned prefix) const noexcept;
	/// The network of that shorter prefix which this one is in.

	[[nodiscard]] bool contains(const Poco::Net::IPAddress& address) const;

	[[nodiscard]] bool isIPv4() const noexcept { return _isIPv4; }
	[[nodiscard]] unsigned prefix() const noexcept { return _prefix; }
	/// Bits: 0 to 32, or to 128.

	[[nodiscard]] const Bytes& bytes() const noexcept { return _bytes; }
	/// In the order of the net; of IPv4 the first four, the rest is 0.

	[[nodiscard]] std::string toString() const;
	/// "192.0.2.0/24": what parse() reads.

	[[nodiscard]] bool operator==(const Network& other) const noexcept
	{
		return std::tie(_isIPv4, _prefix, _bytes) == std::tie(other._isIPv4, other._prefix, other._bytes);
	}

private:
	bool _isIPv4;
	unsigned _prefix;
	Bytes _bytes{};
};

} // namespace Bore

#endif // Bore_Shared_Network_INCLUDED
