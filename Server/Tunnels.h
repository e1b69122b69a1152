//
// Tunnels.h
//
// All tunnels of a server.
//

#ifndef Bore_Server_Tunnels_INCLUDED
#define Bore_Server_Tunnels_INCLUDED

#include "Server/PendingVisitors.h"
#include "Server/Tunnel.h"

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
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

	void open(const ServerContext& context, FrameStream control, Poco::Net::ServerSocket listener);
	/// Starts a tunnel. Throws Poco::SystemException if there is no thread
	/// for it, std::runtime_error if the server is draining.

	void announceAgain(const ServerContext& context, const Poco::UUID& id, Visitor visitor);
	/// Leaves a visitor to its tunnel's client in the ordinary way, under
	/// the id it has; resets it if the tunnel is gone. Throws std::bad_alloc.

	[[nodiscard]] std::size_t count() const;

	void drain() noexcept;
	/// None takes visitors any more, and none is opened.

	void endAll() noexcept;
	/// Ends all, and returns when they are gone. Not on a worker. None is
	/// opened after it.

private:
	friend class Tunnel;

	void ended(Tunnel::Id id) noexcept;
	void reap(Tunnel::Id id) noexcept;

	Workers& _workers;

	mutable std::mutex _mutex; // guards what follows
	std::condition_variable _reaped;
	std::unordered_map<Tunnel::Id, std::unique_ptr<Tunnel>> _tunnels;
	std::size_t _reaping = 0; // taken out of _tunnels, and being joined by workers
	Tunnel::Id _lastId = 0;
	bool _draining = false;
};

} // namespace Bore

#endif // Bore_Server_Tunnels_INCLUDED
