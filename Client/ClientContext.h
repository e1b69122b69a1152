//
// ClientContext.h
//
// What the parts of a client share.
//

#ifndef Bore_Client_ClientContext_INCLUDED
#define Bore_Client_ClientContext_INCLUDED

#include "Client/ClientConfig.h"
#include "Shared/Clock.h"
#include "Shared/Connector.h"

namespace Bore
{

class CurrentOptions;
class Dials;
class Quota;
class Relays;
class StandbyLines;
class TakenIds;
class Transport;

struct ClientContext
/// The objects every session of one tunnel works with. Owned by the Client
/// and by the ClientTunnel, which outlive whatever holds a reference to this.
{
	const ClientConfig& config; /// as it was when the tunnel was made
	const TunnelConfig& tunnel;
	const Clock& clock;
	CurrentOptions& options;
	const Connector& connector; /// for dials
	Relays& relays;
	Dials& dials;
	TakenIds& taken;
	StandbyLines& standbys;
	Quota& visitors; /// whom this tunnel carries
	Transport& transport;
};

} // namespace Bore

#endif // Bore_Client_ClientContext_INCLUDED
