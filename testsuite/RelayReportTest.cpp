//
// RelayReportTest.cpp
//

#include "Shared/RelayReport.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace std::chrono_literals;

class RelayReportTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelayReportTest);
	CPPUNIT_TEST(testTellsBytesDurationAndEnding);
	CPPUNIT_TEST(testLargeNumbersAreWhole);
	CPPUNIT_TEST(testEveryEndingHasItsName);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

public:
	void testTellsBytesDurationAndEnding()
	{
		const RelayReport report{12, 3456, 123ms, Ending::Closed};
		CPPUNIT_ASSERT_EQUAL(std::string("12 bytes up, 3456 down, 0.123 s, closed"), report.describe());
	}

	void testLargeNumbersAreWhole()
	{
		const RelayReport report{18'446'744'073'709'551'615U, 5'000'000'000U, 100h, Ending::Closed};
		CPPUNIT_ASSERT_EQUAL(
			std::string("18446744073709551615 bytes up, 5000000000 down, 360000.000 s, closed"),
			report.describe());
	}

	void testEveryEndingHasItsName()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("closed"), nameOf(Ending::Closed));
		CPPUNIT_ASSERT_EQUAL(std::string("reset"), nameOf(Ending::Reset));
		CPPUNIT_ASSERT_EQUAL(std::string("timed out"), nameOf(Ending::TimedOut));
		CPPUNIT_ASSERT_EQUAL(std::string("aborted"), nameOf(Ending::Aborted));
		CPPUNIT_ASSERT_EQUAL(std::string("failed: out of memory"), nameOf(Ending::Failed));
	}

private:
	static std::string nameOf(Ending ending)
	{
		const std::string text = RelayReport{0, 0, 0s, ending}.describe();
		const std::string before = "0 bytes up, 0 down, 0.000 s, ";
		CPPUNIT_ASSERT_EQUAL(before, text.substr(0, before.size()));
		return text.substr(before.size());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelayReportTest);
