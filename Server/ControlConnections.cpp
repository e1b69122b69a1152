//
// ControlConnections.cpp
//

#include "Server/ControlConnections.h"

#include "Server/Handshakes.h"
#include "Server/TlsServer.h"

#include <Poco/Bugcheck.h>
#include <Poco/ErrorHandler.h>

#include <exception>

namespace Bore
{

bool ControlConnections::accept(const Poco::Net::StreamSocket& socket)
{
	try
	{
		_context.handshakes.begin(_context, _tls != nullptr ? _tls->secure(socket) : socket);
	}
	catch (const std::exception& error)
	{
		Poco::ErrorHandler::handle(error); // no memory: this connection is lost, the next may not be
	}
	return false;
}

Poco::Net::TCPServerConnection* NoConnections::createConnection(const Poco::Net::StreamSocket&)
{
	poco_bugcheck_msg("the filter takes every connection");
	return nullptr;
}

} // namespace Bore
