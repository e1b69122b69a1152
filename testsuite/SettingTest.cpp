//
// SettingTest.cpp
//

#include "Shared/Setting.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace Bore;

class SettingTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SettingTest);
	CPPUNIT_TEST(testOneRuleNamesOptionAndVariable);
	CPPUNIT_TEST(testExceptionsKeepTheVariable);
	CPPUNIT_TEST(testNumbersAreStrict);
	CPPUNIT_TEST(testUnitOfANumberIsNamed);
	CPPUNIT_TEST(testAddressesAreLiterals);
	CPPUNIT_TEST(testHostsHaveNoPort);
	CPPUNIT_TEST(testHostPortSaysHowToWriteIt);
	CPPUNIT_TEST(testChoiceNamesTheChoices);
	CPPUNIT_TEST(testFlagIsAChoiceWithANegatedName);
	CPPUNIT_TEST(testEmptySecretAndPathAreRefused);
	CPPUNIT_TEST(testCheckSaysWhatIsWrong);
	CPPUNIT_TEST(testControlCharactersOfAValueAreEscaped);
	CPPUNIT_TEST(testRestartIsNeededWhereItIsSaid);
	CPPUNIT_TEST_SUITE_END();

public:
	void testOneRuleNamesOptionAndVariable()
	{
		const Setting port = Setting::number("minPort", 1, 65535);
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port"), port.optionName());
		CPPUNIT_ASSERT_EQUAL(std::string("BORE_MIN_PORT"), port.environmentName());
		const Setting control = Setting::number("control.port", 1, 65535);
		CPPUNIT_ASSERT_EQUAL(std::string("--control-port"), control.optionName());
		CPPUNIT_ASSERT_EQUAL(std::string("BORE_CONTROL_PORT"), control.environmentName());
	}

	void testExceptionsKeepTheVariable()
	{
		const Setting to = Setting::of(Setting::Kind::HostPort, "server").calledOption("--to");
		CPPUNIT_ASSERT_EQUAL(std::string("--to"), to.optionName());
		CPPUNIT_ASSERT_EQUAL(std::string("BORE_SERVER"), to.environmentName());
		const Setting place = Setting::number("localPort", 1, 65535).taking("LOCAL_PORT").positional();
		CPPUNIT_ASSERT(place.isPositional());
		CPPUNIT_ASSERT_EQUAL(std::string("LOCAL_PORT"), place.optionName());
		CPPUNIT_ASSERT_EQUAL(std::string("BORE_LOCAL_PORT"), place.environmentName());
	}

	void testNumbersAreStrict()
	{
		const Setting port = Setting::number("port", 1, 65535);
		for (const std::string good : {"1", "80", "65535", "00080"})
			CPPUNIT_ASSERT_EQUAL(std::string(), port.refusal("x", good));
		for (const std::string bad : {"", "0", "65536", "99999999999", "8,0", "+80", " 80", "80 ", "-1",
				 "0x50", "8e1", "80.0", "http"})
		{
			CPPUNIT_ASSERT_EQUAL("--port: \"" + bad + "\": expected a whole number from 1 to 65535",
				port.refusal("--port", bad));
		}
	}

	void testUnitOfANumberIsNamed()
	{
		const Setting grace = Setting::number("grace", 0, 3600).in("seconds");
		CPPUNIT_ASSERT_EQUAL(std::string(), grace.refusal("x", "0"));
		CPPUNIT_ASSERT_EQUAL(std::string("g: \"5s\": expected a whole number of seconds from 0 to 3600"),
			grace.refusal("g", "5s"));
	}

	void testAddressesAreLiterals()
	{
		const Setting address = Setting::of(Setting::Kind::Address, "bindAddr");
		for (const std::string good :
			{"127.0.0.1", "0.0.0.0", "::", "[::]", "::1", "[::1]", "fe80::1%lo", "::ffff:1.2.3.4"})
			CPPUNIT_ASSERT_EQUAL(std::string(), address.refusal("x", good));
		for (const std::string bad : {"", "localhost", "8080", "127.1", "1.2.3.4:80", "[::1]:80", "[::1",
				 "::1]", "[127.0.0.1]", " ::1", "fe80::1%nosuchinterface"})
			CPPUNIT_ASSERT_MESSAGE(bad, !address.refusal("x", bad).empty());
	}

	void testHostsHaveNoPort()
	{
		const Setting host = Setting::of(Setting::Kind::Host, "localHost");
		for (const std::string good : {"localhost", "a-b.example", "10.0.0.1", "::1", "[::1]", "my_service"})
			CPPUNIT_ASSERT_EQUAL(std::string(), host.refusal("x", good));
		for (const std::string bad :
			{"", "localhost:80", "http://localhost", "a b", "a\nb", "user@host", "a/b", "[::1]:80"})
			CPPUNIT_ASSERT_MESSAGE(bad, !host.refusal("x", bad).empty());
	}

	void testHostPortSaysHowToWriteIt()
	{
		const Setting server = Setting::of(Setting::Kind::HostPort, "server");
		for (const std::string good : {"host", "host:80", "[::1]", "[::1]:80"})
			CPPUNIT_ASSERT_EQUAL(std::string(), server.refusal("x", good));
		for (const std::string bad : {"", ":80", "host:", "host:0", "host:65536", "::1", "http://host"})
			CPPUNIT_ASSERT_MESSAGE(bad, server.refusal("--to", bad).rfind("--to: ", 0) == 0);
	}

	void testChoiceNamesTheChoices()
	{
		const Setting level = Setting::choice("level", {"low", "high"});
		CPPUNIT_ASSERT_EQUAL(std::string(), level.refusal("x", "high"));
		CPPUNIT_ASSERT_EQUAL(
			std::string("x: \"High\": expected one of low, high"), level.refusal("x", "High"));
	}

	void testFlagIsAChoiceWithANegatedName()
	{
		const Setting flag = Setting::flag("some.flag");
		CPPUNIT_ASSERT(flag.isFlag());
		CPPUNIT_ASSERT(!Setting::choice("c", {"true", "false"}).isFlag());
		CPPUNIT_ASSERT_EQUAL(std::string("--some-flag"), flag.optionName());
		CPPUNIT_ASSERT_EQUAL(std::string("--no-some-flag"), flag.negatedName());
		CPPUNIT_ASSERT_EQUAL(std::string(), flag.refusal("x", "true"));
		CPPUNIT_ASSERT_EQUAL(std::string(), flag.refusal("x", "false"));
		CPPUNIT_ASSERT_EQUAL(
			std::string("x: \"yes\": expected one of true, false"), flag.refusal("x", "yes"));
	}

	void testEmptySecretAndPathAreRefused()
	{
		CPPUNIT_ASSERT(!Setting::of(Setting::Kind::Secret, "secret").refusal("x", "").empty());
		CPPUNIT_ASSERT(!Setting::of(Setting::Kind::Path, "secretFile").refusal("x", "").empty());
		CPPUNIT_ASSERT_EQUAL(std::string(), Setting::of(Setting::Kind::Secret, "secret").refusal("x", " "));
	}

	void testCheckSaysWhatIsWrong()
	{
		const Setting even = Setting::checked("pairs",
			[](const std::string& value)
			{
				if (value.size() % 2 != 0) throw std::invalid_argument("expected pairs");
			});
		CPPUNIT_ASSERT_EQUAL(std::string(), even.refusal("--pairs", "aabb"));
		CPPUNIT_ASSERT_EQUAL(std::string("--pairs: expected pairs"), even.refusal("--pairs", "aab"));
	}

	void testControlCharactersOfAValueAreEscaped()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("p: \"8\\n0\": expected a whole number from 1 to 9"),
			Setting::number("p", 1, 9).refusal("p", "8\n0"));
	}

	void testRestartIsNeededWhereItIsSaid()
	{
		CPPUNIT_ASSERT(!Setting::number("port", 1, 2).requiresRestart());
		CPPUNIT_ASSERT(Setting::number("port", 1, 2).requiringRestart().requiresRestart());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingTest);
