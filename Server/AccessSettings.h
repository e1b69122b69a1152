//
// AccessSettings.h
//
// The keys that say who may speak to a server, and who may visit.
//

#ifndef Bore_Server_AccessSettings_INCLUDED
#define Bore_Server_AccessSettings_INCLUDED

#include "Server/AccessRules.h"
#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <vector>

namespace Bore
{

[[nodiscard]] std::vector<Setting> accessSettings();
/// clients.allow, clients.deny, visitors.allow, visitors.deny, the family
/// access.<name>, control.acceptProxyProtocol and visitors.acceptProxyProtocol.

[[nodiscard]] AccessRules accessRulesFrom(const Settings& settings);
/// Throws SettingFailure with all faults between keys: a name without
/// ports, and ports that two names have.

} // namespace Bore

#endif // Bore_Server_AccessSettings_INCLUDED
