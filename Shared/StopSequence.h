//
// StopSequence.h
//
// What the first, the second and the third stop signal do.
//

#ifndef Bore_Shared_StopSequence_INCLUDED
#define Bore_Shared_StopSequence_INCLUDED

#include "Shared/Role.h"

#include <functional>

namespace Bore
{

class StopSequence
/// Counts stop signals: the first asks the role to end, the second ends
/// its grace period, every later one ends the process on the spot, so
/// that an impatient user always gets out.
/// Called by the SignalThread alone. The role must outlive it.
{
public:
	using ForcedEnd = std::function<void()>;

	StopSequence(Role& role, ForcedEnd forcedEnd);

	[[nodiscard]] bool hasBegun() const noexcept { return _count > 0; }

	void signalled(int signal);
	/// Logs the signal's name and takes the next step.

private:
	Role& _role;
	const ForcedEnd _forcedEnd;
	int _count = 0;
};

} // namespace Bore

#endif // Bore_Shared_StopSequence_INCLUDED
