//
// ClientConfig.h
//
// What a bore-client is told, typed and validated.
//

#ifndef Bore_Client_ClientConfig_INCLUDED
#define Bore_Client_ClientConfig_INCLUDED

#include "Client/ReconnectConfig.h"
#include "Client/TlsClientConfig.h"
#include "Client/TunnelConfig.h"
#include "Shared/Clock.h"
#include "Shared/Keepalive.h"
#include "Shared/Protocol.h"
#include "Shared/RelayConfig.h"
#include "Shared/Secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

struct ClientConfig
/// The configuration of a Client.
{
	std::string serverHost;
	std::uint16_t serverPort = Protocol::CONTROL_PORT;
	std::optional<TlsClientConfig> tls;                /// none: in the clear
	std::vector<TunnelConfig> tunnels{TunnelConfig()}; /// at least one
	std::optional<Secret> secret;
	ReconnectConfig reconnect;
	Duration silence = std::chrono::seconds(8); /// of the server, after which it counts as gone; 0: any
	Keepalive keepalive;
	RelayConfig relay;
	Duration grace = std::chrono::seconds(5); /// for running connections when stopped
};

} // namespace Bore

#endif // Bore_Client_ClientConfig_INCLUDED
