//
// PeerAddress.cpp
//

#include "Shared/PeerAddress.h"

#include "Shared/HostPort.h"

#include <Poco/Exception.h>

#include <arpa/inet.h>
#include <array>

namespace Bore
{

std::string addressText(const Poco::Net::SocketAddress& address)
{
	const auto host = address.host();
	std::string text = host.toString();
	if (host.isIPv4Mapped()) text.erase(0, text.rfind(':') + 1);
	return formatHostPort(text, address.port());
}

Poco::Net::SocketAddress withoutScope(const Poco::Net::SocketAddress& address)
{
	const auto host = address.host();
	return {Poco::Net::IPAddress(host.addr(), host.length()), address.port()};
}

std::optional<Poco::Net::SocketAddress> parseAddress(std::string_view text)
{
	const auto colon = text.rfind(':');
	if (colon == std::string_view::npos) return std::nullopt;
	const auto port = parsePort(text.substr(colon + 1));
	std::string host(text.substr(0, colon));
	const bool isIPv6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
	if (isIPv6) host = host.substr(1, host.size() - 2);
	if (!port || host.find('\0') != std::string::npos) return std::nullopt;
	// Not POCO: it takes "8080" for an IPv4 address, and looks names up.
	std::array<char, sizeof(in6_addr)> bytes{};
	if (::inet_pton(isIPv6 ? AF_INET6 : AF_INET, host.c_str(), bytes.data()) != 1) return std::nullopt;
	const auto size = static_cast<poco_socklen_t>(isIPv6 ? sizeof(in6_addr) : sizeof(in_addr));
	return Poco::Net::SocketAddress(Poco::Net::IPAddress(bytes.data(), size), *port);
}

std::string peerText(const Poco::Net::StreamSocket& socket)
{
	try
	{
		return addressText(socket.peerAddress());
	}
	catch (const Poco::Exception&)
	{
		return "(gone)";
	}
}

} // namespace Bore
