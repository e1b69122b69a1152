//
// TestForm.cpp
//

#include "testsuite/support/TestForm.h"

#include <cppunit/TestAssert.h>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

namespace Bore::Test
{

bool TestForm::isLong() noexcept
{
	const char* const value = std::getenv("BORE_TEST_LONG");
	return value != nullptr && std::strcmp(value, "1") == 0;
}

std::optional<std::uint64_t> TestForm::givenSeed()
{
	const char* const value = std::getenv("BORE_TEST_SEED");
	if (value == nullptr) return std::nullopt;
	char* end = nullptr;
	const std::uint64_t seed = std::strtoull(value, &end, 10);
	if (end == value || *end != '\0')
		CPPUNIT_FAIL(
			"BORE_TEST_SEED is \"" + std::string(value) + "\": give the number that the failure printed");
	return seed;
}

std::uint64_t TestForm::freshSeed()
{
	std::random_device source;
	return source();
}

} // namespace Bore::Test
