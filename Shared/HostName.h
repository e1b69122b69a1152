//
// HostName.h
//
// How a host is written.
//

#ifndef Bore_Shared_HostName_INCLUDED
#define Bore_Shared_HostName_INCLUDED

#include <string>

namespace Bore
{

[[nodiscard]] std::string withoutBrackets(const std::string& host);
/// "[::1]" as "::1"; anything else as it is.

[[nodiscard]] bool isHostAddress(const std::string& text);
/// Whether it is an IP address: IPv4 by four numbers, IPv6 with or without
/// brackets, and perhaps with a scope.

[[nodiscard]] bool isHostName(const std::string& text);
/// Whether it is an address, or may be a name, which is not resolved; without a port.

} // namespace Bore

#endif // Bore_Shared_HostName_INCLUDED
