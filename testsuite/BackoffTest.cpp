//
// BackoffTest.cpp
//

#include "Client/Backoff.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace std::chrono_literals;

class BackoffTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(BackoffTest);
	CPPUNIT_TEST(testDelaysDoubleUpToTheLongest);
	CPPUNIT_TEST(testChanceCutsAtMostHalf);
	CPPUNIT_TEST(testLongSpellBeginsAnew);
	CPPUNIT_TEST(testShortSpellChangesNothing);
	CPPUNIT_TEST(testFirstIsNeverLongerThanTheLongest);
	CPPUNIT_TEST(testSeededChanceIsInItsRangeAndVaries);
	CPPUNIT_TEST(testOtherDelaysBoundTheNext);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDelaysDoubleUpToTheLongest()
	{
		// Chance 0 leaves one half of 0.5, 1, 2, 4, 8, 16, 30, 30 s.
		Backoff backoff(500ms, 30s, [] { return 0.0; });
		for (const Duration delay :
			{Duration(250ms), Duration(500ms), Duration(1s), Duration(2s), Duration(4s), Duration(8s)})
			CPPUNIT_ASSERT(backoff.next() == delay);
		CPPUNIT_ASSERT(backoff.next() == 15s);
		CPPUNIT_ASSERT(backoff.next() == 15s);
	}

	void testChanceCutsAtMostHalf()
	{
		Backoff none(500ms, 30s, [] { return 0.999999; });
		const Duration nearlyAll = none.next();
		CPPUNIT_ASSERT(nearlyAll > 499ms && nearlyAll < 500ms);
		Backoff half(500ms, 30s, [] { return 0.5; });
		CPPUNIT_ASSERT(half.next() == 375ms);
	}

	void testLongSpellBeginsAnew()
	{
		Backoff backoff(500ms, 30s, [] { return 0.0; });
		for (int i = 0; i < 10; ++i) static_cast<void>(backoff.next());
		backoff.stood(30s);
		CPPUNIT_ASSERT(backoff.next() == 250ms);
	}

	void testShortSpellChangesNothing()
	{
		Backoff backoff(500ms, 30s, [] { return 0.0; });
		static_cast<void>(backoff.next());
		backoff.stood(30s - 1ns);
		CPPUNIT_ASSERT(backoff.next() == 500ms);
	}

	void testFirstIsNeverLongerThanTheLongest()
	{
		Backoff backoff(10s, 2s, [] { return 0.0; });
		CPPUNIT_ASSERT(backoff.next() == 1s);
		CPPUNIT_ASSERT(backoff.next() == 1s);
	}

	void testSeededChanceIsInItsRangeAndVaries()
	{
		const auto chance = Backoff::seeded();
		const double first = chance();
		bool varies = false;
		for (int i = 0; i < 1000; ++i)
		{
			const double value = chance();
			CPPUNIT_ASSERT(value >= 0 && value < 1);
			varies = varies || value < first || value > first;
		}
		CPPUNIT_ASSERT(varies);
	}

	void testOtherDelaysBoundTheNext()
	{
		Backoff backoff(500ms, 30s, [] { return 0.0; });
		for (int i = 0; i < 10; ++i) static_cast<void>(backoff.next());
		backoff.setDelays(100ms, 2s);
		CPPUNIT_ASSERT(backoff.next() == 1s);
		backoff.stood(2s);
		CPPUNIT_ASSERT(backoff.next() == 50ms);
		backoff.setDelays(4s, 3s);
		CPPUNIT_ASSERT(backoff.next() == 1500ms);
		backoff.setDelays(3s, 30s);
		CPPUNIT_ASSERT(backoff.next() == 1500ms);
		CPPUNIT_ASSERT(backoff.next() == 3s);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(BackoffTest);
