//
// PeerAddress.h
//
// How an address is written everywhere.
//

#ifndef Bore_Shared_PeerAddress_INCLUDED
#define Bore_Shared_PeerAddress_INCLUDED

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <string>

namespace Bore
{

[[nodiscard]] std::string addressText(const Poco::Net::SocketAddress& address);
/// "1.2.3.4:80" or "[::1]:80". An IPv4 address that came through an IPv6
/// socket (::ffff:1.2.3.4) is the IPv4 address it is. Any thread.

[[nodiscard]] std::string peerText(const Poco::Net::StreamSocket& socket);
/// The address of the socket's peer; "(gone)" if the connection has ended. Any thread.

} // namespace Bore

#endif // Bore_Shared_PeerAddress_INCLUDED
