//
// Transport.cpp
//

#include "Client/Transport.h"

#include "Client/TlsAdvice.h"
#include "Shared/PeerAddress.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/RoleFailure.h"
#include "Shared/TlsContextBuilder.h"
#include "Shared/TlsStream.h"

#include <Poco/Logger.h>

#include <cerrno>
#include <poll.h>
#include <system_error>

namespace Bore
{

using Poco::Net::Context;
using Poco::Net::StreamSocket;

namespace
{

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.client.tls");
	return instance;
}

void awaitSocket(const StreamSocket& socket, Io wanted, TimePoint deadline, const Clock& clock)
{
	const TimePoint now = clock.now();
	if (now >= deadline)
		throw PeerTimeoutException(
			"the server did not answer in the TLS handshake: is this its port for TLS (7836"
			" as a rule)?");
	pollfd entry{socket.impl()->sockfd(), static_cast<short>(wanted == Io::WantsWrite ? POLLOUT : POLLIN), 0};
	if (::poll(&entry, 1, millisecondsUntil(deadline, now)) < 0 && errno != EINTR)
		throw std::system_error(errno, std::system_category(), "poll");
}

// Whether one of the two refuses the other: then somebody speaks TLS there,
// and something is to be mended on one of the two sides.
bool isRefusal(const TlsFailure& failure) noexcept
{
	switch (failure.kind)
	{
	case TlsFailure::Kind::Alert:
	case TlsFailure::Kind::Certificate:
	case TlsFailure::Kind::Protocol:
		return true;
	default:
		return false;
	}
}

} // namespace

Transport::Transport(const std::optional<TlsClientConfig>& config, const std::string& serverHost,
	bool hasSecret, const Clock& clock)
	: _config(config)
	, _serverName(config && !config->serverName.empty() ? config->serverName : serverHost)
	, _hasSecret(hasSecret)
	, _clock(clock)
{
	if (!config) return;
	try
	{
		_context = contextFor(*config, _warnings);
	}
	catch (const TlsContextException& error)
	{
		throw RoleFailure(ExitCode::Configuration, error.what());
	}
	_sessions.attach(_context->sslContext());
}

void Transport::check(const TlsClientConfig& config)
{
	std::vector<std::string> warnings;
	static_cast<void>(contextFor(config, warnings));
}

StreamSocket Transport::begin(const StreamSocket& connected)
{
	if (_context.isNull()) return connected;
	StreamSocket socket(new TlsStream(connected, _context));
	auto& stream = *TlsStream::of(socket);
	stream.expectName(_serverName);
	if (const auto session = _sessions.latest())
	{
		// A copy: OpenSSL changes the one that is used, and several may be using it.
		const std::unique_ptr<SSL_SESSION, decltype(&::SSL_SESSION_free)> own(
			::SSL_SESSION_dup(session.get()), ::SSL_SESSION_free);
		if (own) stream.offer(own.get());
	}
	if (stream.shakeHands() == Io::Failed) fail(stream);
	return socket;
}

StreamSocket Transport::secure(const StreamSocket& connected, TimePoint deadline)
{
	if (_context.isNull()) return connected;
	StreamSocket socket = TlsStream::of(connected) != nullptr ? connected : begin(connected);
	auto& stream = *TlsStream::of(socket);
	for (;;)
	{
		const Io outcome = stream.shakeHands();
		if (outcome == Io::Moved) break;
		if (outcome != Io::WantsRead && outcome != Io::WantsWrite) fail(stream);
		awaitSocket(socket, outcome, deadline, _clock);
	}
	verify(stream);
	return socket;
}

void Transport::verify(const TlsStream& stream)
{
	if (!_config->fingerprint) return;
	const auto certificate = stream.peerCertificate();
	if (certificate && Fingerprint(*certificate) == *_config->fingerprint) return;
	_sessions.forget(); // the stranger's
	const std::string seen = certificate ? Fingerprint(*certificate).text() : "none";
	throw TlsException("the server's certificate has another fingerprint than --tls-fingerprint says, " +
					   seen +
					   ": if the certificate was replaced, give that one; if not, somebody is in between");
}

void Transport::fail(const TlsStream& stream)
{
	const TlsFailure failure = stream.failure();
	_sessions.forget();
	const auto certificate = stream.peerCertificate();
	if (failure.kind == TlsFailure::Kind::Certificate && certificate)
		throw TlsException(adviceOnCertificate(failure.code, *certificate, _serverName));
	if (isRefusal(failure)) throw TlsException(adviceOn(failure));
	throw PeerGoneException(adviceOn(failure));
}

void Transport::warnOnce(const Poco::Net::SocketAddress& server) noexcept
{
	if (_warned.exchange(true)) return;
	quietly(
		[&]
		{
			for (const auto& warning : _warnings) logger().warning(warning);
			if (!_config && _hasSecret && !server.host().isLoopback())
				logger().warning("the secret is used without TLS, with %s: whoever is on the way can read and"
								 " change what is sent, and try guesses at the secret: use --tls",
					addressText(server));
		});
}

Context::Ptr Transport::contextFor(const TlsClientConfig& config, std::vector<std::string>& warnings)
{
	TlsContextBuilder builder(Context::CLIENT_USE);
	if (!config.certificate.empty()) builder.identify(config.certificate, config.key, config.permissions);
	if (!config.ca.empty())
		builder.trust(config.ca);
	else if (config.verifies && !config.fingerprint)
		builder.trustSystem();
	builder.verifyPeer(config.verifies && !config.fingerprint);
	warnings = builder.warnings();
	if (!config.verifies)
		warnings.emplace_back(
			"the server's certificate is not verified (--tls-insecure-no-verification): anybody"
			" may be in between: use --tls-fingerprint or --tls-ca");
	return builder.context();
}

} // namespace Bore
