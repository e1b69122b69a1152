//
// ControlConnection.cpp
//

#include "Server/ControlConnection.h"

#include "Server/Handshakes.h"

#include <memory>

namespace Bore
{

ControlConnection::ControlConnection(const ServerContext& context, const Poco::Net::StreamSocket& socket)
	: TCPServerConnection(socket)
	, _context(context)
{
}

void ControlConnection::run()
{
	_context.handshakes.begin(_context, socket());
}

Poco::Net::TCPServerConnection* ControlConnectionFactory::createConnection(
	const Poco::Net::StreamSocket& socket)
{
	// The TCPServer takes ownership: its interface is a bare pointer.
	return std::make_unique<ControlConnection>(_context, socket).release();
}

} // namespace Bore
