//
// AccessLogSettings.h
//
// The keys about the access log.
//

#ifndef Bore_Server_AccessLogSettings_INCLUDED
#define Bore_Server_AccessLogSettings_INCLUDED

#include "Shared/LogConfig.h"
#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <vector>

namespace Bore
{

[[nodiscard]] std::vector<Setting> accessLogSettings();
/// accessLog.target, accessLog.file and accessLog.format.

[[nodiscard]] LogOutputConfig accessLogConfigFrom(const Settings& settings);
/// Rotation and facility are those of the log. Throws RoleFailure where the
/// values do not fit together.

} // namespace Bore

#endif // Bore_Server_AccessLogSettings_INCLUDED
