//
// ProxyHeader.h
//
// Who called, as a proxy tells it ahead of a connection's first byte.
//

#ifndef Bore_Shared_ProxyHeader_INCLUDED
#define Bore_Shared_ProxyHeader_INCLUDED

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

enum class ProxyProtocol
/// In what form a header is written.
{
	Off,
	V1, /// a line of text
	V2  /// binary
};

struct ProxyHeader
/// The header of the PROXY protocol, versions 1 and 2, as published with
/// HAProxy (proxy-protocol.txt). Any thread.
{
	static constexpr std::size_t MAX_V1_BYTES = 107;
	/// The specification's longest line, its CRLF included.

	static constexpr std::size_t MAX_BYTES = 4096;
	/// Of a version 2 header, with everything that a proxy adds to the
	/// addresses: the specification has no bound of its own but 65551, and
	/// what proxies add is some hundred bytes.

	struct Addresses
	{
		Poco::Net::SocketAddress from; /// who called
		Poco::Net::SocketAddress to;   /// where it called
	};

	std::optional<Addresses> addresses = {};
	/// None where the proxy does not say: UNKNOWN, LOCAL (a connection of its
	/// own), and whatever is not TCP over IP.

	enum class Status
	{
		Complete,
		Incomplete, /// so far it may become a header
		Malformed
	};

	struct Parsed;

	[[nodiscard]] static Parsed parse(std::string_view bytes);
	/// The header that the bytes begin with. What version 2 adds to the
	/// addresses (TLVs) is skipped unseen.

	[[nodiscard]] std::string format(ProxyProtocol version) const;
	/// The header, empty for Off. Without addresses it is UNKNOWN (version 1)
	/// or LOCAL (version 2). Two addresses of which one alone is IPv4 are
	/// written as IPv6 (RFC 4291, 2.5.5.2).

	[[nodiscard]] static bool isBegunBy(std::string_view bytes) noexcept;
	/// Whether the bytes begin as no other protocol's do: "PROXY ", or the
	/// signature of version 2.
};

struct ProxyHeader::Parsed
{
	Status status;
	std::size_t size = 0;   /// bytes, of a complete one
	ProxyHeader header{};   /// likewise
	std::string fault = {}; /// of a malformed one, for a log: "its version is not 2"
};

} // namespace Bore

#endif // Bore_Shared_ProxyHeader_INCLUDED
