//
// Tunnels.cpp
//

#include "Server/Tunnels.h"

#include "Server/Admissions.h"
#include "Server/CurrentUsers.h"
#include "Server/PortAllocator.h"
#include "Shared/Protocol.h"
#include "Shared/SocketOptions.h"
#include "Shared/Workers.h"

#include <Poco/ErrorHandler.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace Bore
{

using Poco::Net::ServerSocket;

namespace
{

constexpr std::chrono::seconds RELEASE_TIMEOUT{2}; // of the 3 s that a handshake has; milliseconds are usual

} // namespace

void Tunnels::open(const ServerContext& context, FrameStream control, ServerSocket listener,
	const std::optional<Poco::UUID>& ticket, Quota::Token place, UserPtr user,
	const std::optional<Poco::Net::SocketAddress>& client)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_draining) throw std::runtime_error("the server stops");
	// Under the lock: who comes with a user of before is either seen by renewUsers(), or here.
	const auto users = context.users.get();
	if (user) user = users->successorOf(*user);
	if (!user && !users->areOpen()) throw std::runtime_error("its user is gone");
	const auto id = ++_lastId;
	const auto opened =
		_tunnels
			.emplace(id, std::make_unique<Tunnel>(context, id, std::move(control), std::move(listener),
							 ticket, std::move(place), std::move(user), client))
			.first;
	try
	{
		const auto now = opened->second->user();
		if (now && !opened->second->isFor(*now, context.clock.wallNow()))
			throw std::runtime_error("its user was changed");
		_ports[opened->second->port()] = id;
		if (ticket) _tickets[*ticket] = id;
		opened->second->start();
	}
	catch (...)
	{
		if (ticket) _tickets.erase(*ticket);
		static_cast<void>(extract(id));
		throw;
	}
}

std::optional<Tunnels::Released> Tunnels::release(const Poco::UUID& ticket, const std::string& identity)
{
	std::unique_lock<std::mutex> lock(_mutex);
	const auto known = _tickets.find(ticket);
	if (known == _tickets.end()) return std::nullopt;
	auto* const tunnel = standing(known->second, identity);
	if (tunnel == nullptr) return std::nullopt;
	auto listener = tunnel->release();
	const auto place = tunnel->place();
	lock.unlock();
	return await(std::move(listener), place);
}

std::optional<Tunnels::Released> Tunnels::releaseStalled(std::uint16_t port, const std::string& identity)
{
	std::unique_lock<std::mutex> lock(_mutex);
	const auto known = _ports.find(port);
	if (known == _ports.end()) return std::nullopt;
	auto* const tunnel = standing(known->second, identity);
	if (tunnel == nullptr || !tunnel->isStalled()) return std::nullopt;
	auto listener = tunnel->release();
	const auto place = tunnel->place();
	lock.unlock();
	return await(std::move(listener), place);
}

Tunnel* Tunnels::standing(Tunnel::Id id, const std::string& identity) const
{
	// Draining, a tunnel has closed its listener.
	const auto found = _draining ? _tunnels.end() : _tunnels.find(id);
	return found == _tunnels.end() || found->second->identity() != identity ? nullptr : found->second.get();
}

std::optional<Tunnels::Released> Tunnels::await(
	std::optional<std::future<ServerSocket>> listener, const Quota::Token& place)
{
	if (!listener) return std::nullopt;
	if (listener->wait_for(RELEASE_TIMEOUT) != std::future_status::ready)
		throw PortRefusedException(Protocol::ErrorText::PORT_IN_USE);
	return Released{listener->get(), place};
}

void Tunnels::name(Tunnel::Id id, const Poco::UUID& ticket)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_tickets[ticket] = id;
}

void Tunnels::unname(Tunnel::Id id, const Poco::UUID& ticket) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	// A tunnel that has reclaimed the port has the ticket now.
	const auto found = _tickets.find(ticket);
	if (found != _tickets.end() && found->second == id) _tickets.erase(found);
}

std::unique_ptr<Tunnel> Tunnels::extract(Tunnel::Id id) noexcept
{
	auto node = _tunnels.extract(id);
	if (!node) return nullptr;
	const auto onPort = _ports.find(node.mapped()->port());
	// After a hand-over it is another's.
	if (onPort != _ports.end() && onPort->second == id) _ports.erase(onPort);
	return std::move(node.mapped());
}

void Tunnels::announceAgain(const ServerContext& context, const Poco::UUID& id, Visitor visitor)
{
	std::unique_lock<std::mutex> lock(_mutex);
	const auto found = _tunnels.find(visitor.tunnel);
	if (found == _tunnels.end())
	{
		lock.unlock();
		AccessRecord::end(visitor.access, AccessRecord::Ending::Withdrawn);
		abortOnClose(visitor.socket);
		visitor.socket.close();
		return;
	}
	const std::string who =
		"visitor " + visitor.address + " on port " + std::to_string(visitor.port) + tagOf(visitor.user);
	std::string frame = announcement(id, visitor);
	if (const auto* reached = context.visitors.add(id, std::move(visitor)))
		return context.admissions.refusals().add(reached->name, who);
	found->second->announceAgain(std::move(frame));
}

void Tunnels::arrive(
	const ServerContext& context, const ProxiedVisitor::Origin& origin, ProxiedArrival arrival)
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		const auto found = _tunnels.find(origin.tunnel);
		try
		{
			if (found != _tunnels.end() && found->second->arrive(arrival)) return;
		}
		catch (const std::bad_alloc&)
		{
			// It ends as if there were no tunnel.
		}
	}
	ProxiedVisitor::end(context, origin, arrival, AccessRecord::Ending::Withdrawn);
}

std::size_t Tunnels::renewUsers(const Users& users, WallTime now)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	std::size_t count = 0;
	for (const auto& [id, tunnel] : _tunnels)
	{
		if (renewUser(*tunnel, users, now)) continue;
		tunnel->revoke();
		++count;
	}
	return count;
}

bool Tunnels::renewUser(Tunnel& tunnel, const Users& users, WallTime now)
{
	const auto before = tunnel.user();
	if (!before) return users.areOpen();
	const auto user = users.successorOf(*before);
	if (!user || !tunnel.isFor(*user, now)) return false;
	tunnel.adopt(user);
	return true;
}

std::size_t Tunnels::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _tunnels.size();
}

void Tunnels::drain() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_draining = true;
	for (const auto& [id, tunnel] : _tunnels) tunnel->drain();
}

void Tunnels::endAll() noexcept
{
	AllTunnels all;
	std::unique_lock<std::mutex> lock(_mutex);
	_draining = true;
	all.swap(_tunnels);
	_ports.clear();
	_tickets.clear();
	lock.unlock();
	for (const auto& [id, tunnel] : all) tunnel->end();
	all.clear(); // joins
	lock.lock();
	_reaped.wait(lock, [this] { return _reaping == 0; });
}

void Tunnels::ended(Tunnel::Id id) noexcept
{
	try
	{
		_workers.post([this, id] { reap(id); });
	}
	catch (const std::bad_alloc& error)
	{
		Poco::ErrorHandler::handle(error); // it stays, ended, until endAll()
	}
}

void Tunnels::reap(Tunnel::Id id) noexcept
{
	std::unique_ptr<Tunnel> tunnel;
	std::unique_lock<std::mutex> lock(_mutex);
	tunnel = extract(id);
	if (!tunnel) return;
	++_reaping;
	lock.unlock();
	tunnel.reset(); // joins
	lock.lock();
	--_reaping;
	_reaped.notify_all();
}

} // namespace Bore
