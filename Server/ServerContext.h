//
// ServerContext.h
//
// What the parts of a server share.
//

#ifndef Bore_Server_ServerContext_INCLUDED
#define Bore_Server_ServerContext_INCLUDED

#include "Shared/Authenticator.h"
#include "Shared/Clock.h"

#include <optional>

namespace Bore
{

class Handshakes;
class PendingVisitors;
class PortAllocator;
class Relays;
class Tunnels;
class Watch;
class Workers;

struct ServerContext
/// The objects every connection of a server works with. Owned by the
/// Server, which outlives whatever holds a reference to this.
{
	const Clock& clock;
	const std::optional<Authenticator>& authenticator; /// none: everybody may open tunnels
	const PortAllocator& ports;
	Workers& workers;
	Watch& watch;
	Relays& relays;
	PendingVisitors& visitors;
	Handshakes& handshakes;
	Tunnels& tunnels;
};

} // namespace Bore

#endif // Bore_Server_ServerContext_INCLUDED
