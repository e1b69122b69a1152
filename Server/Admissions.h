//
// Admissions.h
//
// Who is let in.
//

#ifndef Bore_Server_Admissions_INCLUDED
#define Bore_Server_Admissions_INCLUDED

#include "Server/AccessRules.h"
#include "Server/FailedAuthentications.h"
#include "Server/Limits.h"
#include "Server/RateWindow.h"
#include "Server/Refusals.h"
#include "Server/User.h"
#include "Shared/Clock.h"
#include "Shared/Network.h"
#include "Shared/Quota.h"

#include <Poco/Net/SocketAddress.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace Bore
{

class Admissions
/// Asked before a handshake, a tunnel or a visitor costs anything: looks
/// whether the AccessRules keep them out, counts them against the Limits,
/// and says of whom it refuses (Refusals). What is admitted holds its place
/// until it ends; this object outlives it. All methods may be called by any
/// thread.
{
public:
	using Places = std::array<Quota::Token, 2>;
	using Peer = Poco::Net::SocketAddress;

	Admissions(const Limits& limits, const Clock& clock, AccessRules access = {});
	Admissions(const Admissions&) = delete;
	Admissions& operator=(const Admissions&) = delete;

	void replaceLimits(const Limits& limits);
	/// Others from now on. What is there counts, and stays, also beyond them.

	void replaceAccess(std::shared_ptr<const AccessRules> access) noexcept;
	/// Other rules from now on, for who comes from now on: whoever is in stays.

	[[nodiscard]] std::optional<AccessList::Denial> denialOfClient(const Peer& peer);
	/// To be asked as a connection to the control port is accepted; it is to
	/// be reset unless there is none. Counts it and logs it. Throws std::bad_alloc.

	[[nodiscard]] std::optional<AccessList::Denial> denialOfVisitor(const Peer& peer, std::uint16_t port);
	/// The same for a connection to a public port.

	[[nodiscard]] bool isProxyOfClients(const Peer& peer) const;
	[[nodiscard]] bool isProxyOfVisitors(const Peer& peer) const;
	/// Whether a connection from there has to begin with a PROXY header. It
	/// is let in until the header says for whom it speaks.

	void refuseProxyOfClients(const Peer& proxy, const std::string& fault) noexcept;
	void refuseProxyOfVisitors(const Peer& proxy, std::uint16_t port, const std::string& fault) noexcept;
	/// Counts and logs one whose header is no good, with the network and the
	/// key that ask for it; the fault is such as "it begins with something else".

	void refuseUnlistedProxy(const Peer& peer) noexcept;
	/// The same for a connection to the control port that begins with a
	/// PROXY header, and may not.

	[[nodiscard]] std::optional<Quota::Token> handshake(const Peer& peer);
	/// A connection to the control port; nothing if it is to be reset, since
	/// its address has too many, or has failed to authenticate too often.

	[[nodiscard]] Duration failedAuthentication(const Peer& peer);
	/// Counts a wrong answer, and logs it in one line that fail2ban can read
	/// (README). Returns how long to hold back the answer to it.

	[[nodiscard]] bool refusesAnswers(const Peer& peer);
	/// Whether its address has failed too often by now for its answer to be looked at.

	struct TunnelAdmission
	{
		Quota::Token place;
		std::string refusal; /// the text for the client; empty: it is admitted
	};

	[[nodiscard]] TunnelAdmission tunnel(const Peer& peer, const UserPtr& user = {});
	/// A tunnel for that user, which has limits of its own if it has a name.

	[[nodiscard]] std::optional<Places> visitor(
		std::uint64_t tunnel, std::uint16_t port, const Peer& peer, const UserPtr& user = {});
	/// A connection to that tunnel of that user; nothing if it is to be reset.

	[[nodiscard]] Refusals& refusals() noexcept { return _refusals; }
	[[nodiscard]] const Quota& tunnels() const noexcept { return _tunnels; }
	[[nodiscard]] const Quota& connections() const noexcept { return _connections; }
	[[nodiscard]] const Quota& userTunnels() const noexcept { return _userTunnels; }
	[[nodiscard]] const Quota& userConnections() const noexcept { return _userConnections; }
	/// By name, of the users that have one.

private:
	[[nodiscard]] static Quota::Admission ofUser(Quota& quota, const UserPtr& user, std::size_t limit);
	[[nodiscard]] std::shared_ptr<const AccessRules> access() const noexcept;
	void refuseProxy(
		const Network* network, const std::string& key, const std::string& who, const std::string& fault);

	std::atomic<std::size_t> _newTunnelsPerMinute;
	Quota _handshakes; // by address
	Quota _tunnels;    // by address
	RateWindow _newTunnels;
	Quota _connections;         // by tunnel
	Quota _visitors;            // connections, by address
	Quota _userTunnels{{}, {}}; // by the name of the user
	Quota _userConnections{{}, {}};
	FailedAuthentications _failures;
	Refusals _refusals;

	mutable std::mutex _accessMutex; // guards what follows, not what it points to, which is constant
	std::shared_ptr<const AccessRules> _access;
};

} // namespace Bore

#endif // Bore_Server_Admissions_INCLUDED
