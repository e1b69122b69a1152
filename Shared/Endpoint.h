//
// Endpoint.h
//
// One end of a proxied connection.
//

#ifndef Bore_Shared_Endpoint_INCLUDED
#define Bore_Shared_Endpoint_INCLUDED

#include <Poco/Net/StreamSocket.h>

namespace Bore
{

struct Endpoint
/// One of the two sockets of a Relay, and what is known of it. Used by the
/// one thread that runs the relay.
{
	Poco::Net::StreamSocket socket;

	bool readable = true; /// a receive may find something: not yet tried, or said by poll
	bool writable = true; /// a send may succeed
	bool reset = false;   /// the peer reset it, or it failed: nothing sent to it arrives any more
	bool hungUp = false;  /// both ways are shut down, but what it sent may still be unread

	bool nonBlocking = false; /// as splice(2) needs it: known to be set

	bool finished = false; /// all that it sent has been passed on, its end included

	bool readsWhenWritable = false;  /// TLS has something to send before it can receive
	bool writesWhenReadable = false; /// TLS has something to receive before it can send

	void fail() noexcept { reset = readable = true; }
	/// Notes a reset. What arrived before it can still be read; the end is
	/// found by reading on, even where the error itself was already taken.

	[[nodiscard]] int descriptor() const { return socket.impl()->sockfd(); }
};

} // namespace Bore

#endif // Bore_Shared_Endpoint_INCLUDED
