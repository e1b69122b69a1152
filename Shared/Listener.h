//
// Listener.h
//
// Opens listening sockets.
//

#ifndef Bore_Shared_Listener_INCLUDED
#define Bore_Shared_Listener_INCLUDED

#include "Shared/Keepalive.h"

#include <Poco/Net/ServerSocket.h>

#include <cstdint>
#include <string>

namespace Bore
{

[[nodiscard]] Poco::Net::ServerSocket listenOn(
	const std::string& address, std::uint16_t port, const Keepalive& keepalive = {});
/// A listening socket on the address (numeric; empty: all, IPv4 and IPv6
/// both, IPv4 alone where the machine has no IPv6) and port (0: any).
/// Bind and listen are one attempt: of two sockets that may reuse the
/// address, the second fails only at listen. Never SO_REUSEPORT, with which
/// the port of another would be shared in silence. What it accepts has the
/// options of prepareStream() and that keep-alive. Throws std::system_error
/// with the errno of the failure. Any thread.

} // namespace Bore

#endif // Bore_Shared_Listener_INCLUDED
