//
// ClientApplication.cpp
//

#include "Client/ClientApplication.h"

#include "Client/Client.h"
#include "Client/ClientSettings.h"

#include <Poco/Logger.h>

#include <iostream>

namespace Bore
{

ClientApplication::ClientApplication()
	: RoleApplication(ClientSettings::table())
{
}

void ClientApplication::announce(std::ostream& out, const std::string& publicAddress)
{
	out << publicAddress + "\n" << std::flush;
	if (out) return;
	out.clear();
	Poco::Logger::get("bore-client")
		.warning("the public address cannot be written to standard output: " + publicAddress);
}

std::unique_ptr<Role> ClientApplication::createRole(const Settings& settings)
{
	return std::make_unique<Client>(ClientSettings::config(settings),
		[](const std::string& publicAddress) { announce(std::cout, publicAddress); });
}

} // namespace Bore
