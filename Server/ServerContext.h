//
// ServerContext.h
//
// What the parts of a server share.
//

#ifndef Bore_Server_ServerContext_INCLUDED
#define Bore_Server_ServerContext_INCLUDED

#include "Server/User.h"
#include "Shared/Clock.h"

#include <Poco/Net/SocketAddress.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace Bore
{

class AccessLog;
class Admissions;
class CurrentUsers;
class Handshakes;
class LiveUsers;
class PendingVisitors;
class PortAllocator;
class Relays;
class Reservations;
class SpareDescriptor;
class Standbys;
class Tunnels;
class Watch;
class Workers;

struct ServerContext
/// The objects every connection of a server works with. Owned by the
/// Server, which outlives whatever holds a reference to this.
{
	const Clock& clock;
	const CurrentUsers& users; /// none: everybody may open tunnels
	LiveUsers& liveUsers;
	const PortAllocator& ports;
	Workers& workers;
	Watch& watch;
	Relays& relays;
	PendingVisitors& visitors;
	Standbys& standbys;
	const std::atomic<std::size_t>& maxStandby; /// standby connections that a tunnel may have
	Handshakes& handshakes;
	Tunnels& tunnels;
	Reservations& reservations;
	const std::atomic<std::chrono::milliseconds>& userTimeout; /// of control connections (boundSilence)
	Admissions& admissions;
	SpareDescriptor& spare;
	AccessLog& access;
};

[[nodiscard]] std::string identityOf(
	const UserPtr& user, const std::optional<Poco::Net::SocketAddress>& peer);
/// Who a peer is, as far as tickets and ports go: the name of the user that
/// it has proved to be (empty for the holder of the server's own secret);
/// where nobody has to prove anything, its address, or nobody's if it has gone
/// already. No name is an address. Any thread.

} // namespace Bore

#endif // Bore_Server_ServerContext_INCLUDED
