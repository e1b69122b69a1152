//
// TestForm.h
//
// How long, and with which dice, this run of the tests goes.
//

#ifndef Bore_Test_TestForm_INCLUDED
#define Bore_Test_TestForm_INCLUDED

#include <cstdint>
#include <optional>

namespace Bore::Test
{

class TestForm
/// What the environment says about this run. Some tests have two forms:
/// the short one of every run, which keeps them from rotting, and the long
/// one of `scripts/test --long`, which finds what is rare. Any thread.
{
public:
	[[nodiscard]] static bool isLong() noexcept;
	/// Whether BORE_TEST_LONG is 1.

	template <typename Value>
	[[nodiscard]] static Value pick(Value brief, Value lengthy) noexcept
	/// The one that fits this run.
	{
		return isLong() ? lengthy : brief;
	}

	[[nodiscard]] static std::optional<std::uint64_t> givenSeed();
	/// The number in BORE_TEST_SEED, which replays one failure. Fails the
	/// test if it is none.

	[[nodiscard]] static std::uint64_t freshSeed();
	/// Another one at each call.
};

} // namespace Bore::Test

#endif // Bore_Test_TestForm_INCLUDED
