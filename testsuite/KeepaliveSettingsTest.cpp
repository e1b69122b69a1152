//
// KeepaliveSettingsTest.cpp
//

#include "Shared/KeepaliveSettings.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class KeepaliveSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(KeepaliveSettingsTest);
	CPPUNIT_TEST(testDefaultsAreThoseOfTheConfig);
	CPPUNIT_TEST(testEveryOption);
	CPPUNIT_TEST(testValuesOutOfRangeAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDefaultsAreThoseOfTheConfig()
	{
		const Keepalive config = read({});
		const Keepalive expected;
		CPPUNIT_ASSERT_EQUAL(expected.idle, config.idle);
		CPPUNIT_ASSERT_EQUAL(expected.interval, config.interval);
		CPPUNIT_ASSERT_EQUAL(expected.count, config.count);
	}

	void testEveryOption()
	{
		const Keepalive config =
			read({"--keepalive-idle=0", "--keepalive-interval=32767", "--keepalive-count=127"});
		CPPUNIT_ASSERT_EQUAL(0, config.idle);
		CPPUNIT_ASSERT_EQUAL(32767, config.interval);
		CPPUNIT_ASSERT_EQUAL(127, config.count);
	}

	void testValuesOutOfRangeAreRefused()
	{
		for (const std::string bad :
			{"--keepalive-idle=32768", "--keepalive-interval=32768", "--keepalive-count=128"})
			CPPUNIT_ASSERT_MESSAGE(
				bad, refusalOf([&bad] { static_cast<void>(read({bad})); }).code == ExitCode::Usage);
	}

private:
	[[nodiscard]] static Keepalive read(const std::vector<std::string>& arguments)
	{
		static const SettingTable table(
			{"prog", "[OPTION]...", "Does something.", {{ExitCode::Ok, "done"}}}, keepaliveSettings());
		return keepaliveFrom(load(table, arguments));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeepaliveSettingsTest);
