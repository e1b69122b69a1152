//
// ControlConnections.h
//
// Where POCO's TCPServer hands over what it accepts.
//

#ifndef Bore_Server_ControlConnections_INCLUDED
#define Bore_Server_ControlConnections_INCLUDED

#include "Server/ServerContext.h"

#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

namespace Bore
{

class TlsServer;

class ControlConnections : public Poco::Net::TCPServerConnectionFilter
/// Takes every connection to the control port on the thread that accepted
/// it, and begins its handshake, which waits for nobody. POCO's way, a
/// thread of a second pool for each connection, would start and end one
/// every time, which costs more than all the handshake does.
{
public:
	explicit ControlConnections(const ServerContext& context, const TlsServer* tls = nullptr) noexcept
		: _context(context)
		, _tls(tls)
	{
	}
	/// With `tls` the connections are TLS connections.

	bool accept(const Poco::Net::StreamSocket& socket) override;
	/// Always false: nothing is left for the TCPServer to do. Never throws.

private:
	const ServerContext& _context;
	const TlsServer* _tls;
};

class NoConnections : public Poco::Net::TCPServerConnectionFactory
/// The factory that a TCPServer asks for, and that never has to make one.
{
public:
	Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override;
};

} // namespace Bore

#endif // Bore_Server_ControlConnections_INCLUDED
