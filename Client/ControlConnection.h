//
// ControlConnection.h
//
// A session's connection to the server.
//

#ifndef Bore_Client_ControlConnection_INCLUDED
#define Bore_Client_ControlConnection_INCLUDED

#include "Shared/Clock.h"
#include "Shared/FrameStream.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <mutex>
#include <optional>
#include <string>

namespace Bore
{

class Connector;
class Transport;
struct ClientConfig;

class ControlConnection
/// Connects to the server, by TLS where the transport says so, and can be
/// ended by other threads, in a way that leaves room for a Goodbye. Closed
/// when it ends. Used by one thread, but for stop() and isStopped().
{
public:
	ControlConnection(
		const ClientConfig& config, const Connector& connector, Transport& transport, const Clock& clock);
	/// All must outlive this.

	ControlConnection(const ControlConnection&) = delete;
	ControlConnection& operator=(const ControlConnection&) = delete;
	~ControlConnection();

	void connect();
	/// Within 10 s; once. Throws SessionFailure if the server cannot be reached,
	/// or after stop().

	void secure(TimePoint deadline);
	/// After connect(), before the first frame: TLS, if there is to be any. Throws
	/// SessionFailure.

	[[nodiscard]] FrameStream& frames() noexcept { return *_frames; }
	/// After connect().

	[[nodiscard]] const Poco::Net::SocketAddress& server() const noexcept { return _server; }
	/// After connect(): where it goes. Visitors are fetched there, too.

	[[nodiscard]] const std::string& serverName() const noexcept { return _serverName; }
	/// HOST:PORT, for messages.

	void sayGoodbye() noexcept;
	/// After connect(): to a server of ours, as the last thing. A server that has
	/// gone does not hear it.

	void stop() noexcept;
	/// Ends every wait to receive; what is sent meanwhile still goes. A second
	/// call ends that, too. Any thread.

	[[nodiscard]] bool isStopped() const;
	/// Any thread.

private:
	void use(const Poco::Net::StreamSocket& socket);

	const ClientConfig& _config;
	const Connector& _connector;
	Transport& _transport;
	const Clock& _clock;
	const std::string _serverName;
	std::optional<FrameStream> _frames; // emplaced once, by connect()
	Poco::Net::SocketAddress _server;

	mutable std::mutex _mutex; // guards what follows, and closing the socket against shutting it down
	std::optional<Poco::Net::StreamSocket> _socket; // what stop() shuts down
	bool _stopped = false;
};

} // namespace Bore

#endif // Bore_Client_ControlConnection_INCLUDED
