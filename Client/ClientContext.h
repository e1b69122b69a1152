//
// ClientContext.h
//
// What the parts of a client share.
//

#ifndef Bore_Client_ClientContext_INCLUDED
#define Bore_Client_ClientContext_INCLUDED

#include "Client/ClientConfig.h"
#include "Shared/Authenticator.h"
#include "Shared/Clock.h"
#include "Shared/Connector.h"

#include <optional>

namespace Bore
{

class Dials;
class Relays;
class TakenIds;

struct ClientContext
/// The objects every session of a client works with. Owned by the Client,
/// which outlives whatever holds a reference to this.
{
	const ClientConfig& config;
	const Clock& clock;
	const std::optional<Authenticator>& authenticator; /// none: no secret was given
	const Connector& connector;                        /// for dials
	Relays& relays;
	Dials& dials;
	TakenIds& taken;
};

} // namespace Bore

#endif // Bore_Client_ClientContext_INCLUDED
