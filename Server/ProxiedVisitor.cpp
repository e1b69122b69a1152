//
// ProxiedVisitor.cpp
//

#include "Server/ProxiedVisitor.h"

#include "Server/AccessLog.h"
#include "Server/Admissions.h"
#include "Server/Tunnels.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/Quietly.h"
#include "Shared/SocketOptions.h"

#include <Poco/ErrorHandler.h>

#include <exception>
#include <sys/epoll.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr auto HEADER_TIMEOUT = Protocol::HANDSHAKE_TIMEOUT; // a proxy sends it with the connection

} // namespace

ProxiedVisitor::ProxiedVisitor(const ServerContext& context, Origin origin, ProxiedArrival arrival)
	: _context(context)
	, _origin(std::move(origin))
	, _id(context.watch.newId())
	, _deadline(context.clock.now() + HEADER_TIMEOUT)
	, _arrival(std::move(arrival))
{
}

ProxiedVisitor::~ProxiedVisitor()
{
	// Let go of by a Watch that has stopped.
	drop(AccessRecord::Ending::Aborted);
}

void ProxiedVisitor::begin() noexcept
{
	resume(Wake{});
}

void ProxiedVisitor::resume(const Wake& wake) noexcept
{
	try
	{
		if (wake.expired)
			refuse("it did not come within 3 s");
		else
			advance();
	}
	catch (const std::exception& error)
	{
		Poco::ErrorHandler::handle(error); // no memory: it costs this visitor
		drop(AccessRecord::Ending::Failed);
	}
}

void ProxiedVisitor::advance()
{
	switch (_reader.read(_arrival.socket.impl()->sockfd()))
	{
	case ProxyHeader::Status::Complete:
		_isDone = true;
		_arrival.header = _reader.header();
		return _context.tunnels.arrive(_context, _origin, std::move(_arrival));
	case ProxyHeader::Status::Malformed:
		return refuse(_reader.fault());
	case ProxyHeader::Status::Incomplete:
		break;
	}
	const auto self = shared_from_this(); // the Watch may have given it on before park() returns
	if (!_context.watch.park(_id, self, {&_arrival.socket, EPOLLIN}, {}, _deadline))
		drop(AccessRecord::Ending::Failed);
}

void ProxiedVisitor::refuse(const std::string& fault)
{
	_context.admissions.refuseProxyOfVisitors(_arrival.proxy, _origin.port, fault);
	drop(AccessRecord::Ending::Refused);
}

void ProxiedVisitor::drop(AccessRecord::Ending ending) noexcept
{
	if (std::exchange(_isDone, true)) return;
	end(_context, _origin, _arrival, ending);
}

void ProxiedVisitor::end(const ServerContext& context, const Origin& origin, ProxiedArrival& arrival,
	AccessRecord::Ending ending) noexcept
{
	quietly(
		[&]
		{
			AccessRecord::end(context.access.begin(context.clock, origin.identity, origin.port,
								  addressText(arrival.visitor())),
				ending);
		});
	abortOnClose(arrival.socket);
	arrival.socket.close();
	arrival.place.reset();
}

} // namespace Bore
