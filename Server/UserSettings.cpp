//
// UserSettings.cpp
//

#include "Server/UserSettings.h"

#include <string>
#include <vector>

namespace Bore
{

namespace
{

constexpr std::uint32_t MOST = 1'000'000; // of what a limit can bound: as of the server's own

std::vector<Setting> settings()
{
	using Kind = Setting::Kind;
	const std::string user = "user.<name>.";
	return {
		Setting::of(Kind::Secret, user + "secret").explained("the user's secret"),
		Setting::of(Kind::Path, user + "secretFile").taking("FILE").explained("file whose first line it is"),
		Setting::of(Kind::PortRanges, user + "ports")
			.taking("PORTS")
			.explained("public ports that the user may have, of those between minPort and maxPort; without it"
					   " all of them"),
		Setting::number(user + "maxTunnels", 0, MOST)
			.orElse("0")
			.explained("tunnels at once, those included whose port is kept for them; 0 is no limit"),
		Setting::number(user + "maxConnections", 0, MOST)
			.orElse("0")
			.explained("visitors' connections at once, of all the user's tunnels; 0 is no limit"),
		Setting::of(Kind::Time, user + "expires")
			.taking("TIME")
			.explained("when the user's time is over; without it never"),
		Setting::of(Kind::Networks, user + "allow")
			.taking("NETWORKS")
			.explained("networks that the user's client may connect from; without it all"),
	};
}

} // namespace

const SettingTable& UserSettings::table()
{
	static const SettingTable table({"", "", "", {}}, settings());
	return table;
}

} // namespace Bore
