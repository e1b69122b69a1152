//
// ServerContext.cpp
//

#include "Server/ServerContext.h"

#include "Shared/PeerAddress.h"

namespace Bore
{

std::string identityOf(const ServerContext& context, const Poco::Net::StreamSocket& socket)
{
	if (context.authenticator) return {};
	const auto address = peerText(socket);
	return address.substr(0, address.rfind(':'));
}

} // namespace Bore
