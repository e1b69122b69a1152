//
// Transport.h
//
// How a client's connections to the server are made safe.
//

#ifndef Bore_Client_Transport_INCLUDED
#define Bore_Client_Transport_INCLUDED

#include "Client/TlsClientConfig.h"
#include "Client/TlsSessions.h"
#include "Shared/Clock.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class TlsStream;

class Transport
/// Makes TLS connections of those that were dialled, if the client is to
/// use TLS: control, data and standby connections, each resuming the latest
/// session. Nothing has been sent of bore's protocol before the server has
/// proved to be the right one. All methods may be called by any thread.
{
public:
	Transport(const std::optional<TlsClientConfig>& config, const std::string& serverHost, bool hasSecret,
		const Clock& clock);
	/// Reads the files. Without a configuration connections stay as they are.
	/// The clock must outlive this. Throws RoleFailure where a file is no good.

	Transport(const Transport&) = delete;
	Transport& operator=(const Transport&) = delete;

	static void check(const TlsClientConfig& config);
	/// Throws TlsContextException where the constructor would throw.

	[[nodiscard]] bool isSecure() const noexcept { return _config.has_value(); }

	[[nodiscard]] Poco::Net::StreamSocket begin(const Poco::Net::StreamSocket& connected);
	/// Sends the beginning of the handshake, for secure() to go on with, without waiting.
	/// Throws what secure() throws, except PeerTimeoutException.

	[[nodiscard]] Poco::Net::StreamSocket secure(
		const Poco::Net::StreamSocket& connected, TimePoint deadline);
	/// The connection, perhaps from begin(), with its handshake done and the
	/// server verified. Waits for the server. Throws, each with one line for the
	/// user: TlsException where one of the two refuses the other, PeerGoneException
	/// where the connection ends or nobody speaks TLS there, PeerTimeoutException.

	void warnOnce(const Poco::Net::SocketAddress& server) noexcept;
	/// Says in the log, at the first connection, what is not safe about it.

private:
	[[nodiscard]] static Poco::Net::Context::Ptr contextFor(
		const TlsClientConfig& config, std::vector<std::string>& warnings);
	void verify(const TlsStream& stream);
	[[noreturn]] void fail(const TlsStream& stream);

	const std::optional<TlsClientConfig> _config;
	const std::string _serverName;
	const bool _hasSecret;
	const Clock& _clock;
	TlsSessions _sessions; // before what refers to it
	std::vector<std::string> _warnings;
	Poco::Net::Context::Ptr _context; // null: no TLS
	std::atomic<bool> _warned{false};
};

} // namespace Bore

#endif // Bore_Client_Transport_INCLUDED
