//
// Tunnel.h
//
// One client's public port.
//

#ifndef Bore_Server_Tunnel_INCLUDED
#define Bore_Server_Tunnel_INCLUDED

#include "Server/ProxiedVisitor.h"
#include "Server/PublicPort.h"
#include "Server/ServerContext.h"
#include "Server/TunnelControl.h"
#include "Server/User.h"
#include "Shared/Descriptor.h"
#include "Shared/FrameStream.h"
#include "Shared/Quota.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Thread.h>
#include <Poco/UUID.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <optional>
#include <string>

namespace Bore
{

class Tunnel
/// Listens for the visitors of one client. A thread of its own waits on
/// the listener (PublicPort) and on the control connection (TunnelControl)
/// at once: it announces each visitor, sends the heartbeats, and notices
/// that the client has left, on which the listener closes at once and what
/// was announced is withdrawn.
///
/// After Hello a client may make an Offer, which is granted. From then on
/// it must give signs of life, may say Goodbye, and if its connection is
/// lost instead, the port is reserved for it. Any other well-formed frame
/// is ignored (an extension of others), anything else, or a flood, ends the
/// tunnel. So does the day on which its user expires. A visitor that finds a standby connection goes
/// out on it and needs no announcement. Connections that are already
/// relayed outlive the tunnel.
///
/// Owned by Tunnels.
{
public:
	using Id = std::uint64_t;

	Tunnel(const ServerContext& context, Id id, FrameStream control, Poco::Net::ServerSocket listener,
		std::optional<Poco::UUID> ticket, Quota::Token place, UserPtr user,
		const std::optional<Poco::Net::SocketAddress>& client);
	/// The ticket is that of a tunnel whose port this one has reclaimed: it
	/// is good until the client's first frame after its next Grant. The
	/// place is its place among the tunnels, held until it is gone. The user
	/// is null where nobody has to prove anything. The client is where its
	/// connection comes from, unless a proxy says otherwise.

	Tunnel(const Tunnel&) = delete;
	Tunnel& operator=(const Tunnel&) = delete;
	~Tunnel();
	/// Joins; not on the tunnel's own thread.

	void start();
	/// Starts the thread, which first tells the client its port. Throws
	/// Poco::SystemException if there is no thread to be had.

	void drain() noexcept;
	/// Takes no more visitors. The heartbeats go on, so that the client
	/// stays for the connections that still run. Any thread.

	void end() noexcept;
	/// Ends it, even where its thread waits for a client that takes nothing.
	/// Any thread; returns at once.

	[[nodiscard]] std::optional<std::future<Poco::Net::ServerSocket>> release();
	/// Ends it, too, but its thread gives the listener up in place of closing
	/// it: nobody in its backlog is lost. Nothing if the listener is closed,
	/// or promised, already. Any thread; returns at once.

	void revoke() noexcept;
	/// Ends it because its user may not have it any more. Any thread; returns at once.

	[[nodiscard]] UserPtr user() const { return _control.user(); }
	/// As it is now. Any thread.

	void adopt(UserPtr user);
	/// Its user as it is from now on, under the same name. Any thread.

	[[nodiscard]] bool isFor(const User& user, WallTime now) const;
	/// Whether that user may have this port, from its client's address. Any thread.

	[[nodiscard]] bool isStalled() { return _control.isStalled(); }
	/// Whether the client has stopped acknowledging. Any thread.

	void announceAgain(std::string frame);
	/// Announces a visitor, whom PendingVisitors has, by that frame on the
	/// control connection: its standby connection was dead. Any thread.

	[[nodiscard]] bool arrive(ProxiedArrival& arrival);
	/// Takes over a visitor of whom its proxy has said who it is. False if the
	/// tunnel takes no more: the arrival is left as it is. Any thread.

	[[nodiscard]] std::uint16_t port() const noexcept { return _publicPort.number(); }

	[[nodiscard]] const Quota::Token& place() const noexcept { return _place; }
	/// Its place among the tunnels. Any thread.

	[[nodiscard]] const std::string& identity() const noexcept { return _control.identity(); }
	/// The client's, for its tickets and its port.

private:
	void run() noexcept;
	[[nodiscard]] bool live(std::string& reason) noexcept;
	void serve();
	void heartbeat();
	void acceptVisitors();
	void takeWakeUp();
	void wakeUp() noexcept;

	const ServerContext& _context;
	const Id _id;
	const Quota::Token _place; // among the tunnels

	std::atomic<bool> _ending{false};
	std::atomic<bool> _revoked{false};

	const Descriptor _wakeUp; // eventfd: draining, ending, somebody to announce again, or an arrival

	TunnelControl _control;
	PublicPort _publicPort;

	Poco::Thread _thread;
};

} // namespace Bore

#endif // Bore_Server_Tunnel_INCLUDED
