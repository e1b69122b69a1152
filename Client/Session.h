//
// Session.h
//
// One control connection to the server.
//

#ifndef Bore_Client_Session_INCLUDED
#define Bore_Client_Session_INCLUDED

#include "Client/ClientContext.h"
#include "Client/SessionFailure.h"
#include "Shared/Clock.h"
#include "Shared/Extension.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace Bore
{

class Authenticator;
class Connector;
class StandbyLines;

class Session
/// Connects to the server, proves the secret, opens the tunnel, and hands
/// each visitor that the server announces to the dials, until the
/// connection ends, or the server is silent for too long. A server of ours
/// hears a heartbeat every 2 s, and at an end that was asked for a Goodbye.
/// Used by one thread, but for stop().
{
public:
	struct Request
	/// What the server is asked for.
	{
		std::uint16_t port = 0;           /// by Hello; 0: any
		std::optional<Poco::UUID> ticket; /// if there is one, by Reclaim in place of Hello
	};

	Session(
		const ClientContext& context, const Connector& connector, StandbyLines& standbys, Request request);
	Session(const Session&) = delete;
	Session& operator=(const Session&) = delete;
	~Session();

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

	void stop() noexcept;
	/// Ends open() and serve(). Where there was a Grant, serve() says Goodbye
	/// first; a second call does not wait for that. Any thread.

private:
	void connect();
	void secure(TimePoint deadline);
	void prove(const Authenticator& authenticator, TimePoint deadline);
	[[nodiscard]] std::uint16_t hello(TimePoint deadline);
	[[nodiscard]] std::uint16_t ask(TimePoint deadline);
	void askForAddresses();
	void awaitGrant(TimePoint deadline);
	[[nodiscard]] SessionFailure withoutAddresses() const;
	[[nodiscard]] SessionFailure lost(const std::string& why) const;
	void sendOffer(TimePoint deadline);
	[[nodiscard]] SessionFailure::Remedy remedyForNonsense() const noexcept;
	void listen();
	void pause(TimePoint silentFrom);
	void beat(TimePoint now);
	void sayGoodbye() noexcept;
	[[nodiscard]] bool stopped();
	void handle(const std::string& frame);
	[[nodiscard]] bool handleGrant(const std::string& frame);
	void take(const VisitorNotice& visitor);
	[[nodiscard]] std::string malformedAnswer() const;
	[[nodiscard]] SessionFailure tlsFailure(const std::exception& error);

	const ClientContext& _context;
	const Connector& _connector;
	StandbyLines& _standbys;
	const Request _request;
	const std::string _serverName;      // for messages
	std::optional<FrameStream> _stream; // emplaced once, by connect()
	Poco::Net::SocketAddress _server;   // where the control connection goes: visitors are fetched there, too
	std::optional<Poco::UUID> _ticket;  // once granted
	TimePoint _nextBeat;                // counts once granted

	std::mutex _mutex; // guards what follows, and closing the socket against shutting it down
	std::optional<Poco::Net::StreamSocket> _socket; // what stop() shuts down
	bool _stopped = false;
};

} // namespace Bore

#endif // Bore_Client_Session_INCLUDED
