//
// Greeting.cpp
//

#include "Client/Greeting.h"

#include "Client/TlsAdvice.h"
#include "Shared/Authenticator.h"
#include "Shared/FrameStream.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/ProtocolException.h"
#include "Shared/TlsStream.h"

#include <Poco/Bugcheck.h>

#include <variant>

namespace Bore
{

Greeting::Greeting(FrameStream& frames, const std::string& serverName, const Request& request) noexcept
	: _frames(frames)
	, _serverName(serverName)
	, _request(request)
{
}

void Greeting::prove(const Authenticator& authenticator, TimePoint deadline)
{
	try
	{
		answerChallenge(_frames, authenticator, deadline);
	}
	catch (const PeerTimeoutException&)
	{
		throw SessionFailure(ExitCode::AuthRefused,
			"timed out waiting for the authentication challenge of " + _serverName +
				": it asks for no secret; leave the secret out; or this is its port for TLS, "
				"and --tls is missing");
	}
	catch (const TlsException&)
	{
		throw tlsFailure();
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

std::uint16_t Greeting::ask(TimePoint deadline)
{
	try
	{
		return exchange(deadline);
	}
	catch (const TlsException&)
	{
		throw tlsFailure();
	}
	catch (const PeerGoneException&)
	{
		throw goneInPlaceOfHello();
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

std::uint16_t Greeting::exchange(TimePoint deadline)
{
	const ClientMessage wish =
		_request.ticket ? ClientMessage{Reclaim{*_request.ticket}} : ClientMessage{Hello{_request.port}};
	_frames.send(format(wish), deadline);
	const auto answer = parseServerMessage(_frames.receive(deadline));
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

SessionFailure Greeting::tlsFailure() const
{
	// In TLS 1.3 a server refuses our certificate behind the handshake, by an alert.
	const auto* stream = TlsStream::of(_frames.socket());
	poco_check_ptr(stream); // only TLS fails by a TlsException
	const std::string reason = adviceOn(stream->failure());
	// A certificate can be replaced while we are away: later attempts may succeed.
	return {ExitCode::AuthRefused, "no TLS with " + _serverName + ": " + reason};
}

SessionFailure Greeting::goneInPlaceOfHello() const
{
	if (_request.ticket)
		return {ExitCode::PortRefused, _serverName + " closed the connection in answer to Reclaim",
			SessionFailure::Remedy::Hello};
	// bore 0.2 and 0.3 refuse a port without a word, a server of ours an address.
	return {ExitCode::PortRefused, "server refused: " + _serverName +
									   " closed the connection in answer to Hello: the port "
									   "may be taken or not allowed there, or the"
									   " server may not let this address in"};
}

SessionFailure::Remedy Greeting::remedyForNonsense() const noexcept
{
	return _request.ticket ? SessionFailure::Remedy::Hello : SessionFailure::Remedy::Time;
}

std::string Greeting::malformedAnswer() const
{
	return "malformed answer from " + _serverName + ": is it a bore server?";
}

} // namespace Bore
