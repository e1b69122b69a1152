//
// PeerAddress.h
//
// How an address is written everywhere.
//

#ifndef Bore_Shared_PeerAddress_INCLUDED
#define Bore_Shared_PeerAddress_INCLUDED

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

[[nodiscard]] std::string addressText(const Poco::Net::SocketAddress& address);
/// "1.2.3.4:80" or "[::1]:80". An IPv4 address that came through an IPv6
/// socket (::ffff:1.2.3.4) is the IPv4 address it is. Any thread.

[[nodiscard]] Poco::Net::SocketAddress withoutScope(const Poco::Net::SocketAddress& address);
/// The same without the interface that a link-local IPv6 address may have
/// ("%eth0"), which is of interest on this machine alone. Any thread.

[[nodiscard]] std::optional<Poco::Net::SocketAddress> parseAddress(std::string_view text);
/// What addressText() writes of an address withoutScope(); nothing if the
/// text is anything else, such as a name. Any thread.

[[nodiscard]] std::string peerText(const Poco::Net::StreamSocket& socket);
/// The address of the socket's peer; "(gone)" if the connection has ended. Any thread.

} // namespace Bore

#endif // Bore_Shared_PeerAddress_INCLUDED
