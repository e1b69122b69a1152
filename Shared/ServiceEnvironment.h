//
// ServiceEnvironment.h
//
// What a service manager tells its services.
//

#ifndef Bore_Shared_ServiceEnvironment_INCLUDED
#define Bore_Shared_ServiceEnvironment_INCLUDED

#include "Shared/Clock.h"

#include <optional>
#include <string>

namespace Bore
{

struct ServiceEnvironment
{
	std::string notifySocket;         /// whom to tell how the service does; empty: nobody
	std::optional<Duration> watchdog; /// within so long a sign of life is expected, again and again
};

[[nodiscard]] ServiceEnvironment takeServiceEnvironment();
/// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (sd_notify(3),
/// sd_watchdog_enabled(3)), which are unset: a process of ours would
/// speak for us. A watchdog of another process, or of no whole number of
/// microseconds, is none.
/// Call it once, before any thread starts: the environment has no lock.

} // namespace Bore

#endif // Bore_Shared_ServiceEnvironment_INCLUDED
