//
// Protocol.h
//
// The constants of the bore protocol, apart from choices of our own.
//

#ifndef Bore_Shared_Protocol_INCLUDED
#define Bore_Shared_Protocol_INCLUDED

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace Bore::Protocol
{

constexpr std::uint16_t CONTROL_PORT = 7835;
/// bore protocol: where a server listens for control connections.

constexpr std::size_t MAX_FRAME_BYTES = 256;
/// bore protocol: the longest frame, without its NUL.

constexpr std::chrono::seconds HANDSHAKE_TIMEOUT{3};
/// bore protocol: for a whole handshake, not for each read.

constexpr std::chrono::milliseconds HEARTBEAT_INTERVAL{500};
/// bore protocol: between two heartbeats of a server.

constexpr std::chrono::seconds UNCLAIMED_VISITOR_TIMEOUT{10};
/// bore protocol: how long a visitor waits to be claimed.

/// bore protocol: the texts of Error messages. Clients and scripts match
/// on them, so they are kept to the letter.
namespace ErrorText
{
constexpr char PORT_IN_USE[] = "port already in use";
constexpr char PERMISSION_DENIED[] = "permission denied";
constexpr char BIND_FAILED[] = "failed to bind to port";
constexpr char PORT_OUT_OF_RANGE[] = "client port number not in allowed range";
constexpr char NO_PORT_AVAILABLE[] = "failed to find an available port";
constexpr char INVALID_SECRET[] = "invalid secret";
constexpr char SECRET_REQUIRED[] = "server requires secret, but no secret was provided";
constexpr char UNPARSABLE[] = "unable to parse message";
constexpr char FRAME_TOO_LONG[] = "frame error, invalid byte length";
constexpr char SILENCE[] = "timed out waiting for initial message";
constexpr char OUT_OF_RESOURCES[] = "the server is out of threads, descriptors or memory"; // ours: bore ends
constexpr char UNKNOWN_TICKET[] = "unknown ticket";                                        // our extension
constexpr char USER_EXPIRED[] = "user expired";                                            // our extension
constexpr char TLS_EXPECTED[] = "this port speaks TLS: use --tls, or the plain port";      // ours
constexpr char ADDRESS_NOT_ALLOWED[] = "address not allowed";                              // our extension
} // namespace ErrorText

} // namespace Bore::Protocol

#endif // Bore_Shared_Protocol_INCLUDED
