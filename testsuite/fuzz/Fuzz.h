//
// Fuzz.h
//
// What the fuzz targets share.
//

#ifndef Bore_Fuzz_Fuzz_INCLUDED
#define Bore_Fuzz_Fuzz_INCLUDED

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
/// Called by libFuzzer with each input; returns 0.

namespace Bore::Fuzz
{

inline void require(bool condition, const char* what)
/// Ends the process if the condition does not hold, which libFuzzer takes
/// for a crash and keeps the input of.
{
	if (condition) return;
	std::fprintf(stderr, "broken: %s\n", what);
	std::abort();
}

inline std::string_view textOf(const std::uint8_t* data, std::size_t size) noexcept
/// The input as text, NULs and all.
{
	return {reinterpret_cast<const char*>(data), size};
}

} // namespace Bore::Fuzz

#endif // Bore_Fuzz_Fuzz_INCLUDED
