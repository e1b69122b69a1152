//
// RateWindowTest.cpp
//

#include "Server/RateWindow.h"
#include "testsuite/support/ManualClock.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RateWindowTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RateWindowTest);
	CPPUNIT_TEST(testCountsByKey);
	CPPUNIT_TEST(testCountIsForgottenAWindowAfterItsFirst);
	CPPUNIT_TEST(testOldestKeyMakesRoom);
	CPPUNIT_TEST(testExpiredKeysTakeNoRoom);
	CPPUNIT_TEST_SUITE_END();

public:
	void testCountsByKey()
	{
		RateWindow window(1min, _clock);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), window.add("a"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), window.add("a"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), window.add("b"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), window.count("a"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), window.count("c"));
	}

	void testCountIsForgottenAWindowAfterItsFirst()
	{
		RateWindow window(1min, _clock);
		window.add("a");
		_clock.advance(59s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), window.add("a"));
		_clock.advance(1s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), window.count("a"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), window.add("a"));
	}

	void testOldestKeyMakesRoom()
	{
		RateWindow window(1min, _clock, 3);
		for (const char* key : {"a", "b", "c", "d"}) window.add(key);
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), window.keys());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), window.count("a"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), window.count("d"));
	}

	void testExpiredKeysTakeNoRoom()
	{
		RateWindow window(1min, _clock);
		for (int i = 0; i < 100; ++i) window.add(std::to_string(i));
		_clock.advance(1min);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), window.keys());
	}

private:
	ManualClock _clock;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RateWindowTest);
