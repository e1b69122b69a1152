//
// StopSequenceTest.cpp
//

#include "Shared/StopSequence.h"
#include "testsuite/support/CapturedLog.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <string>

using namespace Bore;
using namespace Bore::Test;

namespace
{

struct FakeRole : public Role
{
	void run() override {}
	void stop() noexcept override { ++stops; }
	void stopNow() noexcept override { ++stopsNow; }

	int stops = 0;
	int stopsNow = 0;
};

} // namespace

class StopSequenceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StopSequenceTest);
	CPPUNIT_TEST(testFirstStopsSecondHurriesThirdEnds);
	CPPUNIT_TEST(testSignalsAreLoggedByName);
	CPPUNIT_TEST_SUITE_END();

public:
	void testFirstStopsSecondHurriesThirdEnds()
	{
		const CapturedLog log;
		FakeRole role;
		int ends = 0;
		StopSequence sequence(role, [&ends] { ++ends; });
		sequence.signalled(SIGTERM);
		CPPUNIT_ASSERT(role.stops == 1 && role.stopsNow == 0 && ends == 0);
		sequence.signalled(SIGTERM);
		CPPUNIT_ASSERT(role.stops == 1 && role.stopsNow == 1 && ends == 0);
		sequence.signalled(SIGTERM);
		CPPUNIT_ASSERT(role.stops == 1 && role.stopsNow == 1 && ends == 1);
	}

	void testSignalsAreLoggedByName()
	{
		const CapturedLog log;
		FakeRole role;
		StopSequence sequence(role, [] {});
		sequence.signalled(SIGINT);
		sequence.signalled(SIGHUP);
		CPPUNIT_ASSERT_EQUAL(
			std::string("Information signals: SIGINT: stopping; a second signal ends the grace period\n"
						"Information signals: SIGHUP: stopping now\n"),
			log.text());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(StopSequenceTest);
