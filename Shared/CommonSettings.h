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
constexpr char TLS[] = "tls"; // of the client
constexpr char SHUTDOWN_GRACE[] = "shutdown.grace";
constexpr char PERMISSIONS_STRICT[] = "permissions.strict";
} // namespace Key

[[nodiscard]] std::vector<Setting> secretSettings();
/// secret and secretFile.

[[nodiscard]] std::vector<Setting> operationSettings();
/// shutdown.grace and permissions.strict.

[[nodiscard]] std::optional<Secret> secretFrom(const Settings& settings);
/// Of the highest layer that gives one, as itself or as a file.
/// Throws SettingFailure where one layer gives both, or, always as
/// Configuration, where the file is no good.

[[nodiscard]] std::string secretKeyOf(const Settings& settings);
/// Which of the two keys secretFrom() goes by; secret where there is none.

[[nodiscard]] Permissions permissionsFrom(const Settings& settings);
/// What is asked of files with secrets in them; Strict in a table without the key.

[[nodiscard]] Duration graceFrom(const Settings& settings);

} // namespace Bore

#endif // Bore_Shared_CommonSettings_INCLUDED
