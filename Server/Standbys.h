//
// Standbys.h
//
// The connections that wait for visitors to come.
//

#ifndef Bore_Server_Standbys_INCLUDED
#define Bore_Server_Standbys_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Uuid.h"
#include "Shared/Watch.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace Bore
{

class StandbyConnection;

class Standbys
/// Holds the standby connections of all tunnels (our extension of the bore
/// protocol): a client that was granted some keeps them open and idle, so
/// that a visitor costs no dial back. Each tunnel has a ticket, by which
/// its connections are admitted, and takes the freshest first. They lie in
/// the Watch, and cost no thread. All methods may be called by any thread.
{
public:
	using TunnelId = std::uint64_t;

	enum class Admission
	{
		Admitted,
		UnknownTicket,
		Full
	};

	Standbys(Watch& watch, const Clock& clock) noexcept;
	Standbys(const Standbys&) = delete;
	Standbys& operator=(const Standbys&) = delete;
	~Standbys();

	[[nodiscard]] Poco::UUID grant(TunnelId tunnel, std::size_t most, const std::string& identity);
	/// A new ticket for the tunnel, good for so many waiting connections of
	/// the same identity. Throws std::runtime_error without secure randomness.

	[[nodiscard]] Admission admit(
		const Poco::UUID& ticket, const std::string& identity, const Poco::Net::StreamSocket& socket);
	/// Takes a connection in, if its ticket is good.

	[[nodiscard]] std::optional<Poco::Net::StreamSocket> take(TunnelId tunnel);
	/// A connection for a visitor; nothing if none waits.

	void withdraw(TunnelId tunnel) noexcept;
	/// The tunnel has ended: its connections are closed, its ticket is void.

	bool dropOne() noexcept;
	/// Closes one that waits, of whichever tunnel has most, to spare its
	/// descriptor; false if there is none.

	[[nodiscard]] std::size_t count() const;
	/// How many wait.

private:
	friend class StandbyConnection;

	struct Stock
	{
		Poco::UUID ticket;
		std::string identity;
		std::size_t most = 0;
		std::deque<Watch::Id> waiting; // the freshest last
	};

	[[nodiscard]] bool knows(TunnelId tunnel, Watch::Id id) const noexcept;
	void remove(TunnelId tunnel, Watch::Id id) noexcept;
	[[nodiscard]] std::shared_ptr<StandbyConnection> claim(Watch::Id id) noexcept;
	[[nodiscard]] std::shared_ptr<StandbyConnection> claimOldest() noexcept;

	Watch& _watch;
	const Clock& _clock;

	mutable std::mutex _mutex; // guards what follows
	std::unordered_map<TunnelId, Stock> _stocks;
	std::unordered_map<Poco::UUID, TunnelId, UuidHash> _tickets;
};

} // namespace Bore

#endif // Bore_Server_Standbys_INCLUDED
