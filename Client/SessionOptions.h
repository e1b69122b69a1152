//
// SessionOptions.h
//
// What may change between two sessions of a tunnel.
//

#ifndef Bore_Client_SessionOptions_INCLUDED
#define Bore_Client_SessionOptions_INCLUDED

#include "Client/ClientConfig.h"
#include "Client/ReconnectConfig.h"
#include "Shared/Authenticator.h"
#include "Shared/Clock.h"

#include <optional>

namespace Bore
{

struct SessionOptions
/// The part of a ClientConfig that a reload gives to tunnels that stand.
/// Constant once somebody has it.
{
	explicit SessionOptions(const ClientConfig& config)
		: authenticator(makeAuthenticator(config.secret))
		, reconnect(config.reconnect)
		, silence(config.silence)
	{
	}

	std::optional<Authenticator> authenticator; /// none: no secret was given
	ReconnectConfig reconnect;
	Duration silence;
};

} // namespace Bore

#endif // Bore_Client_SessionOptions_INCLUDED
