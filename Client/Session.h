//
// Session.h
//
// One control connection to the server.
//

#ifndef Bore_Client_Session_INCLUDED
#define Bore_Client_Session_INCLUDED

#include "Client/ClientContext.h"
#include "Client/ControlConnection.h"
#include "Client/Greeting.h"
#include "Client/SessionFailure.h"
#include "Shared/Clock.h"
#include "Shared/Extension.h"

#include <Poco/UUID.h>

#include <cstdint>
#include <optional>
#include <string>

namespace Bore
{

class Connector;
class StandbyLines;

class Session
/// Connects to the server, opens the tunnel by a Greeting, and hands each
/// visitor that the server announces to the dials, until the connection
/// ends, or the server is silent for too long. A server of ours hears a
/// heartbeat every 2 s, and at an end that was asked for a Goodbye.
/// Used by one thread, but for stop().
{
public:
	using Request = Greeting::Request;

	Session(
		const ClientContext& context, const Connector& connector, StandbyLines& standbys, Request request);
	Session(const Session&) = delete;
	Session& operator=(const Session&) = delete;

	[[nodiscard]] std::uint16_t open();
	/// Returns the public port. Throws SessionFailure, with the exit code that
	/// fits, if the server cannot be reached or refuses, or after stop(). Where
	/// the tunnel wants its visitors' addresses, it is open once the server
	/// has granted them, within 3 s; a server that does not is of no use to it.

	void serve();
	/// Throws SessionFailure when the connection has ended, also by stop().

	[[nodiscard]] const std::optional<Poco::UUID>& ticket() const noexcept { return _ticket; }
	/// Of the latest Grant: what the next session may reclaim the port with.
	/// None if the server is no server of ours. For the thread that serves.

	void stop() noexcept { _connection.stop(); }
	/// Ends open() and serve(). Where there was a Grant, serve() says Goodbye
	/// first; a second call does not wait for that. Any thread.

private:
	[[nodiscard]] TimePoint handshakeDeadline() const;
	void sendOffer(TimePoint deadline);
	void askForAddresses();
	void awaitGrant(TimePoint deadline);
	[[nodiscard]] SessionFailure withoutAddresses() const;
	[[nodiscard]] SessionFailure lost(const std::string& why) const;
	void listen();
	void pause(TimePoint silentFrom);
	void beat(TimePoint now);
	void handle(const std::string& frame);
	[[nodiscard]] bool handleGrant(const std::string& frame);
	void take(const VisitorNotice& visitor);

	const ClientContext& _context;
	StandbyLines& _standbys;
	const Request _request;
	ControlConnection _connection;
	std::optional<Poco::UUID> _ticket; // once granted
	TimePoint _nextBeat;               // counts once granted
};

} // namespace Bore

#endif // Bore_Client_Session_INCLUDED
