//
// ServerContext.h
//
// What the parts of a server share.
//

#ifndef Bore_Server_ServerContext_INCLUDED
#define Bore_Server_ServerContext_INCLUDED

#include "Shared/Authenticator.h"
#include "Shared/Clock.h"

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <optional>
#include <string>

namespace Bore
{

class Handshakes;
class PendingVisitors;
class PortAllocator;
class Relays;
class Standbys;
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
	Standbys& standbys;
	std::size_t maxStandby; /// standby connections that a tunnel may have
	Handshakes& handshakes;
	Tunnels& tunnels;
};

[[nodiscard]] std::string identityOf(const ServerContext& context, const Poco::Net::StreamSocket& socket);
/// Who a peer is, as far as tickets go: with a secret, whoever has it;
/// without one, its address. Any thread.

} // namespace Bore

#endif // Bore_Server_ServerContext_INCLUDED
