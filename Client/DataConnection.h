//
// DataConnection.h
//
// Fetches one visitor.
//

#ifndef Bore_Client_DataConnection_INCLUDED
#define Bore_Client_DataConnection_INCLUDED

#include "Client/ClientContext.h"
#include "Shared/Extension.h"
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
/// leaves the two connections to a relay, with a PROXY header for the local
/// service ahead of the visitor's bytes where the tunnel has one. If the local service cannot be
/// reached, the visitor gets a reset: the honest answer. A value, to be run once.
{
public:
	DataConnection(
		const ClientContext& context, const VisitorNotice& visitor, Poco::Net::SocketAddress server);
	/// One that is to be fetched.

	DataConnection(const ClientContext& context, const VisitorNotice& visitor, FrameStream stream);
	/// One that has come on a standby connection.

	void reach() noexcept;
	/// Sends the server what can be sent without waiting: the attempt to
	/// connect, and where that succeeds at once the beginning of the TLS
	/// handshake, or, without TLS and a secret to be proved, the claim. Then the server and this side's thread are on
	/// their way at the same time. Before run(), by any one thread.

	void run() const noexcept;
	/// Blocks while it dials. Logs what fails; only this visitor is lost.

private:
	template <class Attempt>
	[[nodiscard]] Poco::Net::StreamSocket makingRoom(const Attempt& connect) const;

	void fetch() const;
	void claim(FrameStream& stream) const;
	void serve(FrameStream& stream) const;
	void refuse(Poco::Net::StreamSocket& server, const std::string& reason) const;

	const ClientContext* _context;
	Poco::UUID _visitor;
	std::string _header;                  // what the local service is told of it, ahead of its bytes
	Poco::Net::SocketAddress _server;     // where to fetch it
	std::shared_ptr<FrameStream> _stream; // or where it has come; shared, since a task is copied
	bool _isClaimed = false;              // its stream is the visitor's already
	bool _cameOnStandby = false;
};

} // namespace Bore

#endif // Bore_Client_DataConnection_INCLUDED
