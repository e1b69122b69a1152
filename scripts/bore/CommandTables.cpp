//
// CommandTables.cpp
//

#include "scripts/bore/CommandTables.h"

#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"

#include <algorithm>

namespace Bore
{

namespace
{

SettingTable renamed(const SettingTable& table, SettingTable::Program program)
{
	program.ends = table.program().ends;
	return SettingTable(std::move(program), table.settings());
}

} // namespace

const SettingTable& CommandTables::local()
{
	static const SettingTable table =
		renamed(ClientSettings::table(), {"bore local", "LOCAL_PORT --to HOST [OPTION]...",
											 "Opens a local TCP service to the public, as bore-client does, "
											 "and prints \"listening at HOST:PORT\".",
											 {}});
	return table;
}

const SettingTable& CommandTables::server()
{
	static const SettingTable table = renamed(ServerSettings::table(),
		{"bore server", "[OPTION]...",
			"Gives clients public ports and carries what arrives there to them, as bore-server does.", {}});
	return table;
}

bool CommandTables::isOriginal(const Setting& setting)
{
	// Of ekzhang/bore 0.6.
	static const std::vector<std::string> keys{"localPort", "localHost", "server", "port", "secret",
		"minPort", "maxPort", "bindAddr", "bindTunnels"};
	return std::find(keys.begin(), keys.end(), setting.key()) != keys.end();
}

} // namespace Bore
