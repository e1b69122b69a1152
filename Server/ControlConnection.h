//
// ControlConnection.h
//
// What POCO's TCPServer makes of an accepted connection.
//

#ifndef Bore_Server_ControlConnection_INCLUDED
#define Bore_Server_ControlConnection_INCLUDED

#include "Server/ServerContext.h"

#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

namespace Bore
{

class ControlConnection : public Poco::Net::TCPServerConnection
/// Begins the handshake of a connection to the control port on a thread of
/// the TCPServer, which is free again at once: what the peer has not sent
/// yet is waited for elsewhere. The socket outlives this object.
{
public:
	ControlConnection(const ServerContext& context, const Poco::Net::StreamSocket& socket);

	void run() override;

private:
	const ServerContext& _context;
};

class ControlConnectionFactory : public Poco::Net::TCPServerConnectionFactory
/// Makes them. Does no work: an exception here would cost POCO's TCPServer
/// one of its threads for ever.
{
public:
	explicit ControlConnectionFactory(const ServerContext& context) noexcept
		: _context(context)
	{
	}

	Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override;

private:
	const ServerContext& _context;
};

} // namespace Bore

#endif // Bore_Server_ControlConnection_INCLUDED
