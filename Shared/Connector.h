//
// Connector.h
//
// Opens connections.
//

#ifndef Bore_Shared_Connector_INCLUDED
#define Bore_Shared_Connector_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Keepalive.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace Bore
{

class ConnectException : public std::runtime_error
/// A connection could not be opened. The text says why, in a few words
/// that fit behind "could not connect to host:port: ".
{
public:
	enum class Reason
	{
		Resolve,  /// the name has no address
		Refused,  /// nobody listens there
		Timeout,  /// no answer within the deadline
		Shortage, /// this process, or the machine, is out of descriptors
		Other     /// no route, cancelled, ...
	};

	ConnectException(Reason reason, const std::string& text)
		: std::runtime_error(text)
		, _reason(reason)
	{
	}

	[[nodiscard]] Reason reason() const noexcept { return _reason; }

private:
	Reason _reason;
};

class Connector
/// Resolves a name and tries its addresses in turn within one deadline:
/// each gets an equal share of what is left, so that one that never answers
/// leaves time for the others. POCO sorts them, IPv4 before IPv6.
/// Any thread, many at the same time.
{
public:
	explicit Connector(const Clock& clock = Clock::system(), const std::atomic<bool>* cancelled = nullptr,
		const Keepalive& keepalive = {});
	/// The clock and the flag must outlive the connector. Once the flag is
	/// set, connects that are under way give up within 100 ms.

	void setKeepalive(const Keepalive& keepalive);
	/// Another for the connections to come.

	[[nodiscard]] Poco::Net::StreamSocket connect(
		const std::string& host, std::uint16_t port, TimePoint deadline) const;
	/// A connected, blocking socket with the options of prepareStream() and the keep-alive,
	/// closed on exec. An address in numbers is not looked up; a look-up
	/// takes as long as the resolver wants and counts against the deadline.
	/// Throws ConnectException: of the first address that refused or did not
	/// answer, or else of the first.

	[[nodiscard]] Poco::Net::StreamSocket connect(
		const Poco::Net::SocketAddress& address, TimePoint deadline) const;
	/// The same for one address, without any look-up.

	[[nodiscard]] Poco::Net::StreamSocket begin(const Poco::Net::SocketAddress& address) const;
	/// Sends the attempt to connect on its way, without waiting for an
	/// answer: for finish(). The socket does not block yet.
	/// Throws ConnectException where it fails at once.

	[[nodiscard]] Poco::Net::StreamSocket finish(
		Poco::Net::StreamSocket socket, const Poco::Net::SocketAddress& address, TimePoint deadline) const;
	/// The connected, blocking socket that begin() began. Throws ConnectException.

	[[nodiscard]] Poco::Net::StreamSocket connectAny(
		const std::vector<Poco::Net::SocketAddress>& addresses, TimePoint deadline) const;
	/// The same for the addresses of one peer, at least one, tried in this order.

	[[nodiscard]] static bool isSelfConnected(
		const Poco::Net::StreamSocket& socket, std::uint16_t peerPort) noexcept;
	/// Whether the socket, connected to that port, is its own peer: dialling a port where
	/// nobody listens can, by chance, pick that port as its own and meet
	/// itself (simultaneous open, RFC 9293, 3.5).

private:
	[[nodiscard]] Keepalive keepalive() const;

	const Clock* _clock;
	const std::atomic<bool>* _cancelled;

	mutable std::mutex _mutex; // guards what follows
	Keepalive _keepalive;
};

} // namespace Bore

#endif // Bore_Shared_Connector_INCLUDED
