//
// CommonSettings.h
//
// The keys that both programs have.
//

#ifndef Bore_Shared_CommonSettings_INCLUDED
#define Bore_Shared_CommonSettings_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Secret.h"
#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <optional>
#include <string>
#include <vector>

namespace Bore
{

namespace Key
{
constexpr char SECRET[] = "secret";
constexpr char SECRET_FILE[] = "secretFile";
constexpr char CONTROL_PORT[] = "control.port";
constexpr char SHUTDOWN_GRACE[] = "shutdown.grace";
constexpr char LOG_LEVEL[] = "log.level";
} // namespace Key

[[nodiscard]] std::vector<Setting> secretSettings();
/// secret and secretFile.

[[nodiscard]] std::vector<Setting> operationSettings();
/// shutdown.grace and log.level.

[[nodiscard]] std::optional<Secret> secretFrom(const Settings& settings);
/// Of the highest layer that gives one, as itself or as a file.
/// Throws RoleFailure where one layer gives both, or, always as
/// Configuration, where the file is no good.

[[nodiscard]] Duration graceFrom(const Settings& settings);

} // namespace Bore

#endif // Bore_Shared_CommonSettings_INCLUDED
