//
// ServerContext.cpp
//

#include "Server/ServerContext.h"

#include "Shared/PeerAddress.h"

namespace Bore
{

std::string identityOf(const UserPtr& user, const Poco::Net::StreamSocket& socket)
{
	if (user) return user->name;
	const auto address = peerText(socket);
	return address.substr(0, address.rfind(':'));
}

} // namespace Bore
