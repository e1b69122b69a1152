//
// ServerParts.cpp
//

#include "testsuite/support/ServerParts.h"

namespace Bore::Test
{

namespace
{

std::optional<Authenticator> authenticatorFor(const std::string& secret)
{
	return secret.empty() ? std::nullopt : std::optional<Authenticator>(Secret(secret));
}

} // namespace

ServerParts::ServerParts(const std::string& secret, std::size_t handshakeLimit, std::size_t maxStandby)
	: _authenticator(authenticatorFor(secret))
	, _ports("127.0.0.1", 1024, 65535, 0)
	, _engine(RelayConfig{}, _clock)
	, _visitors(_clock)
	, _standbys(_engine.watch(), _clock)
	, _handshakes(handshakeLimit)
	, _tunnels(_engine.workers())
	, _context{_clock, _authenticator, _ports, _engine.workers(), _engine.watch(), _engine.relays(),
		  _visitors, _standbys, maxStandby, _handshakes, _tunnels}
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
}

} // namespace Bore::Test
