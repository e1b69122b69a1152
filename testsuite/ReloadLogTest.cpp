//
// ReloadLogTest.cpp
//

#include "Shared/ReloadLog.h"
#include "Shared/SettingFaults.h"
#include "testsuite/support/CapturedLog.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class ReloadLogTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReloadLogTest);
	CPPUNIT_TEST(testKeysAreNamed);
	CPPUNIT_TEST(testManyKeysAreCounted);
	CPPUNIT_TEST(testEachFaultIsALine);
	CPPUNIT_TEST(testOtherFailuresAreOneLine);
	CPPUNIT_TEST_SUITE_END();

public:
	void testKeysAreNamed()
	{
		const CapturedLog log;
		ReloadLog::applied({});
		ReloadLog::applied({{"minPort", "users.file"}, {}});
		ReloadLog::applied({{}, {"bindAddr", "control.port"}});
		CPPUNIT_ASSERT_EQUAL("Notice bore.config: configuration reloaded: nothing changed\n"
							 "Notice bore.config: configuration reloaded: changed: minPort, users.file\n"
							 "Notice bore.config: configuration reloaded: nothing changed\n"
							 "Warning bore.config: takes effect after a restart: bindAddr, control.port\n"s,
			log.text());
	}

	void testManyKeysAreCounted()
	{
		const CapturedLog log;
		ReloadLog::applied({std::vector<std::string>(53, "key"), {}});
		const std::string text = log.text();
		CPPUNIT_ASSERT_MESSAGE(text, text.find(", key and 3 more\n") != std::string::npos);
	}

	void testEachFaultIsALine()
	{
		const CapturedLog log;
		ReloadLog::explaining(
			[]
			{
				SettingFaults faults;
				faults.add({{Layer::File, 0, 1}, ExitCode::Configuration, "f:1: a: is 100% wrong", {"a"}});
				faults.add({{Layer::File, 0, 2}, ExitCode::Configuration, "f:2: b: is, too", {"b"}});
				faults.throwIfAny();
			});
		CPPUNIT_ASSERT_EQUAL(
			"Error bore.config: f:1: a: is 100% wrong\n"
			"Error bore.config: f:2: b: is, too\n"
			"Error bore.config: configuration not reloaded: it is wrong, and the old one stays\n"s,
			log.text());
	}

	void testOtherFailuresAreOneLine()
	{
		const CapturedLog log;
		ReloadLog::explaining([] { throw std::runtime_error("no thread"); });
		CPPUNIT_ASSERT_EQUAL("Error bore.config: configuration not reloaded, or not all of it: no thread; "
							 "send SIGHUP again\n"s,
			log.text());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReloadLogTest);
