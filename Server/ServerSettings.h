//
// ServerSettings.h
//
// The keys of bore-server.
//

#ifndef Bore_Server_ServerSettings_INCLUDED
#define Bore_Server_ServerSettings_INCLUDED

#include "Server/ServerConfig.h"
#include "Shared/Settings.h"

namespace Bore
{

struct ServerSettings
/// From keys to a ServerConfig.
{
	static constexpr char USERS_FILE[] = "users.file";

	[[nodiscard]] static const SettingTable& table();

	[[nodiscard]] static ServerConfig config(const Settings& settings);
	/// Throws SettingFailure with all faults: where values do not fit together
	/// or the secret's file is no good.
};

} // namespace Bore

#endif // Bore_Server_ServerSettings_INCLUDED
