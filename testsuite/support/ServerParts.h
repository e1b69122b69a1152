//
// ServerParts.h
//
// The inside of a server, without its control port.
//

#ifndef Bore_Test_ServerParts_INCLUDED
#define Bore_Test_ServerParts_INCLUDED

#include "Server/AccessLog.h"
#include "Server/Admissions.h"
#include "Server/CurrentUsers.h"
#include "Server/Handshakes.h"
#include "Server/LiveUsers.h"
#include "Server/PendingVisitors.h"
#include "Server/PortAllocator.h"
#include "Server/Reservations.h"
#include "Server/ServerContext.h"
#include "Server/SpareDescriptor.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/RelayEngine.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace Bore::Test
{

class ServerParts
/// What a Server is composed of, with a clock of the test's and limits of
/// its choice. The test hands it connections itself. For one thread.
{
public:
	explicit ServerParts(const std::string& secret = "", std::size_t handshakeLimit = 4096,
		std::size_t maxStandby = 64, const Limits& limits = {}, const std::vector<User>& users = {});
	/// Without a secret and users it is open to everybody.
	ServerParts(const ServerParts&) = delete;
	ServerParts& operator=(const ServerParts&) = delete;
	~ServerParts();

	[[nodiscard]] const ServerContext& context() const noexcept { return _context; }
	[[nodiscard]] Handshakes& handshakes() noexcept { return _handshakes; }
	[[nodiscard]] PendingVisitors& visitors() noexcept { return _visitors; }
	[[nodiscard]] Standbys& standbys() noexcept { return _standbys; }
	[[nodiscard]] Reservations& reservations() noexcept { return _reservations; }
	[[nodiscard]] Tunnels& tunnels() noexcept { return _tunnels; }
	[[nodiscard]] Relays& relays() noexcept { return _engine.relays(); }
	[[nodiscard]] Watch& watch() noexcept { return _engine.watch(); }
	[[nodiscard]] Admissions& admissions() noexcept { return _admissions; }
	[[nodiscard]] CurrentUsers& users() noexcept { return _users; }
	[[nodiscard]] LiveUsers& liveUsers() noexcept { return _liveUsers; }
	[[nodiscard]] ManualClock& clock() noexcept { return _clock; }

	[[nodiscard]] std::pair<ScriptedPeer, ScriptedPeer> connect();
	/// A connection: the peer's end, and ours.

	[[nodiscard]] ScriptedPeer begin();
	/// A peer whose handshake has begun.

	void advance(Duration step) noexcept;
	/// Moves time, and has the deadlines looked at.

private:
	ManualClock _clock;
	const std::atomic<std::size_t> _maxStandby;
	const std::atomic<std::chrono::milliseconds> _userTimeout{std::chrono::seconds(10)};
	CurrentUsers _users;
	LiveUsers _liveUsers;
	const PortAllocator _ports;
	ScriptedListener _listener;
	AccessLog _access;
	Admissions _admissions;
	SpareDescriptor _spare;
	RelayEngine _engine;
	PendingVisitors _visitors;
	Standbys _standbys;
	Reservations _reservations;
	Handshakes _handshakes;
	Tunnels _tunnels;
	const ServerContext _context;
};

} // namespace Bore::Test

#endif // Bore_Test_ServerParts_INCLUDED
