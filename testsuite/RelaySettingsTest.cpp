//
// RelaySettingsTest.cpp
//

#include "Shared/RelaySettings.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelaySettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelaySettingsTest);
	CPPUNIT_TEST(testDefaultsAreThoseOfTheConfig);
	CPPUNIT_TEST(testEveryOption);
	CPPUNIT_TEST(testZeroIsWithoutTimeouts);
	CPPUNIT_TEST(testValuesOutOfRangeAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDefaultsAreThoseOfTheConfig()
	{
		const RelayConfig config = read({});
		const RelayConfig expected;
		CPPUNIT_ASSERT_EQUAL(expected.threads, config.threads);
		CPPUNIT_ASSERT_EQUAL(expected.zeroCopy, config.zeroCopy);
		CPPUNIT_ASSERT_EQUAL(expected.pipes, config.pipes);
		CPPUNIT_ASSERT_EQUAL(expected.maxRestBytes, config.maxRestBytes);
		CPPUNIT_ASSERT(expected.idleTimeout == config.idleTimeout);
		CPPUNIT_ASSERT(expected.halfCloseTimeout == config.halfCloseTimeout);
	}

	void testEveryOption()
	{
		const RelayConfig config = read({"--relay-threads=3", "--relay-zero-copy=false", "--relay-pipes=5",
			"--relay-max-rest=7", "--relay-idle-timeout=11", "--relay-half-close-timeout=13"});
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, config.threads);
		CPPUNIT_ASSERT(!config.zeroCopy);
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, config.pipes);
		CPPUNIT_ASSERT_EQUAL(std::size_t{7} * 1024 * 1024, config.maxRestBytes);
		CPPUNIT_ASSERT(config.idleTimeout == 11s);
		CPPUNIT_ASSERT(config.halfCloseTimeout == 13s);
	}

	void testZeroIsWithoutTimeouts()
	{
		const RelayConfig config = read({"--relay-idle-timeout=0", "--relay-half-close-timeout=0"});
		CPPUNIT_ASSERT(config.idleTimeout == 0s);
		CPPUNIT_ASSERT(config.halfCloseTimeout == 0s);
	}

	void testValuesOutOfRangeAreRefused()
	{
		const std::vector<std::string> arguments{"--relay-threads=1025", "--relay-zero-copy=yes",
			"--relay-pipes=0", "--relay-pipes=8193", "--relay-max-rest=0", "--relay-max-rest=65537",
			"--relay-idle-timeout=-1", "--relay-half-close-timeout=31536001"};
		for (const std::string& argument : arguments)
		{
			const Refusal refusal = refusalOf([&argument] { static_cast<void>(read({argument})); });
			CPPUNIT_ASSERT_MESSAGE(argument, refusal.code == ExitCode::Usage);
			CPPUNIT_ASSERT_MESSAGE(
				refusal.text, refusal.text.find(argument.substr(0, argument.find('='))) != std::string::npos);
		}
	}

private:
	static RelayConfig read(const std::vector<std::string>& arguments)
	{
		static const SettingTable table({"prog", "", "", {}}, relaySettings());
		return relayConfigFrom(load(table, arguments));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelaySettingsTest);
