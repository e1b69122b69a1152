//
// Session.cpp
//

#include "Client/Session.h"

#include "Client/Dials.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Shared/Extension.h"
#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/RoleFailure.h"

#include <Poco/Logger.h>

#include <sys/socket.h>
#include <variant>

namespace Bore
{

namespace ErrorText = Protocol::ErrorText;

namespace
{

constexpr std::chrono::seconds CONNECT_TIMEOUT{10};

ExitCode codeFor(const std::string& errorText)
{
	if (errorText == ErrorText::INVALID_SECRET || errorText == ErrorText::SECRET_REQUIRED)
		return ExitCode::AuthRefused;
	if (errorText == ErrorText::UNPARSABLE || errorText == ErrorText::FRAME_TOO_LONG ||
		errorText == ErrorText::SILENCE)
		return ExitCode::Unreachable;
	return ExitCode::PortRefused;
}

RoleFailure refusal(const Error& error)
{
	std::string text = "server error: " + escapeForLog(error.text);
	if (error.text == ErrorText::INVALID_SECRET) text += " (the server has another secret)";
	if (error.text == ErrorText::PORT_IN_USE)
		text += " (ask for another with --port, or leave it out for any)";
	return {codeFor(error.text), text};
}

} // namespace

Session::Session(const ClientContext& context, const Connector& connector, StandbyLines& standbys)
	: _context(context)
	, _connector(connector)
	, _standbys(standbys)
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
	if (_context.authenticator) prove(deadline);
	return hello(deadline);
}

void Session::serve()
{
	try
	{
		// A plain bore server never reads it, and answers nothing.
		if (_context.config.standby > 0)
			_stream->send(format(Offer{static_cast<std::uint32_t>(_context.config.standby)}),
				_context.clock.now() + Protocol::HANDSHAKE_TIMEOUT);
		for (;;) handle(_stream->receive(std::nullopt));
	}
	catch (const ProtocolException& error)
	{
		throw RoleFailure(
			ExitCode::Lost, "connection to " + _serverName + " lost: " + escapeForLog(error.what()));
	}
}

void Session::stop() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_stopped = true;
	if (_socket) ::shutdown(_socket->impl()->sockfd(), SHUT_RDWR);
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
		if (_stopped) throw RoleFailure(ExitCode::Lost, "stopped");
	}
	catch (const ConnectException& error)
	{
		std::string text = "could not connect to " + _serverName + ": " + error.what();
		if (error.reason() != ConnectException::Reason::Resolve)
			text += " (is bore-server running there, and may its port be reached?)";
		throw RoleFailure(ExitCode::Unreachable, text);
	}
	catch (const Poco::Exception& error)
	{
		throw RoleFailure(
			ExitCode::Unreachable, "could not connect to " + _serverName + ": " + error.displayText());
	}
}

void Session::prove(TimePoint deadline)
{
	try
	{
		answerChallenge(*_stream, *_context.authenticator, deadline);
	}
	catch (const PeerTimeoutException&)
	{
		throw RoleFailure(ExitCode::AuthRefused, "timed out waiting for the authentication challenge of " +
													 _serverName +
													 ": it asks for no secret; leave the secret out");
	}
	catch (const PeerGoneException&)
	{
		// A server without a secret waits for Hello as we wait for its
		// challenge, and its patience may be the first to end.
		throw RoleFailure(ExitCode::AuthRefused,
			_serverName + " closed the connection in place of an authentication challenge: if it asks for no "
						  "secret, leave the secret out");
	}
	catch (const MalformedFrameException&)
	{
		throw RoleFailure(ExitCode::Unreachable, malformedAnswer());
	}
	catch (const FrameTooLongException&)
	{
		throw RoleFailure(ExitCode::Unreachable, malformedAnswer());
	}
	catch (const ProtocolException& error)
	{
		throw RoleFailure(ExitCode::AuthRefused, escapeForLog(error.what()));
	}
}

std::uint16_t Session::hello(TimePoint deadline)
{
	try
	{
		_stream->send(format(ClientMessage{Hello{_context.config.port}}), deadline);
		const auto answer = parseServerMessage(_stream->receive(deadline));
		if (const auto* hello = std::get_if<Hello>(&answer)) return hello->port;
		if (const auto* error = std::get_if<Error>(&answer)) throw refusal(*error);
		if (std::holds_alternative<Challenge>(answer))
			throw RoleFailure(ExitCode::AuthRefused, "server requires authentication, but no client secret "
													 "was provided: give it with --secret-file");
		throw RoleFailure(
			ExitCode::Unreachable, "unexpected answer from " + _serverName + ": is it a bore server?");
	}
	catch (const PeerGoneException&)
	{
		// bore 0.2 and 0.3 refuse a port without a word.
		throw RoleFailure(ExitCode::PortRefused,
			"server refused: " + _serverName +
				" closed the connection in answer to Hello: the port may be taken or not allowed there");
	}
	catch (const PeerTimeoutException&)
	{
		throw RoleFailure(ExitCode::Unreachable,
			"timed out waiting for an answer of " + _serverName + ": is it a bore server?");
	}
	catch (const ProtocolException&)
	{
		throw RoleFailure(ExitCode::Unreachable, malformedAnswer());
	}
}

std::string Session::malformedAnswer() const
{
	return "malformed answer from " + _serverName + ": is it a bore server?";
}

bool Session::handleGrant(const std::string& frame)
{
	const auto grant = parseGrant(frame);
	if (grant) _standbys.start(*grant, _server);
	return grant.has_value();
}

void Session::handle(const std::string& frame)
{
	if (frame.find("Grant") != std::string::npos && handleGrant(frame)) return;
	const auto message = parseServerMessage(frame);
	if (const auto* connection = std::get_if<Connection>(&message))
	{
		if (_context.taken.take(connection->id)) _context.dials.dial(_context, connection->id, _server);
	}
	else if (const auto* error = std::get_if<Error>(&message))
		throw ProtocolException("server error: " + error->text);
	else if (!std::holds_alternative<Heartbeat>(message))
		Poco::Logger::get("bore.client").warning("unexpected message from the server ignored");
}

} // namespace Bore
