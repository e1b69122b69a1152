//
// LogSettings.h
//
// The keys about the log, which both programs have.
//

#ifndef Bore_Shared_LogSettings_INCLUDED
#define Bore_Shared_LogSettings_INCLUDED

#include "Shared/LogConfig.h"
#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <string>
#include <vector>

namespace Bore
{

[[nodiscard]] std::vector<Setting> logSettings();
/// log.*

[[nodiscard]] LogConfig logConfigFrom(const Settings& settings);
/// Throws RoleFailure where the values do not fit together.

[[nodiscard]] LogOutputConfig logOutputFrom(const Settings& settings, const std::string& prefix);
/// That of PREFIX.target, PREFIX.file and PREFIX.format. Rotation and
/// facility are those of log.*. Throws RoleFailure where the file is
/// missing, or given without need.

} // namespace Bore

#endif // Bore_Shared_LogSettings_INCLUDED
