//
// Session.h
//
// One control connection to the server.
//

#ifndef Bore_Client_Session_INCLUDED
#define Bore_Client_Session_INCLUDED

#include "Client/ClientContext.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace Bore
{

class StandbyLines;

class Session
/// Connects to the server, proves the secret, opens the tunnel, and hands
/// each visitor that the server announces to the dials, until the
/// connection ends. Used by one thread, but for stop().
{
public:
	Session(const ClientContext& context, const Connector& connector, StandbyLines& standbys);
	Session(const Session&) = delete;
	Session& operator=(const Session&) = delete;
	~Session();

	[[nodiscard]] std::uint16_t open();
	/// Returns the public port. Throws RoleFailure, with the exit code that
	/// fits, if the server cannot be reached or refuses, or after stop().

	void serve();
	/// Throws RoleFailure when the connection has ended, also by stop().

	void stop() noexcept;
	/// Ends open() and serve(). Any thread.

private:
	void connect();
	void prove(TimePoint deadline);
	[[nodiscard]] std::uint16_t hello(TimePoint deadline);
	void handle(const std::string& frame);
	[[nodiscard]] bool handleGrant(const std::string& frame);
	[[nodiscard]] std::string malformedAnswer() const;

	const ClientContext& _context;
	const Connector& _connector;
	StandbyLines& _standbys;
	const std::string _serverName;      // for messages
	std::optional<FrameStream> _stream; // emplaced once, by connect()
	Poco::Net::SocketAddress _server;   // where the control connection goes: visitors are fetched there, too

	std::mutex _mutex; // guards what follows, and closing the socket against shutting it down
	std::optional<Poco::Net::StreamSocket> _socket; // what stop() shuts down
	bool _stopped = false;
};

} // namespace Bore

#endif // Bore_Client_Session_INCLUDED
