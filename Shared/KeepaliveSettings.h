//
// KeepaliveSettings.h
//
// The keys about keep-alive, which both programs have.
//

#ifndef Bore_Shared_KeepaliveSettings_INCLUDED
#define Bore_Shared_KeepaliveSettings_INCLUDED

#include "Shared/Keepalive.h"
#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <vector>

namespace Bore
{

[[nodiscard]] std::vector<Setting> keepaliveSettings();
/// keepalive.idle, keepalive.interval and keepalive.count.

[[nodiscard]] Keepalive keepaliveFrom(const Settings& settings);

} // namespace Bore

#endif // Bore_Shared_KeepaliveSettings_INCLUDED
