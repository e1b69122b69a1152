//
// HostPort.h
//
// HOST[:PORT], as a user writes it.
//

#ifndef Bore_Shared_HostPort_INCLUDED
#define Bore_Shared_HostPort_INCLUDED

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

struct HostPort
/// A host and perhaps a port: "host", "host:80", "1.2.3.4:80", "[::1]", "[::1]:80".
{
	std::string host;                  /// without brackets
	std::optional<std::uint16_t> port; /// never 0

	[[nodiscard]] static HostPort parse(std::string_view text);
	/// Throws std::invalid_argument with one line for the user that says
	/// what is wrong and how to write it. Does not resolve the name.
};

[[nodiscard]] std::string formatHostPort(const std::string& host, std::uint16_t port);
/// "host:port", an IPv6 address in brackets: what HostPort::parse reads.

[[nodiscard]] std::optional<std::uint32_t> parseNumber(std::string_view digits, std::uint32_t max) noexcept;
/// A decimal number from 0 to max: digits only, no more of them than max
/// has; no sign, space, hexadecimal or separator. Nothing otherwise.

[[nodiscard]] std::optional<std::uint16_t> parsePort(std::string_view digits) noexcept;
/// parseNumber() for a port, 0 to 65535: the caller decides about 0.

} // namespace Bore

#endif // Bore_Shared_HostPort_INCLUDED
