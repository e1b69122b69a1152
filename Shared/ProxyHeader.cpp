//
// ProxyHeader.cpp
//

#include "Shared/ProxyHeader.h"

#include "Shared/HostPort.h"
#include "Shared/Network.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <vector>

namespace Bore
{

namespace
{

using Poco::Net::IPAddress;
using Poco::Net::SocketAddress;
using Parsed = ProxyHeader::Parsed;
using Status = ProxyHeader::Status;

constexpr std::string_view V1_BEGIN = "PROXY ";
constexpr std::string_view V1_END = "\r\n";
constexpr std::string_view V2_SIGNATURE("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t V2_FIXED_BYTES = 16; // signature, version and command, family and protocol, length
constexpr std::size_t IPV4_BYTES = 4;
constexpr std::size_t IPV6_BYTES = 16;
constexpr std::size_t PORT_BYTES = 2;
constexpr std::size_t UNIX_BYTES = 108; // of one path

constexpr unsigned VERSION_2 = 0x20;
constexpr unsigned COMMAND_LOCAL = 0;
constexpr unsigned COMMAND_PROXY = 1;

// Families and protocols of which the specification says that they are valid.
constexpr unsigned UNSPECIFIED = 0x00;
constexpr unsigned TCP_OVER_IPV4 = 0x11;
constexpr unsigned UDP_OVER_IPV4 = 0x12;
constexpr unsigned TCP_OVER_IPV6 = 0x21;
constexpr unsigned UDP_OVER_IPV6 = 0x22;
constexpr unsigned UNIX_STREAM = 0x31;
constexpr unsigned UNIX_DATAGRAM = 0x32;

Parsed malformed(const std::string& fault)
{
	return {Status::Malformed, 0, {}, fault};
}

bool isPrefixOf(std::string_view part, std::string_view whole) noexcept
{
	return part == whole.substr(0, part.size());
}

// Not POCO: it takes "8080" for an IPv4 address, and knows names of interfaces.
std::optional<IPAddress> addressIn(std::string_view field, int family)
{
	if (field.find_first_not_of("0123456789abcdefABCDEF.:") != std::string_view::npos) return std::nullopt;
	std::array<char, IPV6_BYTES> bytes{};
	if (::inet_pton(family, std::string(field).c_str(), bytes.data()) != 1) return std::nullopt;
	return IPAddress(bytes.data(), static_cast<poco_socklen_t>(family == AF_INET ? IPV4_BYTES : IPV6_BYTES));
}

std::optional<std::uint16_t> portIn(std::string_view field) noexcept
{
	if (field.size() > 1 && field.front() == '0') return std::nullopt;
	return parsePort(field);
}

std::vector<std::string_view> fieldsOf(std::string_view line)
{
	std::vector<std::string_view> fields;
	for (std::size_t begin = 0; begin <= line.size();)
	{
		const std::size_t end = std::min(line.find(' ', begin), line.size());
		fields.push_back(line.substr(begin, end - begin));
		begin = end + 1;
	}
	return fields;
}

std::optional<ProxyHeader::Addresses> addressesIn(const std::vector<std::string_view>& fields, int family)
{
	if (fields.size() != 5) return std::nullopt;
	const auto from = addressIn(fields[1], family);
	const auto to = addressIn(fields[2], family);
	const auto fromPort = portIn(fields[3]);
	const auto toPort = portIn(fields[4]);
	if (!from || !to || !fromPort || !toPort) return std::nullopt;
	return ProxyHeader::Addresses{SocketAddress(*from, *fromPort), SocketAddress(*to, *toPort)};
}

Parsed parseV1(std::string_view bytes)
{
	const auto end = bytes.substr(0, ProxyHeader::MAX_V1_BYTES).find(V1_END);
	if (end == std::string_view::npos)
	{
		if (bytes.size() < ProxyHeader::MAX_V1_BYTES) return {Status::Incomplete};
		return malformed("its line does not end within 107 bytes");
	}
	const std::size_t size = end + V1_END.size();
	const auto fields = fieldsOf(bytes.substr(V1_BEGIN.size(), end - V1_BEGIN.size()));
	// Whatever follows is to be ignored.
	if (fields.front() == "UNKNOWN") return {Status::Complete, size};
	if (fields.front() != "TCP4" && fields.front() != "TCP6")
		return malformed("it names neither TCP4 nor TCP6 nor UNKNOWN");
	auto addresses = addressesIn(fields, fields.front() == "TCP4" ? AF_INET : AF_INET6);
	if (!addresses) return malformed("its addresses and ports are malformed");
	return {Status::Complete, size, {std::move(addresses)}};
}

unsigned byteAt(std::string_view bytes, std::size_t index) noexcept
{
	return static_cast<unsigned char>(bytes[index]);
}

std::uint16_t numberAt(std::string_view bytes, std::size_t index) noexcept
{
	return static_cast<std::uint16_t>(byteAt(bytes, index) << 8U | byteAt(bytes, index + 1));
}

std::size_t leastLength(unsigned family) noexcept
{
	switch (family)
	{
	case TCP_OVER_IPV4:
	case UDP_OVER_IPV4:
		return 2 * (IPV4_BYTES + PORT_BYTES);
	case TCP_OVER_IPV6:
	case UDP_OVER_IPV6:
		return 2 * (IPV6_BYTES + PORT_BYTES);
	case UNIX_STREAM:
	case UNIX_DATAGRAM:
		return 2 * UNIX_BYTES;
	default:
		return 0;
	}
}

bool isKnown(unsigned family) noexcept
{
	return family == UNSPECIFIED || leastLength(family) > 0;
}

ProxyHeader::Addresses addressesIn(std::string_view block, std::size_t size)
{
	const auto address = [&](std::size_t at)
	{ return IPAddress(block.data() + at, static_cast<poco_socklen_t>(size)); };
	return {SocketAddress(address(0), numberAt(block, 2 * size)),
		SocketAddress(address(size), numberAt(block, 2 * size + PORT_BYTES))};
}

Parsed parseV2(std::string_view bytes)
{
	if (bytes.size() < V2_FIXED_BYTES) return {Status::Incomplete};
	const unsigned version = byteAt(bytes, 12) & 0xF0U;
	const unsigned command = byteAt(bytes, 12) & 0x0FU;
	const unsigned family = byteAt(bytes, 13);
	const std::size_t length = numberAt(bytes, 14);
	if (version != VERSION_2) return malformed("its version is neither 1 nor 2");
	if (command != COMMAND_LOCAL && command != COMMAND_PROXY)
		return malformed("its command is neither LOCAL nor PROXY");
	const std::size_t size = V2_FIXED_BYTES + length;
	if (size > ProxyHeader::MAX_BYTES) return malformed("it is longer than 4096 bytes");
	// Of LOCAL the family and what follows are to be discarded unseen.
	const bool isLocal = command == COMMAND_LOCAL;
	if (!isLocal && !isKnown(family)) return malformed("its address family is none that there is");
	if (!isLocal && length < leastLength(family)) return malformed("it is too short for its addresses");
	if (bytes.size() < size) return {Status::Incomplete};
	const auto block = bytes.substr(V2_FIXED_BYTES, length);
	if (!isLocal && family == TCP_OVER_IPV4)
		return {Status::Complete, size, {addressesIn(block, IPV4_BYTES)}};
	if (!isLocal && family == TCP_OVER_IPV6)
		return {Status::Complete, size, {addressesIn(block, IPV6_BYTES)}};
	return {Status::Complete, size};
}

// Of the family that both can be written in.
struct Pair
{
	explicit Pair(const ProxyHeader::Addresses& addresses)
		: from(addresses.from.host())
		, to(addresses.to.host())
		, isIPv4(from.isIPv4() && to.isIPv4())
	{
	}

	[[nodiscard]] std::string bytesOf(const Network& network) const
	{
		const auto& raw = network.bytes();
		std::string bytes(raw.begin(), raw.begin() + (network.isIPv4() ? IPV4_BYTES : IPV6_BYTES));
		if (network.isIPv4() && !isIPv4) bytes.insert(0, "\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
		return bytes;
	}

	[[nodiscard]] std::string textOf(const Network& network) const
	{
		std::array<char, INET6_ADDRSTRLEN> text{};
		::inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytesOf(network).data(), text.data(), text.size());
		return text.data();
	}

	Network from;
	Network to;
	bool isIPv4;
};

std::string formatV1(const std::optional<ProxyHeader::Addresses>& addresses)
{
	std::string line(V1_BEGIN);
	if (!addresses) return line.append("UNKNOWN").append(V1_END);
	const Pair pair(*addresses);
	return line.append(pair.isIPv4 ? "TCP4 " : "TCP6 ")
		.append(pair.textOf(pair.from) + ' ' + pair.textOf(pair.to) + ' ')
		.append(std::to_string(addresses->from.port()) + ' ' + std::to_string(addresses->to.port()))
		.append(V1_END);
}

void append(std::string& bytes, std::size_t number)
{
	bytes.push_back(static_cast<char>(number >> 8U & 0xFFU));
	bytes.push_back(static_cast<char>(number & 0xFFU));
}

std::string formatV2(const std::optional<ProxyHeader::Addresses>& addresses)
{
	std::string bytes(V2_SIGNATURE);
	if (!addresses)
	{
		bytes.push_back(static_cast<char>(VERSION_2 | COMMAND_LOCAL));
		bytes.push_back(static_cast<char>(UNSPECIFIED));
		append(bytes, 0);
		return bytes;
	}
	const Pair pair(*addresses);
	const unsigned family = pair.isIPv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
	bytes.push_back(static_cast<char>(VERSION_2 | COMMAND_PROXY));
	bytes.push_back(static_cast<char>(family));
	append(bytes, leastLength(family));
	bytes += pair.bytesOf(pair.from) + pair.bytesOf(pair.to);
	append(bytes, addresses->from.port());
	append(bytes, addresses->to.port());
	return bytes;
}

} // namespace

Parsed ProxyHeader::parse(std::string_view bytes)
{
	const auto begin = bytes.substr(0, V2_SIGNATURE.size());
	if (isPrefixOf(begin, V2_SIGNATURE)) return parseV2(bytes);
	if (isPrefixOf(bytes.substr(0, V1_BEGIN.size()), V1_BEGIN))
		return bytes.size() < V1_BEGIN.size() ? Parsed{Status::Incomplete} : parseV1(bytes);
	return malformed("it begins with something else");
}

std::string ProxyHeader::format(ProxyProtocol version) const
{
	switch (version)
	{
	case ProxyProtocol::V1:
		return formatV1(addresses);
	case ProxyProtocol::V2:
		return formatV2(addresses);
	case ProxyProtocol::Off:
		break;
	}
	return {};
}

bool ProxyHeader::isBegunBy(std::string_view bytes) noexcept
{
	return bytes.substr(0, V1_BEGIN.size()) == V1_BEGIN ||
		   bytes.substr(0, V2_SIGNATURE.size()) == V2_SIGNATURE;
}

} // namespace Bore
