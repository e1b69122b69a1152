//
// ServerApplication.cpp
//

#include "Server/ServerApplication.h"

#include "Server/Server.h"
#include "Server/ServerSettings.h"

namespace Bore
{

ServerApplication::ServerApplication()
	: RoleApplication(ServerSettings::table())
{
}

std::unique_ptr<Role> ServerApplication::createRole(const Settings& settings)
{
	return std::make_unique<Server>(ServerSettings::config(settings));
}

} // namespace Bore
