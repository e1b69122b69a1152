//
// Eventually.h
//
// Waiting for what other threads or processes bring about.
//

#ifndef Bore_Test_Eventually_INCLUDED
#define Bore_Test_Eventually_INCLUDED

#include <chrono>
#include <functional>

namespace Bore::Test
{

constexpr std::chrono::seconds PATIENCE{20};
/// The deadline of a wait that is expected to succeed: long enough for a
/// busy machine under a sanitizer, since only a failing test waits so long.

[[nodiscard]] bool eventually(
	const std::function<bool()>& condition, std::chrono::milliseconds patience = PATIENCE);
/// Looks at the condition again and again, a millisecond apart, until it
/// holds (true) or the patience is at its end (false).

} // namespace Bore::Test

#endif // Bore_Test_Eventually_INCLUDED
