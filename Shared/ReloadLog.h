//
// ReloadLog.h
//
// What the log says of reloads.
//

#ifndef Bore_Shared_ReloadLog_INCLUDED
#define Bore_Shared_ReloadLog_INCLUDED

#include "Shared/EffectiveConfig.h"

#include <functional>

namespace Bore
{

struct ReloadLog
/// The lines of bore.config: keys, never values. Any thread.
{
	static void applied(const ConfigChanges& changes);
	/// Which keys were, and which need a restart.

	static void explaining(const std::function<void()>& step) noexcept;
	/// Does a step of a reload, and says so where it throws: each fault of a
	/// SettingFailure is a line, and then the old configuration stays.

	static void dropped() noexcept;
	/// The program stops.
};

} // namespace Bore

#endif // Bore_Shared_ReloadLog_INCLUDED
