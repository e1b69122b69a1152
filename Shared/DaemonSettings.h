//
// DaemonSettings.h
//
// The keys of a program that is to run in the background.
//

#ifndef Bore_Shared_DaemonSettings_INCLUDED
#define Bore_Shared_DaemonSettings_INCLUDED

#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace Bore
{

struct DaemonConfig
{
	bool isDaemon = false;       /// to go into the background
	std::string pidFile;         /// empty: none
	std::optional<mode_t> umask; /// nothing: as it is
};

[[nodiscard]] std::vector<Setting> daemonSettings();
/// daemon, pidfile and umask.

[[nodiscard]] DaemonConfig daemonConfigFrom(const Settings& settings);
/// As it is by default in a table without the keys. Throws SettingFailure
/// where a process in the background would log to standard error, which it
/// does not have.

} // namespace Bore

#endif // Bore_Shared_DaemonSettings_INCLUDED
