//
// TlsServer.h
//
// The server's side of TLS.
//

#ifndef Bore_Server_TlsServer_INCLUDED
#define Bore_Server_TlsServer_INCLUDED

#include "Server/TlsServerConfig.h"
#include "Shared/TlsContextBuilder.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <mutex>
#include <string>
#include <vector>

namespace Bore
{

class TlsServer
/// Has the certificate, and makes TLS connections of accepted ones. All
/// methods may be called by any thread.
{
public:
	explicit TlsServer(const TlsServerConfig& config);
	/// Reads the files. Throws TlsContextException.

	TlsServer(const TlsServer&) = delete;
	TlsServer& operator=(const TlsServer&) = delete;

	static void check(const TlsServerConfig& config);
	/// Throws what the constructor would throw.

	void replace(const TlsServerConfig& config);
	/// Reads the files, and has new connections use them; those that there are,
	/// also in their handshakes, go on with what they began with. Sessions of
	/// before are not resumed: their clients see the new certificate. The port
	/// is not looked at. Throws TlsContextException, and then all stays as it
	/// was.

	[[nodiscard]] Poco::Net::StreamSocket secure(const Poco::Net::StreamSocket& accepted) const;
	/// The same connection, with a handshake to come. Throws std::bad_alloc.

	[[nodiscard]] std::string fingerprint() const;
	/// Of the certificate, as a client is told it (Fingerprint).

	[[nodiscard]] std::vector<std::string> warnings() const;
	/// What is wrong with the certificate just now, a line each.

private:
	struct Identity
	{
		Poco::Net::Context::Ptr context;
		std::string fingerprint;
		std::vector<std::string> warnings;
	};

	[[nodiscard]] static Identity identityOf(const TlsServerConfig& config);

	mutable std::mutex _mutex; // guards what follows
	Identity _identity;
};

} // namespace Bore

#endif // Bore_Server_TlsServer_INCLUDED
