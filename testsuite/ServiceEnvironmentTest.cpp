//
// ServiceEnvironmentTest.cpp
//

#include "Shared/ServiceEnvironment.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <string>
#include <unistd.h>

using namespace Bore;
using namespace std::chrono_literals;

class ServiceEnvironmentTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServiceEnvironmentTest);
	CPPUNIT_TEST(testWithoutVariablesThereIsNothing);
	CPPUNIT_TEST(testVariablesAreTakenOutOfTheEnvironment);
	CPPUNIT_TEST(testWatchdogOfAnotherProcessIsNone);
	CPPUNIT_TEST(testWatchdogThatIsNoNumberIsNone);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { tearDown(); }

	void tearDown() override
	{
		for (const char* const name : NAMES) ::unsetenv(name);
	}

	void testWithoutVariablesThereIsNothing()
	{
		const ServiceEnvironment environment = takeServiceEnvironment();
		CPPUNIT_ASSERT_EQUAL(std::string(), environment.notifySocket);
		CPPUNIT_ASSERT(!environment.watchdog);
	}

	void testVariablesAreTakenOutOfTheEnvironment()
	{
		::setenv("NOTIFY_SOCKET", "/run/notify", 1);
		::setenv("WATCHDOG_USEC", "30000000", 1);
		::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
		const ServiceEnvironment environment = takeServiceEnvironment();
		CPPUNIT_ASSERT_EQUAL(std::string("/run/notify"), environment.notifySocket);
		CPPUNIT_ASSERT(environment.watchdog == 30s);
		for (const char* const name : NAMES) CPPUNIT_ASSERT_MESSAGE(name, std::getenv(name) == nullptr);
		CPPUNIT_ASSERT(takeServiceEnvironment().notifySocket.empty());
	}

	void testWatchdogOfAnotherProcessIsNone()
	{
		for (const auto& process : {std::to_string(::getppid()), std::string("x"), std::string()})
		{
			::setenv("WATCHDOG_USEC", "30000000", 1);
			::setenv("WATCHDOG_PID", process.c_str(), 1);
			CPPUNIT_ASSERT_MESSAGE(process, !takeServiceEnvironment().watchdog);
		}
		::setenv("WATCHDOG_USEC", "30000000", 1);
		CPPUNIT_ASSERT(takeServiceEnvironment().watchdog == 30s);
	}

	void testWatchdogThatIsNoNumberIsNone()
	{
		for (const char* const interval :
			{"", "0", "-1", "1s", " 1", "30000000000000001", "99999999999999999999"})
		{
			::setenv("WATCHDOG_USEC", interval, 1);
			CPPUNIT_ASSERT_MESSAGE(interval, !takeServiceEnvironment().watchdog);
		}
	}

private:
	static constexpr const char* NAMES[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceEnvironmentTest);
