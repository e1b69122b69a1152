//
// ManualClock.h
//
// Time that moves when the test says so.
//

#ifndef Bore_Test_ManualClock_INCLUDED
#define Bore_Test_ManualClock_INCLUDED

#include "Shared/Clock.h"

#include <atomic>

namespace Bore::Test
{

class ManualClock final : public Clock
/// Stands still until it is advanced. All methods may be called by any
/// thread.
{
public:
	[[nodiscard]] TimePoint now() const noexcept override;
	[[nodiscard]] WallTime wallNow() const noexcept override;

	void advance(Duration step) noexcept;

private:
	const TimePoint _start = std::chrono::steady_clock::now();
	const WallTime _wallStart = std::chrono::system_clock::now();
	std::atomic<Duration::rep> _passed{0};
};

} // namespace Bore::Test

#endif // Bore_Test_ManualClock_INCLUDED
