//
// LocalCommand.cpp
//

#include "scripts/bore/LocalCommand.h"

#include "scripts/bore/CommandTables.h"

namespace Bore
{

LocalCommand::LocalCommand()
	: ClientApplication(CommandTables::local())
{
}

std::string LocalCommand::announcement(const std::string& publicAddress)
{
	const std::string port = publicAddress.substr(publicAddress.rfind(':') + 1);
	return "connected to server remote_port=" + port + "\nlistening at " + publicAddress;
}

std::string LocalCommand::announcementOf(const std::string& publicAddress, const TunnelConfig&, bool) const
{
	return announcement(publicAddress);
}

} // namespace Bore
