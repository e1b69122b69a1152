//
// Client.cpp
//

#include "Client/Client.h"

#include "Shared/HostPort.h"
#include "Shared/RoleFailure.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <utility>

namespace Bore
{

namespace
{

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.client");
	return instance;
}

} // namespace

Client::Client(ClientConfig config, OpenHandler onOpen, const Clock& clock)
	: _config(std::move(config))
	, _onOpen(std::move(onOpen))
	, _clock(clock)
	, _authenticator(makeAuthenticator(_config.secret))
	, _serverConnector(clock, &_stopping)
	, _dialConnector(clock, &_cancelled)
	, _engine(_config.relay, clock)
	, _taken(clock)
	, _context{_config, _clock, _authenticator, _dialConnector, _engine.relays(), _dials, _taken}
	, _standbys(_context)
	, _session(_context, _serverConnector, _standbys)
{
}

Client::~Client()
{
	stopNow();
	_standbys.stop();
	_dials.stop();
	_engine.stop();
}

void Client::run()
{
	try
	{
		work();
	}
	catch (const RoleFailure&)
	{
		drain();
		// An end that was asked for shows as a lost connection, too.
		if (_stopping) return;
		throw;
	}
}

void Client::work()
{
	const auto port = _session.open();
	const std::string address = formatHostPort(_config.serverHost, port);
	logger().information(
		"%s is open, and leads to %s", address, formatHostPort(_config.localHost, _config.localPort));
	_onOpen(address);
	_session.serve();
}

void Client::stop() noexcept
{
	_stopping = true;
	_session.stop();
}

void Client::stopNow() noexcept
{
	_cancelled = true;
	stop();
	_engine.hurry();
}

void Client::drain()
{
	_standbys.stop();
	const auto end = Clock::system().now() + _config.grace;
	static_cast<void>(_dials.awaitNone(end));
	_cancelled = true;
	_dials.stop();
	_engine.drain(std::max(end - Clock::system().now(), Duration::zero()));
}

} // namespace Bore
