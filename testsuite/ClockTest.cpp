//
// ClockTest.cpp
//

#include "Shared/Clock.h"

#include <cppunit/extensions/HelperMacros.h>
#include <limits>

using namespace Bore;
using namespace std::chrono_literals;

class ClockTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClockTest);
	CPPUNIT_TEST(testTimeLeftIsRoundedUp);
	CPPUNIT_TEST(testWholeMillisecondsAreKept);
	CPPUNIT_TEST(testPassedDeadlineLeavesNothing);
	CPPUNIT_TEST(testFarDeadlineIsCapped);
	CPPUNIT_TEST(testSystemClockIsTheSteadyOne);
	CPPUNIT_TEST(testSystemClockKnowsTheDate);
	CPPUNIT_TEST_SUITE_END();

public:
	void testTimeLeftIsRoundedUp()
	{
		const TimePoint now = Clock::system().now();
		CPPUNIT_ASSERT_EQUAL(1, millisecondsUntil(now + 1ns, now));
		CPPUNIT_ASSERT_EQUAL(6, millisecondsUntil(now + 5001us, now));
	}

	void testWholeMillisecondsAreKept()
	{
		const TimePoint now = Clock::system().now();
		CPPUNIT_ASSERT_EQUAL(5, millisecondsUntil(now + 5ms, now));
	}

	void testPassedDeadlineLeavesNothing()
	{
		const TimePoint now = Clock::system().now();
		CPPUNIT_ASSERT_EQUAL(0, millisecondsUntil(now, now));
		CPPUNIT_ASSERT_EQUAL(0, millisecondsUntil(now - 1h, now));
		CPPUNIT_ASSERT_EQUAL(0, millisecondsUntil(TimePoint::min(), now));
	}

	void testFarDeadlineIsCapped()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::numeric_limits<int>::max(), millisecondsUntil(TimePoint::max(), Clock::system().now()));
	}

	void testSystemClockIsTheSteadyOne()
	{
		const TimePoint before = std::chrono::steady_clock::now();
		const TimePoint now = Clock::system().now();
		CPPUNIT_ASSERT(before <= now && now <= std::chrono::steady_clock::now());
	}

	void testSystemClockKnowsTheDate()
	{
		const WallTime before = std::chrono::system_clock::now();
		const WallTime now = Clock::system().wallNow();
		CPPUNIT_ASSERT(before <= now && now <= std::chrono::system_clock::now());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClockTest);
