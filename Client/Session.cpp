//
// Session.cpp
//

#include "Client/Session.h"

#include "Client/CurrentOptions.h"
#include "Client/Dials.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Client/TlsAdvice.h"
#include "Client/Transport.h"
#include "Shared/Authenticator.h"
#include "Shared/Connector.h"
#include "Shared/Extension.h"
#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/SocketOptions.h"
#include "Shared/StreamIo.h"
#include "Shared/TlsStream.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <sys/socket.h>
#include <utility>
#include <variant>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds CONNECT_TIMEOUT{10};
constexpr std::chrono::seconds BEAT_INTERVAL{2}; // our extension
constexpr std::chrono::milliseconds GOODBYE_TIMEOUT{200};
// Only the send buffer of a dead connection has no room for it at once.

constexpr std::chrono::seconds TALKING_SPAN{2}; // a server says something every 500 ms

constexpr std::chrono::minutes LONGEST_WAIT{10}; // where nothing is due: to look again costs nothing

} // namespace

Session::Session(
	const ClientContext& context, const Connector& connector, StandbyLines& standbys, Request request)
	: _context(context)
	, _connector(connector)
	, _standbys(standbys)
	, _request(std::move(request))
	, _serverName(formatHostPort(context.config.serverHost, context.config.serverPort))
{
}

Session::~Session()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_socket) _socket->close();
}

std::uint16_t Session::open()
{
	connect();
	const TimePoint deadline = _context.clock.now() + Protocol::HANDSHAKE_TIMEOUT;
	secure(deadline);
	if (const auto options = _context.options.session(); options->authenticator)
		prove(*options->authenticator, deadline);
	const auto port = hello(deadline);
	if (_context.tunnel.wantsAddresses()) askForAddresses();
	return port;
}

void Session::serve()
{
	try
	{
		if (!_context.tunnel.wantsAddresses()) sendOffer(_context.clock.now() + Protocol::HANDSHAKE_TIMEOUT);
		listen();
	}
	catch (const ProtocolException& error)
	{
		if (_ticket && stopped()) sayGoodbye();
		throw lost(error.what());
	}
}

SessionFailure Session::lost(const std::string& why) const
{
	return {ExitCode::Lost, "connection to " + _serverName + " lost: " + escapeForLog(why)};
}

void Session::sendOffer(TimePoint deadline)
{
	// A plain bore server never reads it, and answers nothing.
	const auto& tunnel = _context.tunnel;
	const Offer offer{static_cast<std::uint32_t>(tunnel.standby), tunnel.wantsAddresses() ? 1U : 0U};
	_stream->send(format(offer), deadline);
}

void Session::askForAddresses()
{
	try
	{
		const TimePoint deadline = _context.clock.now() + Protocol::HANDSHAKE_TIMEOUT;
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
		if (const auto frame = _stream->poll())
		{
			heard = now;
			handle(*frame);
		}
		else if (now < deadline)
			_stream->await(deadline);
		else if (heard + TALKING_SPAN > now && unsentBytes(_stream->socket()) == 0)
			throw withoutAddresses(); // it has the Offer, and goes on talking
		else
			// Nothing is known, and the next connection may find out.
			throw PeerTimeoutException("no answer to Offer came in time");
	}
}

SessionFailure Session::withoutAddresses() const
{
	return {ExitCode::PortRefused,
		_serverName + " does not say who its visitors are, which proxyProtocol needs: it is no bore-server"
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
		const auto frame = _stream->poll();
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
	_stream->await(_ticket ? std::min(_nextBeat, silentFrom) : silentFrom);
}

void Session::beat(TimePoint now)
{
	if (!_ticket || now < _nextBeat) return;
	_stream->send(format(ClientSign{Heartbeat{}}), _context.clock.now() + Protocol::HANDSHAKE_TIMEOUT);
	_nextBeat = now + BEAT_INTERVAL;
}

void Session::sayGoodbye() noexcept
{
	try
	{
		_stream->send(format(ClientSign{Goodbye{}}), _context.clock.now() + GOODBYE_TIMEOUT);
		static_cast<void>(endSending(_stream->socket()));
		::shutdown(_stream->socket().impl()->sockfd(), SHUT_RDWR);
	}
	catch (const std::exception&)
	{
		// The server has gone by itself.
	}
}

bool Session::stopped()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _stopped;
}

void Session::stop() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	// The end of what is received ends every wait but one to send, and
	// leaves the way open for the Goodbye.
	if (_socket) ::shutdown(_socket->impl()->sockfd(), _stopped ? SHUT_RDWR : SHUT_RD);
	_stopped = true;
}

void Session::connect()
{
	try
	{
		auto socket = _connector.connect(
			_context.config.serverHost, _context.config.serverPort, _context.clock.now() + CONNECT_TIMEOUT);
		_server = socket.peerAddress();
		_stream.emplace(socket, _context.clock);
		const std::lock_guard<std::mutex> lock(_mutex);
		_socket = socket;
		if (_stopped) throw SessionFailure(ExitCode::Lost, "stopped");
	}
	catch (const ConnectException& error)
	{
		std::string text = "could not connect to " + _serverName + ": " + error.what();
		if (error.reason() != ConnectException::Reason::Resolve)
			text += " (is bore-server running there, and may its port be reached?)";
		throw SessionFailure(ExitCode::Unreachable, text);
	}
	catch (const Poco::Exception& error)
	{
		throw SessionFailure(
			ExitCode::Unreachable, "could not connect to " + _serverName + ": " + error.displayText());
	}
}

void Session::secure(TimePoint deadline)
{
	_context.transport.warnOnce(_server);
	if (!_context.transport.isSecure()) return;
	try
	{
		const auto socket = _context.transport.secure(_stream->socket(), deadline);
		_stream->socket() = socket;
		const std::lock_guard<std::mutex> lock(_mutex);
		_socket = socket;
	}
	catch (const TlsException& error)
	{
		throw tlsFailure(error);
	}
	catch (const PeerGoneException& error)
	{
		throw SessionFailure(ExitCode::Unreachable, "no TLS with " + _serverName + ": " + error.what());
	}
	catch (const PeerTimeoutException& error)
	{
		throw SessionFailure(ExitCode::Unreachable, _serverName + ": " + error.what());
	}
}

SessionFailure Session::tlsFailure(const std::exception& error)
{
	// In TLS 1.3 a server refuses our certificate behind the handshake.
	const auto* stream = TlsStream::of(_stream->socket());
	const std::string reason = stream != nullptr ? adviceOn(stream->failure()) : error.what();
	// A certificate can be replaced while we are away: later attempts may succeed.
	return {ExitCode::AuthRefused, "no TLS with " + _serverName + ": " + reason};
}

void Session::prove(const Authenticator& authenticator, TimePoint deadline)
{
	try
	{
		answerChallenge(*_stream, authenticator, deadline);
	}
	catch (const PeerTimeoutException&)
	{
		throw SessionFailure(ExitCode::AuthRefused,
			"timed out waiting for the authentication challenge of " + _serverName +
				": it asks for no secret; leave the secret out; or this is its port for TLS, "
				"and --tls is missing");
	}
	catch (const TlsException& error)
	{
		throw tlsFailure(error);
	}
	catch (const PeerGoneException&)
	{
		// A server without a secret waits for Hello as we wait for its
		// challenge, and its patience may be the first to end.
		throw SessionFailure(ExitCode::AuthRefused,
			_serverName + " closed the connection in place of an authentication challenge: if it asks for no "
						  "secret, leave the secret out; if this is its port for TLS, give --tls");
	}
	catch (const MalformedFrameException&)
	{
		throw SessionFailure(ExitCode::Unreachable, malformedAnswer());
	}
	catch (const FrameTooLongException&)
	{
		throw SessionFailure(ExitCode::Unreachable, malformedAnswer());
	}
	catch (const ProtocolException& error)
	{
		throw SessionFailure(ExitCode::AuthRefused, escapeForLog(error.what()), SessionFailure::Remedy::None);
	}
}

std::uint16_t Session::hello(TimePoint deadline)
{
	try
	{
		return ask(deadline);
	}
	catch (const TlsException& error)
	{
		throw tlsFailure(error);
	}
	catch (const PeerGoneException&)
	{
		if (_request.ticket)
			throw SessionFailure(ExitCode::PortRefused,
				_serverName + " closed the connection in answer to Reclaim", SessionFailure::Remedy::Hello);
		// bore 0.2 and 0.3 refuse a port without a word, a server of ours an address.
		throw SessionFailure(ExitCode::PortRefused, "server refused: " + _serverName +
														" closed the connection in answer to Hello: the port "
														"may be taken or not allowed there, or the"
														" server may not let this address in");
	}
	catch (const PeerTimeoutException&)
	{
		throw SessionFailure(ExitCode::Unreachable,
			"timed out waiting for an answer of " + _serverName + ": is it a bore server?");
	}
	catch (const ProtocolException&)
	{
		throw SessionFailure(ExitCode::Unreachable, malformedAnswer(), remedyForNonsense());
	}
}

std::uint16_t Session::ask(TimePoint deadline)
{
	const ClientMessage wish =
		_request.ticket ? ClientMessage{Reclaim{*_request.ticket}} : ClientMessage{Hello{_request.port}};
	_stream->send(format(wish), deadline);
	const auto answer = parseServerMessage(_stream->receive(deadline));
	if (const auto* hello = std::get_if<Hello>(&answer)) return hello->port;
	if (const auto* error = std::get_if<Error>(&answer))
		throw _request.ticket ? SessionFailure::reclaimRefusal(*error) : SessionFailure::refusal(*error);
	if (std::holds_alternative<Challenge>(answer))
		throw SessionFailure(ExitCode::AuthRefused,
			"server requires authentication, but no client secret "
			"was provided: give it with --secret-file",
			SessionFailure::Remedy::None);
	throw SessionFailure(ExitCode::Unreachable,
		"unexpected answer from " + _serverName + ": is it a bore server?", remedyForNonsense());
}

SessionFailure::Remedy Session::remedyForNonsense() const noexcept
{
	return _request.ticket ? SessionFailure::Remedy::Hello : SessionFailure::Remedy::Time;
}

std::string Session::malformedAnswer() const
{
	return "malformed answer from " + _serverName + ": is it a bore server?";
}

bool Session::handleGrant(const std::string& frame)
{
	const auto grant = parseGrant(frame);
	if (!grant) return false;
	if (_context.tunnel.wantsAddresses() && grant->visitor == 0)
	{
		sayGoodbye();
		throw withoutAddresses();
	}
	_ticket = grant->ticket;
	_nextBeat = _context.clock.now() + BEAT_INTERVAL;
	_standbys.start(*grant, _server);
	return true;
}

void Session::take(const VisitorNotice& visitor)
{
	if (_context.taken.take(visitor.id)) _context.dials.dial(_context, visitor, _server);
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

} // namespace Bore
