//
// EnvironmentVariablesTest.cpp
//

#include "Shared/EnvironmentVariables.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <string>

using namespace Bore;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "[OPTION]...", "Does something.", {{ExitCode::Ok, "done"}}},
		{
			Setting::number("localPort", 1, 65535).taking("LOCAL_PORT").positional().explained("a place"),
			Setting::number("minPort", 1, 65535).shortened('m').orElse("1024").explained("a port"),
			Setting::of(Setting::Kind::Host, "localHost").shortened('l').explained("a host"),
			Setting::of(Setting::Kind::Secret, "secret").shortened('s').taking("S").explained("a secret"),
			Setting::of(Setting::Kind::Path, "secretFile").explained("a file"),
		});
	return result;
}

} // namespace

class EnvironmentVariablesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(EnvironmentVariablesTest);
	CPPUNIT_TEST(testVariablesOfTheTableAreTaken);
	CPPUNIT_TEST(testEmptyVariableIsTakenToo);
	CPPUNIT_TEST(testSecretIsBlankedWhereItStands);
	CPPUNIT_TEST_SUITE_END();

public:
	void tearDown() override
	{
		::unsetenv("BORE_MIN_PORT");
		::unsetenv("BORE_SECRET");
		::unsetenv("BORE_OTHER");
	}

	void testVariablesOfTheTableAreTaken()
	{
		::setenv("BORE_MIN_PORT", "80", 1);
		::setenv("BORE_OTHER", "x", 1);
		const EnvironmentVariables taken = takeEnvironment(table());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), taken.size());
		CPPUNIT_ASSERT_EQUAL(std::string("80"), taken.at("BORE_MIN_PORT"));
		CPPUNIT_ASSERT_EQUAL(std::string("80"), std::string(std::getenv("BORE_MIN_PORT")));
	}

	void testEmptyVariableIsTakenToo()
	{
		::setenv("BORE_SECRET", "", 1);
		CPPUNIT_ASSERT_EQUAL(std::string(), takeEnvironment(table()).at("BORE_SECRET"));
	}

	void testSecretIsBlankedWhereItStands()
	{
		// putenv() uses this very memory, as a process's first environment is used.
		std::array<char, 20> memory{"BORE_SECRET=hunter2"};
		::putenv(memory.data());
		const EnvironmentVariables taken = takeEnvironment(table());
		CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), taken.at("BORE_SECRET"));
		CPPUNIT_ASSERT_EQUAL(std::string("BORE_SECRET="), std::string(memory.data()));
		CPPUNIT_ASSERT_EQUAL(std::string(8, '\0'), std::string(memory.data() + 12, 8));
		CPPUNIT_ASSERT(std::getenv("BORE_SECRET") == nullptr);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvironmentVariablesTest);
