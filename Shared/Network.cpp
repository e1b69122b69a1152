//
// Network.cpp
//

#include "Shared/Network.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"

#include <algorithm>
#include <arpa/inet.h>
#include <optional>
#include <stdexcept>

namespace Bore
{

namespace
{

using Poco::Net::IPAddress;

constexpr unsigned IPV4_BITS = 32;
constexpr unsigned IPV6_BITS = 128;
constexpr unsigned MAPPED_BITS = 96; // ::ffff:0:0/96: RFC 4291 2.5.5.2
constexpr std::size_t IPV4_BYTES = 4;
constexpr std::array<std::uint8_t, 12> MAPPED{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

[[noreturn]] void fail(std::string_view text, const std::string& what)
{
	throw std::invalid_argument("\"" + escapeForLog(text) + "\" " + what);
}

std::optional<IPAddress> addressFrom(const std::string& text)
{
	// Not POCO: it takes "8080" for an IPv4 address.
	in_addr v4{};
	if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return IPAddress(&v4, sizeof v4);
	in6_addr v6{};
	if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return IPAddress(&v6, sizeof v6);
	return std::nullopt;
}

unsigned bitsOf(const IPAddress& address) noexcept
{
	return address.family() == IPAddress::IPv4 ? IPV4_BITS : IPV6_BITS;
}

void clearBehind(Network::Bytes& bytes, unsigned prefix) noexcept
{
	for (std::size_t i = 0; i < bytes.size(); ++i)
	{
		const unsigned before = static_cast<unsigned>(i) * 8;
		const unsigned kept = prefix <= before ? 0 : std::min(prefix - before, 8U);
		bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> kept));
	}
}

} // namespace

Network Network::parse(std::string_view text)
{
	const std::size_t slash = text.find('/');
	const auto address = addressFrom(std::string(text.substr(0, slash)));
	if (!address)
		fail(text, "is no network: write an IP address and a prefix, 192.0.2.0/24 or 2001:db8::/32");
	const unsigned bits = bitsOf(*address);
	const auto prefix =
		slash == std::string_view::npos ? std::optional(bits) : parseNumber(text.substr(slash + 1), bits);
	if (!prefix)
		fail(text,
			"has a wrong prefix: write a number from 0 to " + std::to_string(bits) + " after the slash");

	const Network network(*address, *prefix);
	if (network.bytes() != Network(*address, bits).bytes())
		fail(text, "has bits behind its prefix: write " + network.toString());
	return network;
}

Network::Network(const IPAddress& address, unsigned prefix)
	: _isIPv4(address.family() == IPAddress::IPv4)
	, _prefix(std::min(prefix, bitsOf(address)))
{
	const auto* const raw = static_cast<const std::uint8_t*>(address.addr());
	std::copy_n(raw, _isIPv4 ? IPV4_BYTES : MAX_BYTES, _bytes.begin());
	const bool mapped = !_isIPv4 && std::equal(MAPPED.begin(), MAPPED.end(), _bytes.begin());
	if (mapped && _prefix >= MAPPED_BITS)
	{
		_isIPv4 = true;
		_prefix -= MAPPED_BITS;
		std::copy_n(raw + MAPPED.size(), IPV4_BYTES, _bytes.begin());
		std::fill(_bytes.begin() + IPV4_BYTES, _bytes.end(), std::uint8_t{0});
	}
	clearBehind(_bytes, _prefix);
}

Network::Network(const IPAddress& address)
	: Network(address, IPV6_BITS)
{
}

Network Network::cut(unsigned prefix) const noexcept
{
	Network shorter(*this);
	shorter._prefix = std::min(prefix, _prefix);
	clearBehind(shorter._bytes, shorter._prefix);
	return shorter;
}

bool Network::contains(const IPAddress& address) const
{
	return Network(address).cut(_prefix) == *this;
}

std::string Network::toString() const
{
	const IPAddress address(_bytes.data(), static_cast<poco_socklen_t>(_isIPv4 ? IPV4_BYTES : MAX_BYTES));
	return address.toString() + "/" + std::to_string(_prefix);
}

} // namespace Bore
