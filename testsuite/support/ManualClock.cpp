//
// ManualClock.cpp
//

#include "testsuite/support/ManualClock.h"

namespace Bore::Test
{

TimePoint ManualClock::now() const noexcept
{
	return TimePoint(Duration(_now.load()));
}

void ManualClock::advance(Duration step) noexcept
{
	_now.fetch_add(step.count());
}

} // namespace Bore::Test
