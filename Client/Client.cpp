//
// Client.cpp
//

#include "Client/Client.h"

#include "Client/ClientStatus.h"
#include "Shared/HostPort.h"
#include "Shared/RoleFailure.h"

#include <algorithm>
#include <utility>

namespace Bore
{

Client::Client(ClientConfig config, OpenHandler onOpen, const Clock& clock)
	: _serverHost(config.serverHost)
	, _onOpen(std::move(onOpen))
	, _serverConnector(clock, &_stopping, config.keepalive)
	, _dialConnector(clock, &_cancelled, config.keepalive)
	, _transport(config.tls, config.serverHost, config.secret.has_value(), clock)
	, _engine(config.relay, clock)
	, _tunnels({clock, _serverConnector, _dialConnector, _engine.relays(), _dials, _transport},
		  std::move(config),
		  {[this](std::uint16_t port, const TunnelConfig& tunnel) { tell(port, tunnel); },
			  [this] { tellReady(); }},
		  _stopping)
{
}

Client::~Client()
{
	stopNow();
	_tunnels.awaitThreads(); // where the start failed some run
	_tunnels.closeStandbys();
	_dials.stop();
	_engine.stop();
}

void Client::run()
{
	_tunnels.start();
	_tunnels.awaitEnd();
	tellStopping();
	drain();
	// An end that was asked for shows as a lost connection, too.
	if (!_stopping) throw _tunnels.failure();
}

bool Client::apply(const ClientConfig& config)
{
	_serverConnector.setKeepalive(config.keepalive);
	_dialConnector.setKeepalive(config.keepalive);
	_engine.adopt(config.relay);
	const bool isOther = _tunnels.adopt(config);
	_tunnels.apply(config.tunnels);
	return isOther;
}

void Client::apply(const std::vector<TunnelConfig>& tunnels)
{
	_tunnels.apply(tunnels);
}

const ClientContext& Client::parts() const
{
	return _tunnels.parts();
}

void Client::tell(std::uint16_t port, const TunnelConfig& tunnel)
{
	const std::lock_guard<std::mutex> lock(_telling);
	_onOpen(formatHostPort(_serverHost, port), tunnel);
}

std::string Client::status()
{
	ClientStatus status = _tunnels.status();
	status.connections = _engine.relays().count();
	return status.text();
}

bool Client::proveLife(const Handler& sign)
{
	return _engine.proveLife(sign);
}

void Client::stop() noexcept
{
	_stopping = true;
	_tunnels.stop();
}

void Client::stopNow() noexcept
{
	_cancelled = true;
	stop();
	_engine.hurry();
}

void Client::drain()
{
	_tunnels.closeStandbys();
	const auto end = Clock::system().now() + _tunnels.grace();
	static_cast<void>(_dials.awaitNone(end));
	_cancelled = true;
	_dials.stop();
	_engine.drain(std::max(end - Clock::system().now(), Duration::zero()));
}

} // namespace Bore
