//
// UtcTimeTest.cpp
//

#include "Shared/UtcTime.h"

#include <cppunit/extensions/HelperMacros.h>
#include <ctime>
#include <stdexcept>
#include <string>

using namespace Bore;

class UtcTimeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UtcTimeTest);
	CPPUNIT_TEST(testTimesAreThoseOfTheClock);
	CPPUNIT_TEST(testDateIsItsFirstMoment);
	CPPUNIT_TEST(testLeapDays);
	CPPUNIT_TEST(testOtherTextIsRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testTimesAreThoseOfTheClock()
	{
		CPPUNIT_ASSERT_EQUAL(std::time_t{0}, seconds("1970-01-01T00:00:00Z"));
		CPPUNIT_ASSERT_EQUAL(std::time_t{1'000'000'000}, seconds("2001-09-09T01:46:40Z"));
		CPPUNIT_ASSERT_EQUAL(std::time_t{4'102'444'740}, seconds("2099-12-31T23:59Z"));
	}

	void testDateIsItsFirstMoment()
	{
		CPPUNIT_ASSERT_EQUAL(seconds("2026-12-31T00:00:00Z"), seconds("2026-12-31"));
	}

	void testLeapDays()
	{
		CPPUNIT_ASSERT_EQUAL(seconds("2028-03-01") - 86400, seconds("2028-02-29"));
		expectRefusal("2027-02-29");
	}

	void testOtherTextIsRefused()
	{
		for (const std::string bad :
			{"", "tomorrow", "2026", "2026-1-1", "26-01-01", "2026-13-01", "2026-00-01", "2026-01-32",
				"2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00",
				"2026-01-01T00:00:00+01:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.5Z", " 2026-01-01",
				"1969-12-31", "2026/01/01", "1798675200"})
			expectRefusal(bad);
	}

private:
	[[nodiscard]] static std::time_t seconds(const std::string& text)
	{
		return std::chrono::system_clock::to_time_t(parseTime(text));
	}

	static void expectRefusal(const std::string& text)
	{
		try
		{
			static_cast<void>(parseTime(text));
		}
		catch (const std::invalid_argument& e)
		{
			CPPUNIT_ASSERT_EQUAL(
				"\"" + text + "\": expected a date or a UTC time, 2026-12-31 or 2026-12-31T18:00:00Z",
				std::string(e.what()));
			return;
		}
		CPPUNIT_FAIL(text + " passed");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(UtcTimeTest);
