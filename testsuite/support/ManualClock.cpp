//
// ManualClock.cpp
//

#include "testsuite/support/ManualClock.h"

namespace Bore::Test
{

TimePoint ManualClock::now() const noexcept
{
	return _start + Duration(_passed.load());
}

WallTime ManualClock::wallNow() const noexcept
{
	return _wallStart + std::chrono::duration_cast<WallTime::duration>(Duration(_passed.load()));
}

void ManualClock::advance(Duration step) noexcept
{
	_passed.fetch_add(step.count());
}

} // namespace Bore::Test
