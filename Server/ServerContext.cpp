//
// ServerContext.cpp
//

#include "Server/ServerContext.h"

#include "Shared/PeerAddress.h"

namespace Bore
{

std::string identityOf(const UserPtr& user, const std::optional<Poco::Net::SocketAddress>& peer)
{
	if (user) return user->name;
	if (!peer) return "(gone)";
	const auto address = addressText(*peer);
	return address.substr(0, address.rfind(':'));
}

} // namespace Bore
