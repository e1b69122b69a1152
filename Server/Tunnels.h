//
// Tunnels.h
//
// All tunnels of a server.
//

#ifndef Bore_Server_Tunnels_INCLUDED
#define Bore_Server_Tunnels_INCLUDED

#include "Server/PendingVisitors.h"
#include "Server/ProxiedVisitor.h"
#include "Server/Tunnel.h"
#include "Server/Users.h"
#include "Shared/Uuid.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace Bore
{

class Tunnels
/// Owns the tunnels, from Hello until their threads are joined. A tunnel
/// that has ended says so on its own thread, and is joined by a worker.
/// All methods may be called by any thread.
{
public:
	explicit Tunnels(Workers& workers) noexcept
		: _workers(workers)
	{
	}
	Tunnels(const Tunnels&) = delete;
	Tunnels& operator=(const Tunnels&) = delete;

	void open(const ServerContext& context, FrameStream control, Poco::Net::ServerSocket listener,
		const std::optional<Poco::UUID>& ticket = std::nullopt, Quota::Token place = {}, UserPtr user = {},
		const std::optional<Poco::Net::SocketAddress>& client = std::nullopt);
	/// Starts a tunnel, which holds its place among the tunnels until it is
	/// gone. The ticket is that of a tunnel whose port it has reclaimed. The
	/// client is where its connection comes from, or where a proxy says that it is.
	/// Throws Poco::SystemException if there is no thread
	/// for it, std::runtime_error if the server is draining, or if the user is
	/// not one of the server's by now.

	struct Released
	/// What a tunnel leaves to the one that takes its place.
	{
		Poco::Net::ServerSocket listener; /// still listening
		Quota::Token place;               /// among the tunnels
	};

	[[nodiscard]] std::optional<Released> release(const Poco::UUID& ticket, const std::string& identity);
	/// Ends the tunnel with this ticket and identity; nothing if no such tunnel stands. Waits
	/// for the tunnel's thread, up to 2 s: throws PortRefusedException if it
	/// does not answer. Holds no lock meanwhile.

	[[nodiscard]] std::optional<Released> releaseStalled(std::uint16_t port, const std::string& identity);
	/// The same for the tunnel on this port, if its client has stopped acknowledging.

	void announceAgain(const ServerContext& context, const Poco::UUID& id, Visitor visitor);
	/// Leaves a visitor to its tunnel's client in the ordinary way, under
	/// the id it has; resets it if the tunnel is gone. Throws std::bad_alloc.

	void arrive(const ServerContext& context, const ProxiedVisitor::Origin& origin, ProxiedArrival arrival);
	/// Gives its tunnel a visitor whose header is read; resets it if the
	/// tunnel takes no more. Throws std::bad_alloc.

	std::size_t renewUsers(const Users& users, WallTime now);
	/// The users are others from now on: gives each tunnel its user as it is now, and ends the tunnels of
	/// those who are gone, have another secret, or may not have it any more
	/// (its port, its client's address, its time). A tunnel that was opened
	/// when nobody had to prove anything stays only as long as nobody has.
	/// Returns how many it ends; call it after CurrentUsers::set().

	[[nodiscard]] std::size_t count() const;

	void drain() noexcept;
	/// None takes visitors any more, and none is opened.

	void endAll() noexcept;
	/// Ends all, and returns when they are gone. Not on a worker. None is
	/// opened after it.

private:
	friend class Tunnel;
	friend class TunnelControl;

	using Tickets = std::unordered_map<Poco::UUID, Tunnel::Id, UuidHash>;
	using AllTunnels = std::unordered_map<Tunnel::Id, std::unique_ptr<Tunnel>>;

	void name(Tunnel::Id id, const Poco::UUID& ticket);
	void unname(Tunnel::Id id, const Poco::UUID& ticket) noexcept;
	[[nodiscard]] std::unique_ptr<Tunnel> extract(Tunnel::Id id) noexcept;
	[[nodiscard]] Tunnel* standing(Tunnel::Id id, const std::string& identity) const;
	[[nodiscard]] static std::optional<Released> await(
		std::optional<std::future<Poco::Net::ServerSocket>> listener, const Quota::Token& place);
	[[nodiscard]] static bool renewUser(Tunnel& tunnel, const Users& users, WallTime now);
	void ended(Tunnel::Id id) noexcept;
	void reap(Tunnel::Id id) noexcept;

	Workers& _workers;

	mutable std::mutex _mutex; // guards what follows
	std::condition_variable _reaped;
	AllTunnels _tunnels;
	std::unordered_map<std::uint16_t, Tunnel::Id> _ports; // the last tunnel on each
	Tickets _tickets;                                     // of those that stand
	std::size_t _reaping = 0; // taken out of _tunnels, and being joined by workers
	Tunnel::Id _lastId = 0;
	bool _draining = false;
};

} // namespace Bore

#endif // Bore_Server_Tunnels_INCLUDED
