//
// Server.cpp
//

#include "Server/Server.h"

#include "Server/ControlConnection.h"
#include "Shared/HostPort.h"
#include "Shared/Listener.h"
#include "Shared/PeerAddress.h"
#include "Shared/RoleFailure.h"

#include <Poco/Logger.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/Timespan.h>

#include <system_error>

namespace Bore
{

namespace
{

constexpr std::size_t MAX_UNFINISHED_HANDSHAKES = 4096;
constexpr int ACCEPTOR_THREADS = 16; // they never wait for a peer, but begin relays
constexpr int ACCEPTOR_STACK_BYTES = 256 * 1024;
constexpr int ACCEPTOR_IDLE_MICROSECONDS =
	250'000;                     // POCO's threads can miss the stop, and see it after so long
constexpr int MAX_QUEUED = 4096; // accepted, not yet begun; beyond it POCO closes them

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server");
	return instance;
}

Poco::Net::ServerSocket listenForControl(const std::string& address, std::uint16_t port)
{
	try
	{
		return listenOn(address, port);
	}
	catch (const std::system_error& error)
	{
		const std::string where =
			address.empty() ? "port " + std::to_string(port) : formatHostPort(address, port);
		std::string mend;
		if (error.code().value() == EADDRINUSE)
			mend = ": is another server running? Choose another port with --control-port";
		else if (error.code().value() == EACCES)
			mend = ": ports below 1024 need privileges; choose another with --control-port";
		else if (error.code().value() == EADDRNOTAVAIL)
			mend = ": give an address of this machine with --bind-addr";
		throw RoleFailure(
			ExitCode::CannotBind, "cannot listen on " + where + ": " + error.code().message() + mend);
	}
}

Poco::Net::TCPServerParams::Ptr acceptorParams()
{
	Poco::Net::TCPServerParams::Ptr params(new Poco::Net::TCPServerParams);
	params->setMaxThreads(ACCEPTOR_THREADS);
	params->setMaxQueued(MAX_QUEUED);
	params->setThreadIdleTime(Poco::Timespan(ACCEPTOR_IDLE_MICROSECONDS));
	return params;
}

} // namespace

Server::Server(const ServerConfig& config, const Clock& clock)
	: _grace(config.grace)
	, _authenticator(makeAuthenticator(config.secret))
	, _listener(listenForControl(config.bindAddr, config.controlPort))
	, _port(_listener.address().port())
	, _ports(config.bindTunnels, config.minPort, config.maxPort, _port)
	, _engine(config.relay, clock)
	, _visitors(clock)
	, _standbys(_engine.watch(), clock)
	, _handshakes(MAX_UNFINISHED_HANDSHAKES)
	, _tunnels(_engine.workers())
	, _context{clock, _authenticator, _ports, _engine.workers(), _engine.watch(), _engine.relays(), _visitors,
		  _standbys, config.maxStandby, _handshakes, _tunnels}
	, _acceptors("acceptor", 1, ACCEPTOR_THREADS, 60, ACCEPTOR_STACK_BYTES)
	, _tcpServer(new ControlConnectionFactory(_context), _acceptors, _listener, acceptorParams())
{
}

Server::~Server()
{
	end();
}

void Server::start()
{
	_tcpServer.start();
	logger().information("listening on %s, %s", addressText(_listener.address()),
		std::string(_authenticator ? "clients need the secret" : "open to everybody: no secret is set"));
}

void Server::run()
{
	start();
	_stopAsked.wait();
	drain();
}

void Server::stop() noexcept
{
	_stopAsked.set();
}

void Server::stopNow() noexcept
{
	_engine.hurry();
	_stopAsked.set();
}

void Server::drain()
{
	logger().information("stopping: no more connections are accepted");
	_tcpServer.stop();
	_listener.close();
	_handshakes.abortAll();
	// The control connections stay until the relays have ended: a client
	// of the original exits, and cuts its connections, when it loses its own.
	_tunnels.drain();
	_visitors.withdrawAll();
	_engine.drain(_grace);
	end();
}

void Server::end() noexcept
{
	_tcpServer.stop();
	_handshakes.abortAll();
	_tunnels.endAll();
	_visitors.withdrawAll();
	_engine.stop();
	_acceptors.joinAll();
}

} // namespace Bore
