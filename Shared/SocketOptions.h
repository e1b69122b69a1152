//
// SocketOptions.h
//
// What every connection's socket is told.
//

#ifndef Bore_Shared_SocketOptions_INCLUDED
#define Bore_Shared_SocketOptions_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Descriptor.h"
#include "Shared/Keepalive.h"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>

namespace Bore
{

void prepareStream(Poco::Net::StreamSocket& socket) noexcept;
/// No delay (an interactive protocol must not wait for Nagle's algorithm)
/// and keep-alive (a peer that vanished is noticed at last). A dead socket
/// is left to its next use.

void tuneKeepalive(const Poco::Net::Socket& socket, const Keepalive& keepalive) noexcept;
/// When the keep-alive of prepareStream() probes, and gives up. A listener
/// hands it down to what it accepts.

void easeLoopback(const Poco::Net::Socket& socket, const Poco::Net::IPAddress& peer) noexcept;
/// If the peer is an address of this machine's loopback, the socket gets
/// the one congestion control that every Linux has and every user may
/// choose (Reno, tcp(7)): there is no network between the two to be
/// congested, and one that paces by timers, or leaves slow start by
/// measured delay, costs twice the processor's time there. Best before the
/// connection is made, and for a listener before listen(), which hands it down.

void boundSilence(const Poco::Net::StreamSocket& socket, std::chrono::milliseconds longest) noexcept;
/// A peer that acknowledges nothing for so long is given up: what is sent
/// to it by TCP_USER_TIMEOUT (RFC 5482), an idle connection by keep-alive
/// probes. At least 1 s; 0 leaves both to the system. A window of zero
/// counts as well, and a listener would hand it down: for control
/// connections alone. A dead socket is left to its next use.

void abortOnClose(Poco::Net::StreamSocket& socket) noexcept;
/// The last handle to close sends RST in place of FIN, and what was not
/// sent is discarded (RFC 9293, 3.6; SO_LINGER with 0 s).

void resetOnClose(const Descriptor& connection) noexcept;
/// The same for a connection that no POCO socket owns.

[[nodiscard]] int unsentBytes(const Poco::Net::StreamSocket& socket) noexcept;
/// Bytes written to the socket that the peer has not acknowledged
/// (SIOCOUTQ); -1 if the socket cannot say.

[[nodiscard]] bool hasStoppedAcknowledging(const Poco::Net::StreamSocket& socket) noexcept;
/// Whether bytes are under way and no segment has come for 1.5 s. Either
/// alone says nothing: on a slow path bytes are always under way, and an
/// idle peer need not acknowledge. Meant for a connection that is sent
/// something more often than that.

[[nodiscard]] bool awaitDelivery(
	const Poco::Net::StreamSocket& socket, TimePoint deadline, const Clock& clock = Clock::system()) noexcept;
/// Blocks until the peer has acknowledged every byte written (true), or
/// until the deadline or the connection's end (false): for a thread that is
/// about to reset a connection and may wait. Looks every few milliseconds,
/// because Linux reports no event for it.

} // namespace Bore

#endif // Bore_Shared_SocketOptions_INCLUDED
