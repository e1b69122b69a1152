//
// FailedAuthenticationsTest.cpp
//

#include "Server/FailedAuthentications.h"
#include "testsuite/support/ManualClock.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class FailedAuthenticationsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FailedAuthenticationsTest);
	CPPUNIT_TEST(testDelaysFromTheTenthOn);
	CPPUNIT_TEST(testRefusesFromTheThirtiethOnForAMinute);
	CPPUNIT_TEST(testAddressesAreKeptApart);
	CPPUNIT_TEST(testFailuresOfAMinuteAgoDoNotCount);
	CPPUNIT_TEST(testZeroIsNever);
	CPPUNIT_TEST(testLimitsMayChange);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDelaysFromTheTenthOn()
	{
		FailedAuthentications failures(10, 30, _clock);
		for (int i = 1; i < 10; ++i) CPPUNIT_ASSERT(failures.add("a") == 0s);
		CPPUNIT_ASSERT(failures.add("a") == 1s);
		CPPUNIT_ASSERT(failures.add("a") == 1s);
	}

	void testRefusesFromTheThirtiethOnForAMinute()
	{
		FailedAuthentications failures(10, 30, _clock);
		fail(failures, 29);
		CPPUNIT_ASSERT(!failures.refuses("a"));
		_clock.advance(59s);
		fail(failures, 1);
		CPPUNIT_ASSERT(failures.refuses("a"));
		_clock.advance(59s);
		CPPUNIT_ASSERT(failures.refuses("a"));
		_clock.advance(1s);
		CPPUNIT_ASSERT(!failures.refuses("a"));
		CPPUNIT_ASSERT(failures.add("a") == 0s);
	}

	void testAddressesAreKeptApart()
	{
		FailedAuthentications failures(10, 30, _clock);
		fail(failures, 30);
		CPPUNIT_ASSERT(!failures.refuses("b"));
		CPPUNIT_ASSERT(failures.add("b") == 0s);
	}

	void testFailuresOfAMinuteAgoDoNotCount()
	{
		FailedAuthentications failures(10, 30, _clock);
		fail(failures, 9);
		_clock.advance(1min);
		CPPUNIT_ASSERT(failures.add("a") == 0s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), failures.count("a"));
	}

	void testZeroIsNever()
	{
		FailedAuthentications failures(0, 0, _clock);
		for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(failures.add("a") == 0s);
		CPPUNIT_ASSERT(!failures.refuses("a"));
	}

	void testLimitsMayChange()
	{
		FailedAuthentications failures(0, 0, _clock);
		fail(failures, 5);
		failures.setLimits(6, 7);
		CPPUNIT_ASSERT(!failures.refuses("a"));
		CPPUNIT_ASSERT(failures.add("a") == 1s); // those of before count
		CPPUNIT_ASSERT(!failures.refuses("a"));
		fail(failures, 1);
		CPPUNIT_ASSERT(failures.refuses("a"));
		failures.setLimits(0, 0);
		CPPUNIT_ASSERT(failures.refuses("a")); // for its minute
		CPPUNIT_ASSERT(failures.add("b") == 0s);
	}

private:
	static void fail(FailedAuthentications& failures, int times)
	{
		for (int i = 0; i < times; ++i) static_cast<void>(failures.add("a"));
	}

	ManualClock _clock;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FailedAuthenticationsTest);
