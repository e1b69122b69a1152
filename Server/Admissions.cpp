//
// Admissions.cpp
//

#include "Server/Admissions.h"

#include "Shared/AddressKey.h"
#include "Shared/PeerAddress.h"
#include "Shared/Quietly.h"

#include <Poco/Bugcheck.h>
#include <Poco/Logger.h>

#include <utility>

namespace Bore
{

namespace
{

constexpr std::chrono::minutes RATE_WINDOW{1};

constexpr char NEW_TUNNELS[] = "limit.newTunnelsPerMinute";
constexpr char FAILED_AUTHENTICATIONS[] = "limit.failedAuthentications.refuseAfter";
constexpr char PER_ADDRESS[] = "limit.tunnelsPerAddress";

constexpr char CONTROL_PROXIES[] = "control.acceptProxyProtocol";
constexpr char VISITORS_PROXIES[] = "visitors.acceptProxyProtocol";

constexpr char TOO_MANY[] = "too many tunnels";
constexpr char TOO_MANY_OF_ADDRESS[] = "too many tunnels from your address";
constexpr char TOO_MANY_OF_USER[] = "too many tunnels of your user";
constexpr char TOO_MANY_NEW[] = "too many new tunnels from your address: try again in a minute";

// The address alone, without its port.
std::string hostText(const Poco::Net::SocketAddress& peer)
{
	const auto host = peer.host();
	const std::string text = host.toString();
	return host.isIPv4Mapped() ? text.substr(text.rfind(':') + 1) : text;
}

// The same for a rule as for a limit: whoever reads the log looks for either.
std::string visitorText(const Poco::Net::SocketAddress& peer, std::uint16_t port)
{
	return "visitor " + addressText(peer) + " on port " + std::to_string(port);
}

std::string connectionText(const Poco::Net::SocketAddress& peer)
{
	return "connection of " + addressText(peer);
}

} // namespace

Admissions::Admissions(const Limits& limits, const Clock& clock, AccessRules access)
	: _newTunnelsPerMinute(limits.newTunnelsPerMinute)
	, _handshakes({}, {"limit.handshakesPerAddress", limits.handshakesPerAddress})
	, _tunnels({"limit.tunnels", limits.tunnels}, {PER_ADDRESS, limits.tunnelsPerAddress})
	, _newTunnels(RATE_WINDOW, clock)
	, _connections({"limit.connections", limits.connections},
		  {"limit.connectionsPerTunnel", limits.connectionsPerTunnel})
	, _visitors({}, {"limit.connectionsPerVisitor", limits.connectionsPerVisitor})
	, _failures(limits.delayAfter, limits.refuseAfter, clock)
	, _refusals(clock)
	, _access(std::make_shared<const AccessRules>(std::move(access)))
{
}

void Admissions::replaceLimits(const Limits& limits)
{
	_newTunnelsPerMinute = limits.newTunnelsPerMinute;
	_handshakes.setLimits(0, limits.handshakesPerAddress);
	_tunnels.setLimits(limits.tunnels, limits.tunnelsPerAddress);
	_connections.setLimits(limits.connections, limits.connectionsPerTunnel);
	_visitors.setLimits(0, limits.connectionsPerVisitor);
	_failures.setLimits(limits.delayAfter, limits.refuseAfter);
}

void Admissions::replaceAccess(std::shared_ptr<const AccessRules> access) noexcept
{
	poco_check_ptr(access);
	// What was there is let go of, and perhaps freed, behind the lock.
	const std::lock_guard<std::mutex> lock(_accessMutex);
	_access.swap(access);
}

std::shared_ptr<const AccessRules> Admissions::access() const noexcept
{
	const std::lock_guard<std::mutex> lock(_accessMutex);
	return _access;
}

std::optional<AccessList::Denial> Admissions::denialOfClient(const Peer& peer)
{
	auto denial = access()->denialOfClient(peer.host());
	if (denial) _refusals.add(*denial, connectionText(peer));
	return denial;
}

std::optional<AccessList::Denial> Admissions::denialOfVisitor(const Peer& peer, std::uint16_t port)
{
	auto denial = access()->denialOfVisitor(peer.host(), port);
	if (denial) _refusals.add(*denial, visitorText(peer, port));
	return denial;
}

bool Admissions::isProxyOfClients(const Peer& peer) const
{
	const auto rules = access();
	return !rules->proxies().clients.empty() && rules->proxies().clients.contains(peer.host());
}

bool Admissions::isProxyOfVisitors(const Peer& peer) const
{
	const auto rules = access();
	return !rules->proxies().visitors.empty() && rules->proxies().visitors.contains(peer.host());
}

void Admissions::refuseProxyOfClients(const Peer& proxy, const std::string& fault) noexcept
{
	const auto rules = access();
	quietly(
		[&] {
			refuseProxy(
				rules->proxies().clients.find(proxy.host()), CONTROL_PROXIES, connectionText(proxy), fault);
		});
}

void Admissions::refuseProxyOfVisitors(
	const Peer& proxy, std::uint16_t port, const std::string& fault) noexcept
{
	const auto rules = access();
	quietly(
		[&]
		{
			refuseProxy(rules->proxies().visitors.find(proxy.host()), VISITORS_PROXIES,
				visitorText(proxy, port), fault);
		});
}

void Admissions::refuseProxy(
	const Network* network, const std::string& key, const std::string& who, const std::string& fault)
{
	// The rules may have been exchanged since it came.
	const std::string from = network == nullptr ? std::string("its network") : network->toString();
	_refusals.add(
		AccessList::Denial{key, from + " is in " + key + ", but its PROXY header is no good: " + fault}, who);
}

void Admissions::refuseUnlistedProxy(const Peer& peer) noexcept
{
	quietly(
		[&]
		{
			_refusals.add(AccessList::Denial{std::string(CONTROL_PROXIES) + " (not in it)",
							  std::string("it begins with a PROXY header, but its address is not in ") +
								  CONTROL_PROXIES},
				connectionText(peer));
		});
}

std::optional<Quota::Token> Admissions::handshake(const Peer& peer)
{
	const auto key = addressKey(peer.host());
	if (_failures.refuses(key))
	{
		_refusals.add(FAILED_AUTHENTICATIONS, connectionText(peer));
		return std::nullopt;
	}
	auto admission = _handshakes.admit(key);
	if (admission.reached != nullptr)
	{
		_refusals.add(admission.reached->name, connectionText(peer));
		return std::nullopt;
	}
	return std::move(admission.place);
}

Duration Admissions::failedAuthentication(const Peer& peer)
{
	const auto key = addressKey(peer.host());
	const Duration delay = _failures.add(key);
	Poco::Logger::get("bore.server.authentication")
		.warning(
			"authentication failed for %s (%z times within a minute)", hostText(peer), _failures.count(key));
	return delay;
}

bool Admissions::refusesAnswers(const Peer& peer)
{
	return _failures.refuses(addressKey(peer.host()));
}

Quota::Admission Admissions::ofUser(Quota& quota, const UserPtr& user, std::size_t limit)
{
	// The limits of the server are those of whoever has its own secret.
	return nameOf(user).empty() ? Quota::Admission() : quota.admit(user->name, limit);
}

Admissions::TunnelAdmission Admissions::tunnel(const Peer& peer, const UserPtr& user)
{
	const auto key = addressKey(peer.host());
	auto admission = _tunnels.admit(key);
	if (admission.reached != nullptr)
	{
		_refusals.add(admission.reached->name, "tunnel for " + addressText(peer) + tagOf(user));
		return {nullptr, admission.reached->name == PER_ADDRESS ? TOO_MANY_OF_ADDRESS : TOO_MANY};
	}
	auto ofTheirs = ofUser(_userTunnels, user, user ? user->maxTunnels : 0);
	if (ofTheirs.reached != nullptr)
	{
		_refusals.add("user." + user->name + ".maxTunnels", "tunnel for " + addressText(peer));
		return {nullptr, TOO_MANY_OF_USER};
	}
	const std::size_t mostNew = _newTunnelsPerMinute;
	if (const auto count = _newTunnels.add(key); mostNew > 0 && count > mostNew)
	{
		_refusals.add(NEW_TUNNELS, "tunnel for " + addressText(peer) + tagOf(user));
		return {nullptr, TOO_MANY_NEW};
	}
	return {Quota::both(std::move(admission.place), std::move(ofTheirs.place)), {}};
}

std::optional<Admissions::Places> Admissions::visitor(
	std::uint64_t tunnel, std::uint16_t port, const Peer& peer, const UserPtr& user)
{
	const auto refuse = [&](const std::string& limit, const std::string& tag)
	{
		_refusals.add(limit, visitorText(peer, port) + tag);
		return std::nullopt;
	};
	auto ofTunnel = _connections.admit(std::to_string(tunnel));
	if (ofTunnel.reached != nullptr) return refuse(ofTunnel.reached->name, tagOf(user));
	auto ofAddress = _visitors.admit(addressKey(peer.host()));
	if (ofAddress.reached != nullptr) return refuse(ofAddress.reached->name, tagOf(user));
	auto ofTheirs = ofUser(_userConnections, user, user ? user->maxConnections : 0);
	if (ofTheirs.reached != nullptr) return refuse("user." + user->name + ".maxConnections", {});
	return Places{
		Quota::both(std::move(ofTunnel.place), std::move(ofTheirs.place)), std::move(ofAddress.place)};
}

} // namespace Bore
