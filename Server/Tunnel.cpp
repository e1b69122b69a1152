//
// Tunnel.cpp
//

#include "Server/Tunnel.h"

#include "Server/AccessLog.h"
#include "Server/Admissions.h"
#include "Server/Handover.h"
#include "Server/PendingVisitors.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/Extension.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/SocketOptions.h"
#include "Shared/Uuid.h"

#include <Poco/Logger.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <poll.h>
#include <pthread.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <variant>

namespace Bore
{

using Poco::Net::StreamSocket;

namespace
{

constexpr int STACK_BYTES = 128 * 1024;         // a server may have a thousand tunnels
constexpr std::chrono::seconds SEND_TIMEOUT{5}; // a client that does not read for so long is gone
constexpr int MAX_ACCEPTS = 64;                 // in a row, then the control connection has its turn

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.tunnel");
	return instance;
}

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

std::optional<ProxyHeader::Addresses> addressesOf(
	const StreamSocket& visitor, const Poco::Net::SocketAddress& peer)
{
	try
	{
		return ProxyHeader::Addresses{peer, visitor.address()};
	}
	catch (const Poco::Exception&)
	{
		return std::nullopt; // no memory in the kernel
	}
}

} // namespace

Tunnel::Tunnel(const ServerContext& context, Id id, FrameStream control, Poco::Net::ServerSocket listener,
	std::optional<Poco::UUID> ticket, Quota::Token place, UserPtr user,
	const std::optional<Poco::Net::SocketAddress>& client)
	: _context(context)
	, _id(id)
	, _peer(client ? client : peerOf(control.socket()))
	, _client(_peer ? addressText(*_peer) : peerText(control.socket()))
	, _identity(identityOf(user, _peer))
	, _tag(tagOf(user))
	, _live(user && _peer ? context.liveUsers.enter(_peer->host(), user->name) : nullptr)
	, _port(listener.address().port())
	, _place(std::move(place))
	, _wakeUp(Descriptor::checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))
	, _user(std::move(user))
	, _control(std::move(control))
	, _listener(std::move(listener))
	, _acceptor("tunnel on port " + std::to_string(_port), context.standbys, context.spare, context.clock,
		  [this](const Poco::Net::SocketAddress& peer)
		  {
			  _isOfProxy = _context.admissions.isProxyOfVisitors(peer);
			  return _isOfProxy || letsIn(peer);
		  })
	, _ticket(std::move(ticket))
	, _thread("tunnel")
{
	_listener.setBlocking(false);
	_thread.setStackSize(STACK_BYTES);
}

Tunnel::~Tunnel()
{
	end();
	_thread.join();
	// A visitor that came back from a standby connection after the thread had ended.
	_context.visitors.withdraw(_id);
}

void Tunnel::start()
{
	_thread.startFunc([this] { run(); });
}

void Tunnel::drain() noexcept
{
	_draining = true;
	wakeUp();
}

void Tunnel::end() noexcept
{
	_ending = true;
	disconnect();
	wakeUp();
}

std::optional<std::future<Poco::Net::ServerSocket>> Tunnel::release()
{
	std::optional<std::future<Poco::Net::ServerSocket>> listener;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_isClosed || _successor) return std::nullopt;
		_successor.emplace();
		listener = _successor->get_future();
	}
	end();
	return listener;
}

void Tunnel::revoke() noexcept
{
	_revoked = true;
	end();
}

UserPtr Tunnel::user() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _user;
}

void Tunnel::adopt(UserPtr user)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_user.swap(user);
}

bool Tunnel::isFor(const User& user, WallTime now) const
{
	return user.mayHave(_port) && (!_peer || user.refusal(_peer->host(), now) == nullptr);
}

bool Tunnel::isStalled()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return !_isClosed && hasStoppedAcknowledging(_control.socket());
}

void Tunnel::disconnect() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	::shutdown(_control.socket().impl()->sockfd(), SHUT_RDWR);
}

void Tunnel::announceAgain(std::string frame)
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_again.push_back(std::move(frame));
	}
	wakeUp();
}

bool Tunnel::arrive(ProxiedArrival& arrival)
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_isClosed) return false;
		_arrived.push_back(std::move(arrival));
	}
	wakeUp();
	return true;
}

void Tunnel::run() noexcept
{
	::pthread_setname_np(::pthread_self(), _thread.name().c_str());
	std::string reason;
	const bool lost = live(reason);
	// Before the port is free for others.
	auto reserved = lost ? reserve() : std::nullopt;
	if (giveListenerUp() && reserved)
	{
		_context.reservations.remove(*reserved);
		reserved.reset();
	}
	forgetTicket(_ticket);
	forgetTicket(_oldTicket);
	_context.standbys.withdraw(_id);
	const auto withdrawn = _context.visitors.withdraw(_id);
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_control.socket().close();
	}
	quietly(
		[&]
		{
			logger().information("tunnel on port %hu of %s%s ended: %s (%z visitors were waiting)%s", _port,
				_client, _tag, escapeForLog(reason), withdrawn,
				std::string(reserved ? "; the port is kept for it" : ""));
		});
	_context.tunnels.ended(_id);
}

bool Tunnel::live(std::string& reason) noexcept
{
	bool lost = false;
	try
	{
		boundSilence(_control.socket(), _context.userTimeout);
		_control.send(format(ServerMessage{Hello{_port}}), sendDeadline());
		logger().information("tunnel on port %hu opened for %s%s", _port, _client, _tag);
		serve();
	}
	catch (const PeerGoneException& error)
	{
		reason = error.what();
		lost = true;
	}
	catch (const PeerTimeoutException& error)
	{
		reason = error.what();
		lost = true;
	}
	catch (const std::exception& error)
	{
		reason = error.what();
	}
	if (_ending)
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		reason = _successor ? "its client took the port over"
				 : _revoked ? "its user may not have it any more"
							: "the server stops";
		return false;
	}
	if (_leaving || (lost && hasSaidGoodbye()))
	{
		reason = "the client said goodbye";
		return false;
	}
	return lost;
}

bool Tunnel::hasSaidGoodbye() noexcept
{
	// A send may have failed before the client's last words were read.
	try
	{
		readControl();
	}
	catch (const std::exception&)
	{
		// That it is lost is known.
	}
	return _leaving;
}

std::optional<Reservations::Claim> Tunnel::reserve() noexcept
{
	try
	{
		if (!_ticket) return std::nullopt;
		std::vector<Poco::UUID> tickets{*_ticket};
		if (_oldTicket) tickets.push_back(*_oldTicket);
		return _context.reservations.reserve(_port, _identity, tickets, _place);
	}
	catch (const std::bad_alloc& error)
	{
		logger().error("port %hu cannot be kept for %s: %s", _port, _client, std::string(error.what()));
		return std::nullopt;
	}
}

bool Tunnel::giveListenerUp() noexcept
{
	std::list<ProxiedArrival> late; // an empty one takes no memory
	bool isHandedOver = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_isClosed = true;
		late.swap(_arrived);
		isHandedOver = _successor.has_value();
		if (_successor)
			_successor->set_value(_listener);
		else
			_listener.close();
	}
	for (auto& arrival : late)
		ProxiedVisitor::end(_context, {_id, _port, _identity}, arrival, AccessRecord::Ending::Withdrawn);
	return isHandedOver;
}

void Tunnel::forgetTicket(std::optional<Poco::UUID>& ticket) noexcept
{
	if (ticket) _context.tunnels.unname(_id, *ticket);
	ticket.reset();
}

void Tunnel::serve()
{
	heartbeat();
	// What came with the first message has been read, perhaps: no event tells of it.
	readControl();
	while (!_ending && !_leaving)
	{
		const TimePoint now = _context.clock.now();
		if (now >= _nextHeartbeat) heartbeat();
		if (_draining) _listener.close();

		const bool pausing = now < _acceptAfter;
		const TimePoint until = pausing ? std::min(_nextHeartbeat, _acceptAfter) : _nextHeartbeat;
		std::array<pollfd, 3> sockets{};
		sockets[0] = {_control.socket().impl()->sockfd(), POLLIN, 0};
		sockets[1] = {pausing || _draining ? -1 : _listener.impl()->sockfd(), POLLIN, 0};
		sockets[2] = {_wakeUp.get(), POLLIN, 0};
		if (::poll(sockets.data(), sockets.size(), millisecondsUntil(until, now)) <= 0) continue;
		if (sockets[2].revents != 0) takeWakeUp();
		if (sockets[0].revents != 0) readControl();
		// Who waits in the backlog is for the successor.
		if (_ending || _leaving) return;
		if (sockets[2].revents != 0) takeArrivals();
		if (sockets[1].revents != 0 && !_draining) acceptVisitors();
	}
}

void Tunnel::heartbeat()
{
	if (_frames.isSilent())
	{
		readControl();
		if (_frames.isSilent()) throw PeerTimeoutException("the client gave no sign of life for 10 s");
	}
	checkUser();
	_nextHeartbeat = _context.clock.now() + Protocol::HEARTBEAT_INTERVAL;
	_control.send(format(ServerMessage{Heartbeat{}}), sendDeadline());
	if (const auto expired = _context.visitors.dropExpired(); expired > 0)
		logger().warning("%z visitors were dropped: their clients did not claim them in time", expired);
}

void Tunnel::checkUser()
{
	const auto user = this->user();
	if (!user || !user->hasExpired(_context.clock.wallNow())) return;
	_control.send(format(ServerMessage{Error{Protocol::ErrorText::USER_EXPIRED}}), sendDeadline());
	throw UserGoneException("its user has expired");
}

void Tunnel::readControl()
{
	while (const auto frame = _frames.next()) handle(*frame);
}

void Tunnel::handle(const std::string& frame)
{
	// It has the Grant that came between the two.
	forgetTicket(_oldTicket);
	if (const auto sign = parseClientSign(frame))
		_leaving = _leaving || (_ticket && std::holds_alternative<Goodbye>(*sign));
	else if (const auto offer = parseOffer(frame))
		grant(*offer);
	else if (!isWellFormedJson(frame))
		throw MalformedFrameException("the client sent a malformed frame");
}

void Tunnel::acceptVisitors()
{
	for (int i = 0; i < MAX_ACCEPTS && !_ending && acceptVisitor(); ++i)
	{
	}
}

bool Tunnel::acceptVisitor()
{
	try
	{
		auto result = _acceptor.accept(_listener.impl()->sockfd());
		switch (result.outcome)
		{
		case Acceptor::Outcome::Nobody:
			return false;
		case Acceptor::Outcome::Pause:
			_acceptAfter = _context.clock.now() + Acceptor::PAUSE;
			return false;
		case Acceptor::Outcome::Again:
			return true;
		case Acceptor::Outcome::Accepted:
			break;
		}
		StreamSocket visitor(new Poco::Net::StreamSocketImpl(result.connection.get()));
		static_cast<void>(result.connection.release()); // it has an owner now
		easeLoopback(visitor, result.peer.host());
		if (_isOfProxy)
			introduce(std::move(visitor), result.peer);
		else
		{
			// Before the Grant it may be that the client asks for them yet.
			auto addresses = _namesVisitors || !_isGranted ? addressesOf(visitor, result.peer) : std::nullopt;
			receive(std::move(visitor), result.peer, std::move(addresses));
		}
		return true;
	}
	catch (const std::bad_alloc&)
	{
		// It costs this visitor, and not the tunnel.
		_acceptAfter = _context.clock.now() + Acceptor::PAUSE;
		return false;
	}
}

bool Tunnel::letsIn(const Poco::Net::SocketAddress& peer) const
{
	if (!_context.admissions.denialOfVisitor(peer, _port)) return true;
	// Nothing else ever sees a visitor who is kept out.
	AccessRecord::end(_context.access.begin(_context.clock, _identity, _port, addressText(peer)),
		AccessRecord::Ending::Refused);
	return false;
}

void Tunnel::introduce(StreamSocket connection, const Poco::Net::SocketAddress& proxy)
{
	const ProxiedVisitor::Origin origin{_id, _port, _identity};
	ProxiedArrival arrival{std::move(connection), proxy};
	auto waiting = _context.visitors.reserve(_id);
	if (waiting.reached != nullptr)
	{
		_context.admissions.refusals().add(waiting.reached->name,
			"visitor " + addressText(proxy) + " on port " + std::to_string(_port) + _tag);
		return ProxiedVisitor::end(_context, origin, arrival, AccessRecord::Ending::Refused);
	}
	arrival.place = std::move(waiting.place);
	std::make_shared<ProxiedVisitor>(_context, origin, std::move(arrival))->begin();
}

void Tunnel::takeArrivals()
{
	// One by one: if the client is lost over one, the others are still to be reset.
	for (auto next = nextArrival(); !next.empty(); next = nextArrival())
	{
		try
		{
			receive(std::move(next.front()));
		}
		catch (const std::bad_alloc&)
		{
			// It costs this visitor, and not the tunnel.
			_acceptAfter = _context.clock.now() + Acceptor::PAUSE;
		}
	}
}

std::list<ProxiedArrival> Tunnel::nextArrival() noexcept
{
	std::list<ProxiedArrival> next;
	const std::lock_guard<std::mutex> lock(_mutex);
	if (!_arrived.empty()) next.splice(next.end(), _arrived, _arrived.begin());
	return next;
}

void Tunnel::receive(ProxiedArrival arrival)
{
	const ProxiedVisitor::Origin origin{_id, _port, _identity};
	if (_draining) return ProxiedVisitor::end(_context, origin, arrival, AccessRecord::Ending::Withdrawn);
	const auto peer = arrival.visitor();
	if (!letsIn(peer)) return abortOnClose(arrival.socket);
	arrival.place.reset(); // another follows
	receive(std::move(arrival.socket), peer, std::move(arrival.header.addresses));
}

void Tunnel::receive(StreamSocket visitor, const Poco::Net::SocketAddress& peer,
	std::optional<ProxyHeader::Addresses> addresses)
{
	Visitor entry{std::move(visitor), addressText(peer), _id, _port};
	entry.access = _context.access.begin(_context.clock, _identity, _port, entry.address);
	entry.user = user();
	auto places = _context.admissions.visitor(_id, _port, peer, entry.user);
	if (!places)
	{
		AccessRecord::end(entry.access, AccessRecord::Ending::Refused);
		return abortOnClose(entry.socket);
	}
	entry.places = std::move(*places);
	entry.addresses = std::move(addresses);
	entry.isNamed = _namesVisitors;
	announce(std::move(entry));
}

void Tunnel::announce(Visitor visitor)
{
	Poco::UUID id;
	try
	{
		id = secureRandomUuid();
	}
	catch (const std::runtime_error& error)
	{
		logger().error("a visitor on port %hu is refused: %s", _port, std::string(error.what()));
		AccessRecord::end(visitor.access, AccessRecord::Ending::Failed);
		abortOnClose(visitor.socket);
		return;
	}
	if (logger().debug())
		logger().debug("visitor %s on port %hu is %s", visitor.address, _port, id.toString());
	if (auto standby = _context.standbys.take(_id))
		return std::make_shared<Handover>(_context, id, std::move(visitor), *standby)->begin();
	const std::string who = "visitor " + visitor.address + " on port " + std::to_string(_port) + _tag;
	const std::string frame = announcement(id, visitor);
	if (const auto* reached = _context.visitors.add(id, std::move(visitor)))
		return _context.admissions.refusals().add(reached->name, who);
	_control.send(frame, sendDeadline());
}

void Tunnel::grant(const Offer& offer)
{
	const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(offer.standby, _context.maxStandby));
	const auto ticket = _context.standbys.grant(_id, most, _identity);
	_context.tunnels.name(_id, ticket);
	_oldTicket = std::exchange(_ticket, ticket);
	_frames.expectSigns();
	_isGranted = true;
	_namesVisitors = offer.visitor > 0;
	_control.send(format(Grant{most, ticket, _namesVisitors ? 1U : 0U}), sendDeadline());
	if (!_namesVisitors) return;
	// The client waits for the addresses of those announced before it could say so.
	for (const auto& frame : _context.visitors.nameAll(_id)) _control.send(frame, sendDeadline());
}

void Tunnel::takeWakeUp()
{
	std::uint64_t count = 0;
	[[maybe_unused]] const auto taken = ::read(_wakeUp.get(), &count, sizeof count);
	std::vector<std::string> again;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		again.swap(_again);
	}
	for (const auto& frame : again) _control.send(frame, sendDeadline());
}

void Tunnel::wakeUp() noexcept
{
	const std::uint64_t one = 1;
	// A full counter (EAGAIN) wakes the thread as well as this one would.
	[[maybe_unused]] const auto written = ::write(_wakeUp.get(), &one, sizeof one);
}

TimePoint Tunnel::sendDeadline() const noexcept
{
	return _context.clock.now() + SEND_TIMEOUT;
}

} // namespace Bore
