//
// ServiceThreadTest.cpp
//

#include "Shared/ServiceThread.h"
#include "testsuite/support/AskedRole.h"
#include "testsuite/support/NotifyReceiver.h"
#include "testsuite/support/ProcessStatus.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <thread>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ServiceThreadTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServiceThreadTest);
	CPPUNIT_TEST(testNotifierHasItsTurnsAgainAndAgain);
	CPPUNIT_TEST(testEndsAtOnceHoweverFarTheNextTurnIs);
	CPPUNIT_TEST(testWhereNobodyListensThereIsNoThread);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNotifierHasItsTurnsAgainAndAgain()
	{
		NotifyReceiver receiver;
		AskedRole role;
		ServiceNotifier notifier({receiver.address(), 2ms}, role);
		const ServiceThread thread(notifier);
		CPPUNIT_ASSERT_EQUAL(std::string("STATUS=well"), receiver.receive());
		for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_EQUAL(std::string("WATCHDOG=1"), receiver.receive());
	}

	void testEndsAtOnceHoweverFarTheNextTurnIs()
	{
		NotifyReceiver receiver;
		AskedRole role;
		ServiceNotifier notifier({receiver.address(), {}}, role);
		// At the pace of the turns these would take longer than a test may.
		for (int i = 0; i < 200; ++i) const ServiceThread thread(notifier);
		CPPUNIT_ASSERT_EQUAL(std::string("STATUS=well"), receiver.receive());
	}

	void testWhereNobodyListensThereIsNoThread()
	{
		AskedRole role;
		std::thread([] {}).join(); // a sanitizer adds a thread of its own to the first
		const auto before = ProcessStatus::self().threads();
		ServiceNotifier notifier({"", 2ms}, role);
		const ServiceThread thread(notifier);
		CPPUNIT_ASSERT(ProcessStatus::self().threads() <= before);
		CPPUNIT_ASSERT_EQUAL(0, role.questions.load());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceThreadTest);
