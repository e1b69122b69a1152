//
// ServerConfig.h
//
// What a bore-server is told, typed and validated.
//

#ifndef Bore_Server_ServerConfig_INCLUDED
#define Bore_Server_ServerConfig_INCLUDED

#include "Server/AccessRules.h"
#include "Server/Limits.h"
#include "Server/TlsServerConfig.h"
#include "Server/User.h"
#include "Shared/Clock.h"
#include "Shared/Keepalive.h"
#include "Shared/LogConfig.h"
#include "Shared/Protocol.h"
#include "Shared/RelayConfig.h"
#include "Shared/Secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

struct ServerConfig
/// The configuration of a Server.
{
	std::string bindAddr;    /// address of the control port; empty: all, IPv4 and IPv6
	std::string bindTunnels; /// address of the tunnels' ports; empty: all, IPv4 and IPv6
	std::uint16_t controlPort = Protocol::CONTROL_PORT; /// 0: any free one
	bool plainControl = true;           /// whether there is that port; without it there must be the next
	std::optional<TlsServerConfig> tls; /// the port for TLS
	std::uint16_t minPort = 1024;
	std::uint16_t maxPort = 65535;
	std::size_t maxStandby = 64;              /// standby connections that a tunnel may have; 0: none
	std::chrono::seconds userTimeout{10};     /// for a client to acknowledge; 0: as long as the system says
	std::chrono::seconds portReservation{30}; /// of a port whose client was lost; 0: none
	std::optional<Secret> secret;
	std::vector<User> users; /// beside whoever has the secret; without both the server is open to everybody
	AccessRules access;      /// who may connect where
	Limits limits;
	Keepalive keepalive;
	RelayConfig relay;
	LogOutputConfig accessLog;                /// the access log
	Duration grace = std::chrono::seconds(5); /// for running connections when stopped
};

} // namespace Bore

#endif // Bore_Server_ServerConfig_INCLUDED
