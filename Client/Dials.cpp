//
// Dials.cpp
//

#include "Client/Dials.h"

#include "Client/DataConnection.h"

#include <Poco/ErrorHandler.h>

#include <new>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::size_t MAX_DIALS = 512; // at once; the others wait their turn

} // namespace

Dials::Dials()
	: _workers("dial", MAX_DIALS)
{
}

void Dials::dial(
	const ClientContext& context, const VisitorNotice& visitor, const Poco::Net::SocketAddress& server)
{
	DataConnection connection(context, visitor, server);
	if (_workers.roomy()) connection.reach();
	begin();
	try
	{
		_workers.post(
			[this, connection]
			{
				connection.run();
				done();
			});
	}
	catch (const std::bad_alloc& error)
	{
		Poco::ErrorHandler::handle(error); // this visitor is lost, the session is not
		done();
	}
}

void Dials::serve(const ClientContext& context, const VisitorNotice& visitor, FrameStream stream) noexcept
{
	begin();
	try
	{
		DataConnection(context, visitor, std::move(stream)).run();
	}
	catch (const std::bad_alloc& error)
	{
		Poco::ErrorHandler::handle(error); // this visitor is lost
	}
	done();
}

void Dials::run(std::function<void()> task)
{
	_workers.post(std::move(task));
}

void Dials::begin() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	++_count;
}

std::size_t Dials::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _count;
}

bool Dials::awaitNone(std::chrono::steady_clock::time_point deadline) const
{
	std::unique_lock<std::mutex> lock(_mutex);
	return _none.wait_until(lock, deadline, [this] { return _count == 0; });
}

void Dials::stop() noexcept
{
	_workers.stop();
}

void Dials::done() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (--_count == 0) _none.notify_all();
}

} // namespace Bore
