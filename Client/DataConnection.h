//
// DataConnection.h
//
// Fetches one visitor.
//

#ifndef Bore_Client_DataConnection_INCLUDED
#define Bore_Client_DataConnection_INCLUDED

#include "Client/ClientContext.h"
#include "Shared/FrameStream.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <memory>
#include <string>

namespace Bore
{

class DataConnection
/// Dials the server, claims the visitor, dials the local service, and
/// leaves the two connections to a relay. If the local service cannot be
/// reached, the visitor gets a reset: the honest answer. A value, to be run once.
{
public:
	DataConnection(const ClientContext& context, const Poco::UUID& visitor, Poco::Net::SocketAddress server);
	/// One that is to be fetched.

	DataConnection(const ClientContext& context, const Poco::UUID& visitor, FrameStream stream);
	/// One that has come on a standby connection.

	void run() const noexcept;
	/// Blocks while it dials. Logs what fails; only this visitor is lost.

private:
	void fetch() const;
	void serve(FrameStream& stream) const;
	void refuse(Poco::Net::StreamSocket& server, const std::string& reason) const;

	const ClientContext* _context;
	Poco::UUID _visitor;
	Poco::Net::SocketAddress _server;     // where to fetch it
	std::shared_ptr<FrameStream> _stream; // or where it has come; shared, since a task is copied
};

} // namespace Bore

#endif // Bore_Client_DataConnection_INCLUDED
