//
// ControlPort.cpp
//

#include "Server/ControlPort.h"

#include "Server/Admissions.h"
#include "Server/ControlConnections.h"
#include "Shared/SocketOptions.h"

namespace Bore
{

namespace
{

constexpr int ACCEPTOR_STACK_BYTES = 256 * 1024;

} // namespace

ControlPort::ControlPort(const std::string& name, const Poco::Net::ServerSocket& listener,
	const ServerContext& context, const TlsServer* tls)
	: _address(listener.address())
	, _isSecure(tls != nullptr)
	, _noConnections("unused", 1, 1, 60, ACCEPTOR_STACK_BYTES)
	, _listener(listener, Acceptor(name, context.standbys, context.spare, context.clock,
							  [&context](const Poco::Net::SocketAddress& peer) {
								  return context.admissions.isProxyOfClients(peer) ||
										 !context.admissions.denialOfClient(peer);
							  }))
	, _server(new NoConnections, _noConnections, _listener)
{
	_server.setConnectionFilter(new ControlConnections(context, tls));
}

void ControlPort::stop() noexcept
{
	_server.stop();
}

void ControlPort::close() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_isClosed = true;
	_listener.close();
}

void ControlPort::tune(const Keepalive& keepalive) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (!_isClosed) tuneKeepalive(_listener, keepalive);
}

} // namespace Bore
