//
// Server.cpp
//

#include "Server/Server.h"

#include "Shared/Counted.h"
#include "Shared/HostPort.h"
#include "Shared/Listener.h"
#include "Shared/PeerAddress.h"
#include "Shared/ProcessSetup.h"
#include "Shared/RoleFailure.h"
#include "Shared/SocketOptions.h"

#include <Poco/Bugcheck.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace Bore
{

namespace
{

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server");
	return instance;
}

Poco::Net::ServerSocket listenForControl(
	const std::string& address, std::uint16_t port, const Keepalive& keepalive, const std::string& option)
{
	try
	{
		return listenOn(address, port, keepalive);
	}
	catch (const std::system_error& error)
	{
		const std::string where =
			address.empty() ? "port " + std::to_string(port) : formatHostPort(address, port);
		std::string mend;
		if (error.code().value() == EADDRINUSE)
			mend = ": is another server running? Choose another port with " + option;
		else if (error.code().value() == EACCES)
			mend = ": ports below 1024 need privileges; choose another with " + option;
		else if (error.code().value() == EADDRNOTAVAIL)
			mend = ": give an address of this machine with --bind-addr";
		throw RoleFailure(
			ExitCode::CannotBind, "cannot listen on " + where + ": " + error.code().message() + mend);
	}
}

std::size_t mostUnclaimed(const Limits& limits) noexcept
{
	// Those who wait must leave descriptors for the connections that their
	// clients fetch them with: else they would wait in vain, and keep others out.
	const std::size_t most = std::max<std::size_t>(descriptorLimit() / 4, 1);
	return limits.unclaimed == 0 ? most : std::min(limits.unclaimed, most);
}

std::unique_ptr<TlsServer> tlsFor(const std::optional<TlsServerConfig>& config)
{
	try
	{
		return config ? std::make_unique<TlsServer>(*config) : nullptr;
	}
	catch (const TlsContextException& error)
	{
		throw RoleFailure(ExitCode::Configuration, error.what());
	}
}

std::string describe(const Users& users)
{
	if (users.areOpen()) return "open to everybody: no secret is set";
	const std::size_t named = users.all().size() - (users.find("") ? 1 : 0);
	if (named == 0) return "clients need the secret";
	return "clients need the secret of one of " + std::to_string(named) + " users" +
		   (users.find("") ? ", or the server's own" : "");
}

} // namespace

Server::Server(const ServerConfig& config, const Clock& clock)
	: _grace(config.grace)
	, _maxStandby(config.maxStandby)
	, _userTimeout(config.userTimeout)
	, _users(std::make_shared<const Users>(config.users, config.secret))
	, _tls(tlsFor(config.tls))
	, _listener(config.plainControl ? std::optional(listenForControl(config.bindAddr, config.controlPort,
										  config.keepalive, "--control-port"))
									: std::nullopt)
	, _tlsListener(config.tls ? std::optional(listenForControl(
									config.bindAddr, config.tls->port, config.keepalive, "--tls-port"))
							  : std::nullopt)
	, _tlsPort(_tlsListener ? _tlsListener->address().port() : std::uint16_t{0})
	, _port(_listener ? _listener->address().port() : _tlsPort)
	, _ports(config.bindTunnels, config.minPort, config.maxPort, _port, config.keepalive,
		  PortAllocator::systemRandom, _tlsPort)
	, _access(config.accessLog)
	, _admissions(config.limits, clock, config.access)
	, _engine(config.relay, clock)
	, _visitors(clock, mostUnclaimed(config.limits), config.limits.unclaimedPerTunnel)
	, _standbys(_engine.watch(), clock)
	, _reservations(config.portReservation, clock)
	, _handshakes(config.limits.handshakes)
	, _tunnels(_engine.workers())
	, _context{clock, _users, _liveUsers, _ports, _engine.workers(), _engine.watch(), _engine.relays(),
		  _visitors, _standbys, _maxStandby, _handshakes, _tunnels, _reservations, _userTimeout, _admissions,
		  _spare, _access}
{
	if (_listener)
		_controlPorts.push_back(std::make_unique<ControlPort>("the control port", *_listener, _context));
	if (_tlsListener)
		_controlPorts.push_back(
			std::make_unique<ControlPort>("the control port for TLS", *_tlsListener, _context, _tls.get()));
	_listener.reset(); // they have other descriptors of it
	_tlsListener.reset();
}

Server::~Server()
{
	end();
}

void Server::start()
{
	for (const auto& port : _controlPorts)
	{
		port->start();
		logger().information("listening on %s, %s%s", addressText(port->address()),
			std::string(port->isSecure() ? "by TLS, " : ""), describe(*_users.get()));
	}
	warn();
	tellReady();
}

Users::Difference Server::apply(const ServerConfig& config)
{
	auto access = std::make_shared<const AccessRules>(config.access);
	const auto users = std::make_shared<const Users>(config.users, config.secret);
	const auto difference = users->differenceFrom(*_users.get());
	// First: it may fail, where a file has changed since it was checked.
	if (_tls && config.tls) replaceCertificate(*config.tls);
	_grace = config.grace;
	_maxStandby = config.maxStandby;
	_userTimeout = config.userTimeout;
	_ports.replace(config.minPort, config.maxPort, config.keepalive);
	_admissions.replaceLimits(config.limits);
	_admissions.replaceAccess(std::move(access));
	_visitors.setLimits(mostUnclaimed(config.limits), config.limits.unclaimedPerTunnel);
	_handshakes.setLimit(config.limits.handshakes);
	_reservations.setSpan(config.portReservation);
	_engine.adopt(config.relay);
	for (const auto& port : _controlPorts) port->tune(config.keepalive);
	if (difference.own || difference.named) replaceUsers(users);
	return difference;
}

void Server::replaceUsers(const std::shared_ptr<const Users>& users)
{
	_users.set(users);
	const auto ended = _tunnels.renewUsers(*users, _context.clock.wallNow());
	logger().information("the users were exchanged, %z tunnels end: %s", ended, describe(*users));
}

void Server::replaceCertificate(const TlsServerConfig& config)
{
	poco_assert(_tls);
	_tls->replace(config);
	logger().information("the certificate was read anew, its SHA-256 fingerprint is %s", _tls->fingerprint());
	for (const auto& warning : _tls->warnings()) logger().warning(warning);
}

std::string Server::certificateFingerprint() const
{
	return _tls ? _tls->fingerprint() : std::string();
}

void Server::warn() const
{
	if (_tls)
	{
		logger().information("the certificate's SHA-256 fingerprint is %s", _tls->fingerprint());
		for (const auto& warning : _tls->warnings()) logger().warning(warning);
	}
	for (const auto& port : _controlPorts)
		if (!port->isSecure() && !port->address().host().isLoopback() && !_users.get()->areOpen())
			logger().warning("clients use their secret without TLS on %s: whoever is on the way can read and"
							 " change what they send, and try guesses at the secret: set tls.port, and"
							 " control.plain = false once all clients use it",
				addressText(port->address()));
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

std::string Server::status()
{
	return counted(_tunnels.count(), "tunnel") + ", " + counted(_engine.relays().count(), "connection");
}

bool Server::proveLife(const Handler& sign)
{
	return _engine.proveLife(sign);
}

void Server::drain()
{
	tellStopping();
	logger().information("stopping: no more connections are accepted");
	for (const auto& port : _controlPorts) port->stop();
	for (const auto& port : _controlPorts) port->close();
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
	for (const auto& port : _controlPorts) port->stop();
	_handshakes.abortAll();
	_tunnels.endAll();
	_visitors.withdrawAll();
	_engine.stop();
}

} // namespace Bore
