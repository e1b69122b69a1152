//
// EnvironmentVariables.h
//
// The environment variables a program reads.
//

#ifndef Bore_Shared_EnvironmentVariables_INCLUDED
#define Bore_Shared_EnvironmentVariables_INCLUDED

#include "Shared/SettingTable.h"

#include <map>
#include <string>

namespace Bore
{

using EnvironmentVariables = std::map<std::string, std::string>;
/// Values by variable name; only variables that are set, perhaps to "".

[[nodiscard]] EnvironmentVariables takeEnvironment(const SettingTable& table);
/// The table's variables as the process has them. Those of secrets are
/// blanked where they stand and unset, so that neither
/// /proc/PID/environ nor a child shows them.
/// Call it once, before any thread starts: the environment has no lock.

} // namespace Bore

#endif // Bore_Shared_EnvironmentVariables_INCLUDED
