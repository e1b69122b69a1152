//
// Tunnels.cpp
//

#include "Server/Tunnels.h"

#include "Shared/SocketOptions.h"
#include "Shared/Workers.h"

#include <Poco/ErrorHandler.h>

#include <stdexcept>
#include <utility>

namespace Bore
{

void Tunnels::open(const ServerContext& context, FrameStream control, Poco::Net::ServerSocket listener)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_draining) throw std::runtime_error("the server stops");
	const auto id = ++_lastId;
	const auto opened =
		_tunnels.emplace(id, std::make_unique<Tunnel>(context, id, std::move(control), std::move(listener)))
			.first;
	try
	{
		opened->second->start();
	}
	catch (...)
	{
		_tunnels.erase(opened);
		throw;
	}
}

void Tunnels::announceAgain(const ServerContext& context, const Poco::UUID& id, Visitor visitor)
{
	std::unique_lock<std::mutex> lock(_mutex);
	const auto found = _tunnels.find(visitor.tunnel);
	if (found == _tunnels.end())
	{
		lock.unlock();
		abortOnClose(visitor.socket);
		visitor.socket.close();
		return;
	}
	context.visitors.add(id, std::move(visitor));
	found->second->announceAgain(id);
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
	std::unordered_map<Tunnel::Id, std::unique_ptr<Tunnel>> all;
	std::unique_lock<std::mutex> lock(_mutex);
	_draining = true;
	all.swap(_tunnels);
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
	std::unordered_map<Tunnel::Id, std::unique_ptr<Tunnel>>::node_type tunnel;
	std::unique_lock<std::mutex> lock(_mutex);
	tunnel = _tunnels.extract(id);
	if (!tunnel) return;
	++_reaping;
	lock.unlock();
	tunnel.mapped().reset(); // joins
	lock.lock();
	--_reaping;
	_reaped.notify_all();
}

} // namespace Bore
