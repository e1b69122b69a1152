//
// ServerParts.cpp
//

#include "testsuite/support/ServerParts.h"

#include "testsuite/support/RunningServer.h"

namespace Bore::Test
{

namespace
{

std::shared_ptr<const Users> usersFor(const std::string& secret, const std::vector<User>& users)
{
	const auto own = secret.empty() ? std::nullopt : std::optional<Secret>(secret);
	return std::make_shared<const Users>(users, own);
}

} // namespace

ServerParts::ServerParts(const std::string& secret, std::size_t handshakeLimit, std::size_t maxStandby,
	const Limits& limits, const std::vector<User>& users)
	: _maxStandby(maxStandby)
	, _users(usersFor(secret, users))
	, _ports("127.0.0.1", RunningServer::LEAST_PORT, RunningServer::MOST_PORT, 0)
	, _admissions(limits, _clock)
	, _engine(RelayConfig{}, _clock)
	, _visitors(_clock, limits.unclaimed, limits.unclaimedPerTunnel)
	, _standbys(_engine.watch(), _clock)
	, _reservations(std::chrono::seconds(30), _clock)
	, _handshakes(handshakeLimit)
	, _tunnels(_engine.workers())
	, _context{_clock, _users, _liveUsers, _ports, _engine.workers(), _engine.watch(), _engine.relays(),
		  _visitors, _standbys, _maxStandby, _handshakes, _tunnels, _reservations, _userTimeout, _admissions,
		  _spare, _access}
{
}

ServerParts::~ServerParts()
{
	_handshakes.abortAll();
	_tunnels.endAll();
	_visitors.withdrawAll();
	_engine.stop();
}

std::pair<ScriptedPeer, ScriptedPeer> ServerParts::connect()
{
	auto peer = ScriptedPeer::connectTo(_listener.port());
	return {std::move(peer), _listener.accept()};
}

ScriptedPeer ServerParts::begin()
{
	auto [peer, ours] = connect();
	_handshakes.begin(_context, ours.socket());
	return std::move(peer);
}

void ServerParts::advance(Duration step) noexcept
{
	_clock.advance(step);
	_engine.watch().recheck();
	_engine.relays().carriers().recheck();
}

} // namespace Bore::Test
