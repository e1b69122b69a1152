//
// TunnelControl.cpp
//

#include "Server/TunnelControl.h"

#include "Server/PendingVisitors.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/Message.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/SocketOptions.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>
#include <variant>

namespace Bore
{

using Poco::Net::StreamSocket;

namespace
{

constexpr std::chrono::seconds SEND_TIMEOUT{5}; // a client that does not read for so long is gone

class UserGoneException : public std::runtime_error
/// The client's user may not have the tunnel any more.
{
public:
	using std::runtime_error::runtime_error;
};

std::optional<Poco::Net::SocketAddress> peerOf(const StreamSocket& socket)
{
	try
	{
		return socket.peerAddress();
	}
	catch (const Poco::Exception&)
	{
		return std::nullopt;
	}
}

} // namespace

TunnelControl::TunnelControl(const ServerContext& context, std::uint64_t tunnel, FrameStream stream,
	std::optional<Poco::UUID> ticket, UserPtr user, const std::optional<Poco::Net::SocketAddress>& client)
	: _context(context)
	, _tunnel(tunnel)
	, _peer(client ? client : peerOf(stream.socket()))
	, _address(_peer ? addressText(*_peer) : peerText(stream.socket()))
	, _identity(identityOf(user, _peer))
	, _tag(tagOf(user))
	, _live(user && _peer ? context.liveUsers.enter(_peer->host(), user->name) : nullptr)
	, _user(std::move(user))
	, _stream(std::move(stream))
	, _ticket(std::move(ticket))
{
}

UserPtr TunnelControl::user() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _user;
}

void TunnelControl::adopt(UserPtr user)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_user.swap(user);
}

bool TunnelControl::mayCome(const User& user, WallTime now) const
{
	return !_peer || user.refusal(_peer->host(), now) == nullptr;
}

bool TunnelControl::isStalled()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return hasStoppedAcknowledging(_stream.socket());
}

void TunnelControl::disconnect() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	::shutdown(_stream.socket().impl()->sockfd(), SHUT_RDWR);
}

void TunnelControl::announceAgain(std::string frame)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_again.push_back(std::move(frame));
}

void TunnelControl::open(std::uint16_t port)
{
	boundSilence(_stream.socket(), _context.userTimeout);
	send(format(ServerMessage{Hello{port}}));
}

void TunnelControl::heartbeat()
{
	if (_frames.isSilent())
	{
		read();
		if (_frames.isSilent()) throw PeerTimeoutException("the client gave no sign of life for 10 s");
	}
	checkUser();
	_nextHeartbeat = _context.clock.now() + Protocol::HEARTBEAT_INTERVAL;
	send(format(ServerMessage{Heartbeat{}}));
}

void TunnelControl::checkUser()
{
	const auto user = this->user();
	if (!user || !user->hasExpired(_context.clock.wallNow())) return;
	send(format(ServerMessage{Error{Protocol::ErrorText::USER_EXPIRED}}));
	throw UserGoneException("its user has expired");
}

void TunnelControl::read()
{
	while (const auto frame = _frames.next()) handle(*frame);
}

void TunnelControl::handle(const std::string& frame)
{
	// It has the Grant that came between the two.
	forget(_oldTicket);
	if (const auto sign = parseClientSign(frame))
		_leaving = _leaving || (_ticket && std::holds_alternative<Goodbye>(*sign));
	else if (const auto offer = parseOffer(frame))
		grant(*offer);
	else if (!isWellFormedJson(frame))
		throw MalformedFrameException("the client sent a malformed frame");
}

void TunnelControl::grant(const Offer& offer)
{
	const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(offer.standby, _context.maxStandby));
	const auto ticket = _context.standbys.grant(_tunnel, most, _identity);
	_context.tunnels.name(_tunnel, ticket);
	_oldTicket = std::exchange(_ticket, ticket);
	_frames.expectSigns();
	_isGranted = true;
	_namesVisitors = offer.visitor > 0;
	send(format(Grant{most, ticket, _namesVisitors ? 1U : 0U}));
	if (!_namesVisitors) return;
	// The client waits for the addresses of those announced before it could say so.
	for (const auto& frame : _context.visitors.nameAll(_tunnel)) send(frame);
}

void TunnelControl::sendAgain()
{
	std::vector<std::string> again;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		again.swap(_again);
	}
	for (const auto& frame : again) send(frame);
}

void TunnelControl::send(const std::string& frame)
{
	_stream.send(frame, sendDeadline());
}

bool TunnelControl::hasSaidGoodbye() noexcept
{
	// A send may have failed before the client's last words were read.
	try
	{
		read();
	}
	catch (const std::exception&)
	{
		// That it is lost is known.
	}
	return _leaving;
}

std::optional<Reservations::Claim> TunnelControl::reserve(
	std::uint16_t port, const Quota::Token& place) noexcept
{
	try
	{
		if (!_ticket) return std::nullopt;
		std::vector<Poco::UUID> tickets{*_ticket};
		if (_oldTicket) tickets.push_back(*_oldTicket);
		return _context.reservations.reserve(port, _identity, tickets, place);
	}
	catch (const std::bad_alloc& error)
	{
		quietly(
			[&]
			{
				Poco::Logger::get("bore.server.tunnel")
					.error("port %hu cannot be kept for %s: %s", port, _address, std::string(error.what()));
			});
		return std::nullopt;
	}
}

void TunnelControl::forgetTickets() noexcept
{
	forget(_ticket);
	forget(_oldTicket);
}

void TunnelControl::forget(std::optional<Poco::UUID>& ticket) noexcept
{
	if (ticket) _context.tunnels.unname(_tunnel, *ticket);
	ticket.reset();
}

void TunnelControl::close() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_stream.socket().close();
}

TimePoint TunnelControl::sendDeadline() const noexcept
{
	return _context.clock.now() + SEND_TIMEOUT;
}

} // namespace Bore
