//
// ClientConfig.h
//
// What a bore-client is told, typed and validated.
//

#ifndef Bore_Client_ClientConfig_INCLUDED
#define Bore_Client_ClientConfig_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Protocol.h"
#include "Shared/RelayConfig.h"
#include "Shared/Secret.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace Bore
{

struct ClientConfig
/// The configuration of a Client. Constant once the Client has it.
{
	std::string localHost = "localhost";
	std::uint16_t localPort = 0;
	std::string serverHost;
	std::uint16_t serverPort = Protocol::CONTROL_PORT;
	std::uint16_t port = 0;  /// the public port asked for; 0: any
	std::size_t standby = 8; /// standby connections to keep; 0: none
	std::optional<Secret> secret;
	RelayConfig relay;
	Duration grace = std::chrono::seconds(5); /// for running connections when stopped
};

} // namespace Bore

#endif // Bore_Client_ClientConfig_INCLUDED
