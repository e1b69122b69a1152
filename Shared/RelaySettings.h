//
// RelaySettings.h
//
// The keys about relays, which both programs have.
//

#ifndef Bore_Shared_RelaySettings_INCLUDED
#define Bore_Shared_RelaySettings_INCLUDED

#include "Shared/RelayConfig.h"
#include "Shared/Setting.h"
#include "Shared/Settings.h"

#include <vector>

namespace Bore
{

[[nodiscard]] std::vector<Setting> relaySettings();
/// relay.threads, relay.zeroCopy, relay.pipes, relay.maxRest,
/// relay.idleTimeout and relay.halfCloseTimeout.

[[nodiscard]] RelayConfig relayConfigFrom(const Settings& settings);

} // namespace Bore

#endif // Bore_Shared_RelaySettings_INCLUDED
