//
// PublicPort.cpp
//

#include "Server/PublicPort.h"

#include "Server/AccessLog.h"
#include "Server/Admissions.h"
#include "Server/Handover.h"
#include "Server/Standbys.h"
#include "Server/TunnelControl.h"
#include "Shared/PeerAddress.h"
#include "Shared/SocketOptions.h"
#include "Shared/Uuid.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace Bore
{

using Poco::Net::StreamSocket;

namespace
{

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.tunnel");
	return instance;
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

PublicPort::PublicPort(const ServerContext& context, std::uint64_t tunnel, TunnelControl& control,
	Poco::Net::ServerSocket listener)
	: _context(context)
	, _origin{tunnel, listener.address().port(), control.identity()}
	, _control(control)
	, _listener(std::move(listener))
	, _acceptor("tunnel on port " + std::to_string(_origin.port), context.standbys, context.spare,
		  context.clock,
		  [this](const Poco::Net::SocketAddress& peer)
		  {
			  _isOfProxy = _context.admissions.isProxyOfVisitors(peer);
			  return _isOfProxy || letsIn(peer);
		  })
{
	_listener.setBlocking(false);
}

std::optional<std::future<Poco::Net::ServerSocket>> PublicPort::release()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_isClosed || _successor) return std::nullopt;
	return _successor.emplace().get_future();
}

bool PublicPort::isReleased() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _successor.has_value();
}

bool PublicPort::arrive(ProxiedArrival& arrival)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_isClosed) return false;
	_arrived.push_back(std::move(arrival));
	return true;
}

int PublicPort::descriptor(TimePoint now) noexcept
{
	if (_draining) _listener.close();
	return isPausing(now) || _draining ? -1 : _listener.impl()->sockfd();
}

TimePoint PublicPort::pauseEnd(TimePoint now) const noexcept
{
	return isPausing(now) ? _acceptAfter : TimePoint::max();
}

void PublicPort::pause() noexcept
{
	_acceptAfter = _context.clock.now() + Acceptor::PAUSE;
}

bool PublicPort::accept()
{
	try
	{
		auto result = _acceptor.accept(_listener.impl()->sockfd());
		switch (result.outcome)
		{
		case Acceptor::Outcome::Nobody:
			return false;
		case Acceptor::Outcome::Pause:
			pause();
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
			auto addresses = _control.wantsAddresses() ? addressesOf(visitor, result.peer) : std::nullopt;
			receive(std::move(visitor), result.peer, std::move(addresses));
		}
		return true;
	}
	catch (const std::bad_alloc&)
	{
		// It costs this visitor, and not the tunnel.
		pause();
		return false;
	}
}

bool PublicPort::letsIn(const Poco::Net::SocketAddress& peer) const
{
	if (!_context.admissions.denialOfVisitor(peer, _origin.port)) return true;
	// Nothing else ever sees a visitor who is kept out.
	AccessRecord::end(
		_context.access.begin(_context.clock, _origin.identity, _origin.port, addressText(peer)),
		AccessRecord::Ending::Refused);
	return false;
}

void PublicPort::introduce(StreamSocket connection, const Poco::Net::SocketAddress& proxy)
{
	ProxiedArrival arrival{std::move(connection), proxy};
	auto waiting = _context.visitors.reserve(_origin.tunnel);
	if (waiting.reached != nullptr)
	{
		_context.admissions.refusals().add(waiting.reached->name,
			"visitor " + addressText(proxy) + " on port " + std::to_string(_origin.port) + _control.tag());
		return ProxiedVisitor::end(_context, _origin, arrival, AccessRecord::Ending::Refused);
	}
	arrival.place = std::move(waiting.place);
	std::make_shared<ProxiedVisitor>(_context, _origin, std::move(arrival))->begin();
}

void PublicPort::takeArrivals()
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
			pause();
		}
	}
}

std::list<ProxiedArrival> PublicPort::nextArrival() noexcept
{
	std::list<ProxiedArrival> next;
	const std::lock_guard<std::mutex> lock(_mutex);
	if (!_arrived.empty()) next.splice(next.end(), _arrived, _arrived.begin());
	return next;
}

void PublicPort::receive(ProxiedArrival arrival)
{
	if (_draining) return ProxiedVisitor::end(_context, _origin, arrival, AccessRecord::Ending::Withdrawn);
	const auto peer = arrival.visitor();
	if (!letsIn(peer)) return abortOnClose(arrival.socket);
	arrival.place.reset(); // another follows
	receive(std::move(arrival.socket), peer, std::move(arrival.header.addresses));
}

void PublicPort::receive(StreamSocket visitor, const Poco::Net::SocketAddress& peer,
	std::optional<ProxyHeader::Addresses> addresses)
{
	Visitor entry{std::move(visitor), addressText(peer), _origin.tunnel, _origin.port};
	entry.access = _context.access.begin(_context.clock, _origin.identity, _origin.port, entry.address);
	entry.user = _control.user();
	auto places = _context.admissions.visitor(_origin.tunnel, _origin.port, peer, entry.user);
	if (!places)
	{
		AccessRecord::end(entry.access, AccessRecord::Ending::Refused);
		return abortOnClose(entry.socket);
	}
	entry.places = std::move(*places);
	entry.addresses = std::move(addresses);
	entry.isNamed = _control.namesVisitors();
	announce(std::move(entry));
}

void PublicPort::announce(Visitor visitor)
{
	Poco::UUID id;
	try
	{
		id = secureRandomUuid();
	}
	catch (const std::runtime_error& error)
	{
		logger().error("a visitor on port %hu is refused: %s", _origin.port, std::string(error.what()));
		AccessRecord::end(visitor.access, AccessRecord::Ending::Failed);
		abortOnClose(visitor.socket);
		return;
	}
	if (logger().debug())
		logger().debug("visitor %s on port %hu is %s", visitor.address, _origin.port, id.toString());
	if (auto standby = _context.standbys.take(_origin.tunnel))
		return std::make_shared<Handover>(_context, id, std::move(visitor), *standby)->begin();
	const std::string who =
		"visitor " + visitor.address + " on port " + std::to_string(_origin.port) + _control.tag();
	const std::string frame = announcement(id, visitor);
	if (const auto* reached = _context.visitors.add(id, std::move(visitor)))
		return _context.admissions.refusals().add(reached->name, who);
	_control.send(frame);
}

bool PublicPort::close() noexcept
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
		ProxiedVisitor::end(_context, _origin, arrival, AccessRecord::Ending::Withdrawn);
	return isHandedOver;
}

} // namespace Bore
