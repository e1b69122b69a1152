//
// AskedRole.h
//
// A role that does nothing but answer.
//

#ifndef Bore_Test_AskedRole_INCLUDED
#define Bore_Test_AskedRole_INCLUDED

#include "Shared/Role.h"

#include <atomic>
#include <string>

namespace Bore::Test
{

class AskedRole : public Role
/// Says what the test wants it to say. Set by one thread, before or
/// between the questions; asked by any.
{
public:
	void run() override {}
	void stop() noexcept override {}
	void stopNow() noexcept override {}

	std::string status() override
	{
		++questions;
		return text;
	}

	bool proveLife(const Handler& sign) override
	{
		++questions;
		if (isStuck)
			held = sign;
		else if (!isEnded)
			sign();
		return !isEnded;
	}

	std::string text = "well";
	bool isStuck = false; /// keeps signs of life
	bool isEnded = false; /// takes none any more
	Handler held;         /// the last that it kept
	std::atomic<int> questions{0};
};

} // namespace Bore::Test

#endif // Bore_Test_AskedRole_INCLUDED
