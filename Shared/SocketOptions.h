//
// SocketOptions.h
//
// What every connection's socket is told.
//

#ifndef Bore_Shared_SocketOptions_INCLUDED
#define Bore_Shared_SocketOptions_INCLUDED

#include "Shared/Clock.h"

#include <Poco/Net/StreamSocket.h>

namespace Bore
{

void prepareStream(Poco::Net::StreamSocket& socket) noexcept;
/// No delay (an interactive protocol must not wait for Nagle's algorithm)
/// and keep-alive (a peer that vanished is noticed at last). A dead socket
/// is left to its next use.

void abortOnClose(Poco::Net::StreamSocket& socket) noexcept;
/// The last handle to close sends RST in place of FIN, and what was not
/// sent is discarded (RFC 9293, 3.6; SO_LINGER with 0 s).

[[nodiscard]] int unsentBytes(const Poco::Net::StreamSocket& socket) noexcept;
/// Bytes written to the socket that the peer has not acknowledged
/// (SIOCOUTQ); -1 if the socket cannot say.

[[nodiscard]] bool awaitDelivery(
	const Poco::Net::StreamSocket& socket, TimePoint deadline, const Clock& clock = Clock::system()) noexcept;
/// Blocks until the peer has acknowledged every byte written (true), or
/// until the deadline or the connection's end (false): for a thread that is
/// about to reset a connection and may wait. Looks every few milliseconds,
/// because Linux reports no event for it.

} // namespace Bore

#endif // Bore_Shared_SocketOptions_INCLUDED
