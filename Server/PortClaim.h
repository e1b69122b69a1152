//
// PortClaim.h
//
// Who gets which public port.
//

#ifndef Bore_Server_PortClaim_INCLUDED
#define Bore_Server_PortClaim_INCLUDED

#include "Server/Reservations.h"
#include "Server/ServerContext.h"
#include "Server/Tunnels.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/UUID.h>

#include <cstdint>
#include <optional>
#include <string>

namespace Bore
{

class PortClaim
/// The listener that a client is to have: a fresh one on a free port or on
/// the one kept for it, or that of a standing tunnel of the same identity,
/// handed over with all who wait in its backlog. Made and used by the
/// thread that runs the handshake; it may wait up to 2 s for the tunnel.
{
public:
	struct Claimant
	/// Who asks for the port.
	{
		Poco::Net::SocketAddress peer;
		std::string identity; /// as in identityOf()
		UserPtr user = {};    /// null where nobody has to prove anything
	};

	PortClaim(const ServerContext& context, const Hello& hello, Claimant claimant);
	/// On any port that is kept for nobody, or on the one asked for, of those
	/// that the user may have. If that is taken by a tunnel whose client has stopped acknowledging, it is
	/// handed over. Throws PortRefusedException.

	PortClaim(const ServerContext& context, const Reclaim& reclaim, Claimant claimant);
	/// On the port of the tunnel with this ticket, standing or lost (our
	/// extension). Throws PortRefusedException; the ticket stays good.

	PortClaim(const PortClaim&) = delete;
	PortClaim& operator=(const PortClaim&) = delete;

	void open(FrameStream control);
	/// Opens the tunnel; once. Throws what Tunnels::open() throws; where
	/// threads or descriptors have run out, the client has its Error then.

private:
	[[nodiscard]] Poco::Net::ServerSocket listenerFor(const Hello& hello);
	[[nodiscard]] Poco::Net::ServerSocket listenerFor(const Reclaim& reclaim);
	[[nodiscard]] Poco::Net::ServerSocket takeOver(const Tunnels::Released& released);
	[[nodiscard]] Poco::Net::ServerSocket anyListener();
	void tellShortage(Poco::Net::StreamSocket client) const noexcept;
	void checkUsers(std::uint16_t port) const;
	void checkReservation(std::uint16_t port);
	void enter();

	const ServerContext& _context;
	const Claimant _claimant;
	Quota::Token _place;                     // among the tunnels
	const std::optional<Poco::UUID> _ticket; // good for the tunnel to be opened, too
	std::optional<Reservations::Claim> _reserved;
	Poco::Net::ServerSocket _listener;
};

} // namespace Bore

#endif // Bore_Server_PortClaim_INCLUDED
