//
// UserSettings.h
//
// The keys of the users file.
//

#ifndef Bore_Server_UserSettings_INCLUDED
#define Bore_Server_UserSettings_INCLUDED

#include "Shared/SettingTable.h"

#include <cstddef>

namespace Bore
{

class UserSettings
/// Each key of a user, defined once: its check and its help come from here.
/// They stand in a file of their own (UsersFile), so that they have neither options nor variables.
{
public:
	enum Key : std::size_t
	/// In the order of the table.
	{
		SecretText,
		SecretFile,
		Ports,
		MaxTunnels,
		MaxConnections,
		Expires,
		Allow
	};

	static constexpr std::size_t KEYS = 7;

	[[nodiscard]] static const SettingTable& table();
};

} // namespace Bore

#endif // Bore_Server_UserSettings_INCLUDED
