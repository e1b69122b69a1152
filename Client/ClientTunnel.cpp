//
// ClientTunnel.cpp
//

#include "Client/ClientTunnel.h"

#include "Shared/LoggingErrorHandler.h"

#include <memory>
#include <pthread.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr int STACK_BYTES = 512 * 1024; // for a resolver, which may load modules

} // namespace

ClientTunnel::ClientTunnel(const Parts& parts, ClientConfig config, TunnelConfig tunnel)
	: _config(std::move(config))
	, _tunnel(std::move(tunnel))
	, _options(std::make_shared<const SessionOptions>(_config))
	, _taken(parts.clock)
	, _visitors({"maxConnections", _tunnel.maxConnections}, {"", 0})
	, _context{_config, _tunnel, parts.clock, _options, parts.dialConnector, parts.relays, parts.dials,
		  _taken, _standbys, _visitors, parts.transport}
	, _standbys(_context)
	, _reconnector(
		  _context, parts.serverConnector, _standbys, [this](std::uint16_t port) { _onOpen(port); },
		  Backoff(_config.reconnect.firstDelay, _config.reconnect.maxDelay))
	, _thread("session")
{
	_thread.setStackSize(STACK_BYTES);
}

ClientTunnel::~ClientTunnel()
{
	stop();
	_thread.join();
	_standbys.stop();
}

void ClientTunnel::start(OpenHandler onOpen, WaitHandler onWait, EndHandler onEnd)
{
	_onOpen = std::move(onOpen);
	_reconnector.whenWaiting(std::move(onWait));
	_thread.startFunc([this, onEnd = std::move(onEnd)] { run(onEnd); });
}

void ClientTunnel::stop() noexcept
{
	_reconnector.stop();
}

void ClientTunnel::closeStandbys() noexcept
{
	_standbys.stop();
}

void ClientTunnel::run(const EndHandler& onEnd) noexcept
{
	::pthread_setname_np(::pthread_self(), _thread.name().c_str());
	try
	{
		_reconnector.run();
	}
	catch (const RoleFailure& failure)
	{
		onEnd(failure);
	}
	catch (const std::exception& error)
	{
		onEnd(RoleFailure(ExitCode::Internal, plainText(error)));
	}
}

} // namespace Bore
