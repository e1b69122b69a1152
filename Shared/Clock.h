//
// Clock.h
//
// The time deadlines are measured in.
//

#ifndef Bore_Shared_Clock_INCLUDED
#define Bore_Shared_Clock_INCLUDED

#include <chrono>
#include <cstdint>

namespace Bore
{

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
using WallTime = std::chrono::system_clock::time_point;

class Clock
/// A monotonic clock, injected so that a test can move time by hand, and
/// beside it the calendar, for what lasts until a date.
/// All methods may be called by any thread.
{
public:
	virtual ~Clock() = default;

	[[nodiscard]] virtual TimePoint now() const noexcept = 0;

	[[nodiscard]] virtual WallTime wallNow() const noexcept;
	/// The date and time of day, which somebody may set: for no deadline.

	[[nodiscard]] static const Clock& system() noexcept;
	/// The machine's steady clock; lives as long as the process.
};

[[nodiscard]] int millisecondsUntil(TimePoint deadline, TimePoint now) noexcept;
/// The time left as poll(2) and epoll_wait(2) take it: milliseconds,
/// rounded up so that a wait never ends short of its deadline, never below 0.

} // namespace Bore

#endif // Bore_Shared_Clock_INCLUDED
