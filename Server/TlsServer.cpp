//
// TlsServer.cpp
//

#include "Server/TlsServer.h"

#include "Shared/Fingerprint.h"
#include "Shared/TlsStream.h"

#include <openssl/ssl.h>

#include <utility>

namespace Bore
{

using Poco::Net::StreamSocket;

TlsServer::TlsServer(const TlsServerConfig& config)
	: _identity(identityOf(config))
{
}

void TlsServer::check(const TlsServerConfig& config)
{
	static_cast<void>(identityOf(config));
}

void TlsServer::replace(const TlsServerConfig& config)
{
	Identity next = identityOf(config);
	const std::lock_guard<std::mutex> lock(_mutex);
	std::swap(_identity, next);
}

StreamSocket TlsServer::secure(const StreamSocket& accepted) const
{
	Poco::Net::Context::Ptr context;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		context = _identity.context;
	}
	return StreamSocket(new TlsStream(accepted, context));
}

std::string TlsServer::fingerprint() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _identity.fingerprint;
}

std::vector<std::string> TlsServer::warnings() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _identity.warnings;
}

TlsServer::Identity TlsServer::identityOf(const TlsServerConfig& config)
{
	TlsContextBuilder builder(Poco::Net::Context::SERVER_USE);
	builder.identify(config.certificate, config.key, config.permissions);
	if (!config.clientCa.empty())
	{
		builder.trust(config.clientCa);
		builder.verifyPeer(true);
	}
	if (config.onlyVersion13) builder.expectVersion13();
	if (!config.ciphers.empty()) builder.useCiphers(config.ciphers);
	const Poco::Crypto::X509Certificate shown(
		::SSL_CTX_get0_certificate(builder.context()->sslContext()), true);
	return {builder.context(), Fingerprint(shown).text(), builder.warnings()};
}

} // namespace Bore
