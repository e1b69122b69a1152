//
// PeerAddress.cpp
//

#include "Shared/PeerAddress.h"

#include "Shared/HostPort.h"

#include <Poco/Exception.h>

namespace Bore
{

std::string addressText(const Poco::Net::SocketAddress& address)
{
	const auto host = address.host();
	std::string text = host.toString();
	if (host.isIPv4Mapped()) text.erase(0, text.rfind(':') + 1);
	return formatHostPort(text, address.port());
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
