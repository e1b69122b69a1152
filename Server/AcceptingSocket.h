//
// AcceptingSocket.h
//
// The listener that POCO's TCPServer accepts from.
//

#ifndef Bore_Server_AcceptingSocket_INCLUDED
#define Bore_Server_AcceptingSocket_INCLUDED

#include "Server/Acceptor.h"

#include <Poco/Net/ServerSocket.h>

namespace Bore
{

class AcceptingSocket : public Poco::Net::ServerSocket
/// A ServerSocket whose poll() and acceptConnection() are ours. POCO's own
/// poll() makes an epoll descriptor for each call, which fails when there
/// are none, and its TCPServer spins where a connection waits that cannot
/// be accepted. Here poll() accepts already, by an Acceptor, and is true
/// only if it has somebody to give; after a shortage that nothing helps
/// against it takes its pause. For one thread, as a TCPServer has it.
{
public:
	AcceptingSocket(const Poco::Net::ServerSocket& listener, Acceptor acceptor);
	/// Takes the listener over by another descriptor: the one given may be
	/// closed. Throws std::system_error if there is none to be had.
};

} // namespace Bore

#endif // Bore_Server_AcceptingSocket_INCLUDED
