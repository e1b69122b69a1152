//
// Clock.cpp
//

#include "Shared/Clock.h"

#include <algorithm>
#include <limits>

namespace Bore
{

namespace
{

class SteadyClock final : public Clock
{
public:
	[[nodiscard]] TimePoint now() const noexcept override { return std::chrono::steady_clock::now(); }
};

} // namespace

const Clock& Clock::system() noexcept
{
	static const SteadyClock clock;
	return clock;
}

WallTime Clock::wallNow() const noexcept
{
	return std::chrono::system_clock::now();
}

int millisecondsUntil(TimePoint deadline, TimePoint now) noexcept
{
	if (deadline <= now) return 0;
	const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
	return static_cast<int>(std::min<decltype(left)>(left, std::numeric_limits<int>::max()));
}

} // namespace Bore
