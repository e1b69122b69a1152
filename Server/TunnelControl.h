//
// TunnelControl.h
//
// A tunnel's control connection, and whose it is.
//

#ifndef Bore_Server_TunnelControl_INCLUDED
#define Bore_Server_TunnelControl_INCLUDED

#include "Server/ClientFrames.h"
#include "Server/LiveUsers.h"
#include "Server/Reservations.h"
#include "Server/ServerContext.h"
#include "Server/User.h"
#include "Shared/Extension.h"
#include "Shared/FrameStream.h"
#include "Shared/Quota.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/UUID.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class TunnelControl
/// The client of a tunnel, as far as its server knows it: who it is, what
/// it says on its control connection, what it was granted, and what it is
/// told. The rules for its frames that Tunnel states are applied here. Of
/// the port it knows nothing.
///
/// Owned by the tunnel, and for the tunnel's thread, unless a method says
/// otherwise.
{
public:
	TunnelControl(const ServerContext& context, std::uint64_t tunnel, FrameStream stream,
		std::optional<Poco::UUID> ticket, UserPtr user,
		const std::optional<Poco::Net::SocketAddress>& client);
	/// For the tunnel of that id. The ticket, the user and the client are as for a Tunnel.

	TunnelControl(const TunnelControl&) = delete;
	TunnelControl& operator=(const TunnelControl&) = delete;

	[[nodiscard]] const std::string& address() const noexcept { return _address; }
	/// The client's, for logs. Any thread.

	[[nodiscard]] const std::string& identity() const noexcept { return _identity; }
	/// The client's, for its tickets and its port. Any thread.

	[[nodiscard]] const std::string& tag() const noexcept { return _tag; }
	/// The user's, for the end of a line in the log. Any thread.

	[[nodiscard]] UserPtr user() const;
	/// As it is now. Any thread.

	void adopt(UserPtr user);
	/// The user as it is from now on, under the same name. Any thread.

	[[nodiscard]] bool mayCome(const User& user, WallTime now) const;
	/// Whether that user may come from the client's address. Any thread.

	[[nodiscard]] bool isStalled();
	/// Whether the client has stopped acknowledging. Any thread.

	void disconnect() noexcept;
	/// Ends whatever the tunnel's thread waits for here. Any thread; returns at once.

	void announceAgain(std::string frame);
	/// To be sent by sendAgain(). Any thread.

	void open(std::uint16_t port);
	/// Tells the client its port. This, and all that sends, throws
	/// PeerGoneException, and PeerTimeoutException if it does not read for 5 s.

	[[nodiscard]] int descriptor() noexcept { return _stream.socket().impl()->sockfd(); }
	/// To be waited for; then, read().

	[[nodiscard]] TimePoint nextHeartbeat() const noexcept { return _nextHeartbeat; }

	void heartbeat();
	/// Sends one. Throws, too, if the client has given no sign of life for
	/// 10 s (PeerTimeoutException), or if its user has expired.

	void read();
	/// What has come. Throws PeerGoneException, and ProtocolException if it is no good.

	void sendAgain();
	/// What announceAgain() was given.

	void send(const std::string& frame);

	[[nodiscard]] bool isLeaving() const noexcept { return _leaving; }
	/// Whether the client said Goodbye, as far as was read.

	[[nodiscard]] bool hasSaidGoodbye() noexcept;
	/// The same of a connection that is lost: its last words are read first.

	[[nodiscard]] bool namesVisitors() const noexcept { return _namesVisitors; }
	/// Whether visitors are announced with their addresses.

	[[nodiscard]] bool wantsAddresses() const noexcept { return _namesVisitors || !_isGranted; }
	/// Whether those are to be found out: before the Grant it may be that the
	/// client asks for them yet.

	[[nodiscard]] std::optional<Reservations::Claim> reserve(
		std::uint16_t port, const Quota::Token& place) noexcept;
	/// Keeps the port for a client that is lost; nothing if it has no ticket,
	/// or if there is no memory, which is logged.

	void forgetTickets() noexcept;

	void close() noexcept;
	/// The end: others may still call disconnect() and isStalled().

private:
	void checkUser();
	void handle(const std::string& frame);
	void grant(const Offer& offer);
	void forget(std::optional<Poco::UUID>& ticket) noexcept;
	[[nodiscard]] TimePoint sendDeadline() const noexcept;

	const ServerContext& _context;
	const std::uint64_t _tunnel;
	const std::optional<Poco::Net::SocketAddress> _peer; // none: it has gone already
	const std::string _address;
	const std::string _identity;
	const std::string _tag;
	const std::unique_ptr<const LiveUsers::Lease> _live;

	mutable std::mutex _mutex; // guards what follows, and closing the socket against its use by others
	UserPtr _user;
	std::vector<std::string> _again; // frames

	// Used by the tunnel's thread alone.
	FrameStream _stream;
	ClientFrames _frames{_stream, _context.clock};
	TimePoint _nextHeartbeat{};
	std::optional<Poco::UUID> _ticket;    // none until a Grant
	std::optional<Poco::UUID> _oldTicket; // the one before, until the client has the new one
	bool _isGranted = false;              // on this connection
	bool _leaving = false;                // the client said Goodbye
	bool _namesVisitors = false;          // as granted
};

} // namespace Bore

#endif // Bore_Server_TunnelControl_INCLUDED
