//
// DaemonSettingsTest.cpp
//

#include "Shared/DaemonSettings.h"
#include "Server/ServerSettings.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

namespace
{

using List = std::vector<std::string>;

DaemonConfig configOf(const List& arguments)
{
	return daemonConfigFrom(load(ServerSettings::table(), arguments));
}

void expectRefusal(const List& arguments, const std::string& text)
{
	const Refusal refusal = refusalOf([&] { static_cast<void>(configOf(arguments)); });
	CPPUNIT_ASSERT_EQUAL(text, refusal.text);
	CPPUNIT_ASSERT(ExitCode::Usage == refusal.code);
}

} // namespace

class DaemonSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DaemonSettingsTest);
	CPPUNIT_TEST(testByDefaultNothingChanges);
	CPPUNIT_TEST(testEachKeyCounts);
	CPPUNIT_TEST(testTableWithoutTheKeysHasTheDefaults);
	CPPUNIT_TEST(testDaemonHasNoStandardErrorToLogTo);
	CPPUNIT_TEST(testMaskIsOctal);
	CPPUNIT_TEST_SUITE_END();

public:
	void testByDefaultNothingChanges()
	{
		const DaemonConfig config = configOf({});
		CPPUNIT_ASSERT(!config.isDaemon);
		CPPUNIT_ASSERT_EQUAL(std::string(), config.pidFile);
		CPPUNIT_ASSERT(!config.umask);
	}

	void testEachKeyCounts()
	{
		const DaemonConfig config =
			configOf({"--daemon", "--log-target=syslog", "--pidfile=/run/x", "--umask=027"});
		CPPUNIT_ASSERT(config.isDaemon);
		CPPUNIT_ASSERT_EQUAL(std::string("/run/x"), config.pidFile);
		CPPUNIT_ASSERT(config.umask == mode_t{027});
	}

	void testTableWithoutTheKeysHasTheDefaults()
	{
		const SettingTable table({"prog", "", "", {}}, {Setting::flag("other").orElse("true")});
		CPPUNIT_ASSERT(!daemonConfigFrom(load(table, {})).isDaemon);
	}

	void testDaemonHasNoStandardErrorToLogTo()
	{
		expectRefusal({"--daemon"},
			"--daemon: daemon: daemon true (--daemon) leaves no standard error for log.target stderr "
			"(default): set log.target to file or syslog");
		expectRefusal({"--daemon", "--log-target=syslog", "--access-log-target=stderr"},
			"--access-log-target: accessLog.target: daemon true (--daemon) leaves no standard error for "
			"accessLog.target stderr (--access-log-target): set accessLog.target to file or syslog");
		CPPUNIT_ASSERT(!configOf({"--no-daemon"}).isDaemon);
	}

	void testMaskIsOctal()
	{
		for (const std::string good : {"0", "27", "077", "0027", "777"})
			CPPUNIT_ASSERT_MESSAGE(good, configOf({"--umask", good}).umask.has_value());
		for (const std::string bad : {"", "8", "1000", "00027", "0x1", "u=rwx", " 27", "-1"})
			expectRefusal({"--umask", bad},
				"--umask: umask: \"" + bad + "\": expected octal digits from 0 to 777, such as 027");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(DaemonSettingsTest);
