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
class Quota;
class Relays;
class StandbyLines;
class TakenIds;

struct ClientContext
/// The objects every session of one tunnel works with. Owned by the Client
/// and by the ClientTunnel, which outlive whatever holds a reference to this.
{
	const ClientConfig& config;
	const TunnelConfig& tunnel;
	const Clock& clock;
	const std::optional<Authenticator>& authenticator; /// none: no secret was given
	const Connector& connector;                        /// for dials
	Relays& relays;
	Dials& dials;
	TakenIds& taken;
	StandbyLines& standbys;
	Quota& visitors; /// whom this tunnel carries
};

} // namespace Bore

#endif // Bore_Client_ClientContext_INCLUDED
