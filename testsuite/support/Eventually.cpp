//
// Eventually.cpp
//

#include "testsuite/support/Eventually.h"

#include <poll.h>

namespace Bore::Test
{

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience)
{
	const auto deadline = std::chrono::steady_clock::now() + patience;
	while (!condition())
	{
		if (std::chrono::steady_clock::now() >= deadline) return false;
		::poll(nullptr, 0, 1);
	}
	return true;
}

} // namespace Bore::Test
