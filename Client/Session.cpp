//
// Session.cpp
//

#include "Client/Session.h"

#include "Client/CurrentOptions.h"
#include "Client/Dials.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Shared/Authenticator.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/SocketOptions.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds BEAT_INTERVAL{2}; // our extension

constexpr std::chrono::seconds TALKING_SPAN{2}; // a server says something every 500 ms

constexpr std::chrono::minutes LONGEST_WAIT{10}; // where nothing is due: to look again costs nothing

} // namespace

Session::Session(
	const ClientContext& context, const Connector& connector, StandbyLines& standbys, Request request)
	: _context(context)
	, _standbys(standbys)
	, _request(std::move(request))
	, _connection(context.config, connector, context.transport, context.clock)
{
}

std::uint16_t Session::open()
{
	_connection.connect();
	const TimePoint deadline = handshakeDeadline();
	_connection.secure(deadline);
	Greeting greeting(_connection.frames(), _connection.serverName(), _request);
	if (const auto options = _context.options.session(); options->authenticator)
		greeting.prove(*options->authenticator, deadline);
	const auto port = greeting.ask(deadline);
	if (_context.tunnel.wantsAddresses()) askForAddresses();
	return port;
}

void Session::serve()
{
	try
	{
		if (!_context.tunnel.wantsAddresses()) sendOffer(handshakeDeadline());
		listen();
	}
	catch (const ProtocolException& error)
	{
		if (_ticket && _connection.isStopped()) _connection.sayGoodbye();
		throw lost(error.what());
	}
}

SessionFailure Session::lost(const std::string& why) const
{
	return {ExitCode::Lost, "connection to " + _connection.serverName() + " lost: " + escapeForLog(why)};
}

TimePoint Session::handshakeDeadline() const
{
	return _context.clock.now() + Protocol::HANDSHAKE_TIMEOUT;
}

void Session::sendOffer(TimePoint deadline)
{
	// A plain bore server never reads it, and answers nothing.
	const auto& tunnel = _context.tunnel;
	const Offer offer{static_cast<std::uint32_t>(tunnel.standby), tunnel.wantsAddresses() ? 1U : 0U};
	_connection.frames().send(format(offer), deadline);
}

void Session::askForAddresses()
{
	try
	{
		const TimePoint deadline = handshakeDeadline();
		sendOffer(deadline);
		awaitGrant(deadline);
	}
	catch (const ProtocolException& error)
	{
		throw lost(error.what());
	}
}

void Session::awaitGrant(TimePoint deadline)
{
	TimePoint heard = TimePoint::min();
	while (!_ticket)
	{
		// As in listen(): what came while the machine paused counts first.
		const TimePoint now = _context.clock.now();
		if (const auto frame = _connection.frames().poll())
		{
			heard = now;
			handle(*frame);
		}
		else if (now < deadline)
			_connection.frames().await(deadline);
		else if (heard + TALKING_SPAN > now && unsentBytes(_connection.frames().socket()) == 0)
			throw withoutAddresses(); // it has the Offer, and goes on talking
		else
			// Nothing is known, and the next connection may find out.
			throw PeerTimeoutException("no answer to Offer came in time");
	}
}

SessionFailure Session::withoutAddresses() const
{
	return {ExitCode::PortRefused,
		_connection.serverName() +
			" does not say who its visitors are, which proxyProtocol needs: it is no bore-server"
			" that can (an original one, or an older one): update it, or set proxyProtocol = off",
		SessionFailure::Remedy::None};
}

void Session::listen()
{
	const Duration silence = _context.options.session()->silence;
	TimePoint heard = _context.clock.now();
	for (;;)
	{
		// The time before the read counts: if the machine paused just after
		// it, what came meanwhile is read before the server is judged.
		const TimePoint now = _context.clock.now();
		const auto frame = _connection.frames().poll();
		if (frame)
		{
			heard = now;
			handle(*frame);
		}
		else if (silence > Duration::zero() && now - heard >= silence)
		{
			throw PeerTimeoutException(
				"nothing was heard of the server for " +
				std::to_string(std::chrono::duration_cast<std::chrono::seconds>(silence).count()) + " s");
		}
		beat(now);
		if (!frame) pause(silence > Duration::zero() ? heard + silence : now + LONGEST_WAIT);
	}
}

void Session::pause(TimePoint silentFrom)
{
	_connection.frames().await(_ticket ? std::min(_nextBeat, silentFrom) : silentFrom);
}

void Session::beat(TimePoint now)
{
	if (!_ticket || now < _nextBeat) return;
	_connection.frames().send(format(ClientSign{Heartbeat{}}), handshakeDeadline());
	_nextBeat = now + BEAT_INTERVAL;
}

void Session::handle(const std::string& frame)
{
	if (frame.find("Grant") != std::string::npos && handleGrant(frame)) return;
	const bool named = _context.tunnel.wantsAddresses();
	if (const auto visitor = named ? parseVisitorNotice(frame) : std::nullopt) return take(*visitor);
	const auto message = parseServerMessage(frame);
	if (const auto* connection = std::get_if<Connection>(&message))
	{
		// Who came before the Grant is announced anew behind it, with its address.
		if (!named) take({connection->id});
	}
	else if (const auto* error = std::get_if<Error>(&message))
		throw ProtocolException("server error: " + error->text);
	else if (!std::holds_alternative<Heartbeat>(message))
		Poco::Logger::get("bore.client").warning("unexpected message from the server ignored");
}

bool Session::handleGrant(const std::string& frame)
{
	const auto grant = parseGrant(frame);
	if (!grant) return false;
	if (_context.tunnel.wantsAddresses() && grant->visitor == 0)
	{
		_connection.sayGoodbye();
		throw withoutAddresses();
	}
	_ticket = grant->ticket;
	_nextBeat = _context.clock.now() + BEAT_INTERVAL;
	_standbys.start(*grant, _connection.server());
	return true;
}

void Session::take(const VisitorNotice& visitor)
{
	if (_context.taken.take(visitor.id)) _context.dials.dial(_context, visitor, _connection.server());
}

} // namespace Bore
