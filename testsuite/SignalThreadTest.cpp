//
// SignalThreadTest.cpp
//

#include "Shared/SignalThread.h"
#include "testsuite/support/Eventually.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <initializer_list>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;

class SignalThreadTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SignalThreadTest);
	CPPUNIT_TEST(testEachSignalReachesTheHandler);
	CPPUNIT_TEST(testSignalsReachTheHandlerOneByOne);
	CPPUNIT_TEST(testSignalBeforeTheThreadIsNotLost);
	CPPUNIT_TEST(testEndsWithoutASignalAndWithoutACall);
	CPPUNIT_TEST(testIgnoredHangUpStaysIgnored);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		::pthread_sigmask(SIG_SETMASK, nullptr, &_before);
		SignalThread::block();
	}

	void tearDown() override { ::pthread_sigmask(SIG_SETMASK, &_before, nullptr); }

	void testEachSignalReachesTheHandler()
	{
		std::atomic<int> last{0};
		const SignalThread thread([&last](int signal) { last = signal; });
		for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1})
		{
			::kill(::getpid(), signal);
			CPPUNIT_ASSERT(eventually([&] { return last == signal; }));
		}
	}

	void testSignalsReachTheHandlerOneByOne()
	{
		std::atomic<int> count{0};
		const SignalThread thread([&count](int) { ++count; });
		for (int i = 1; i <= 3; ++i)
		{
			::kill(::getpid(), SIGTERM);
			CPPUNIT_ASSERT(eventually([&] { return count == i; }));
		}
	}

	void testSignalBeforeTheThreadIsNotLost()
	{
		::kill(::getpid(), SIGINT);
		std::atomic<int> last{0};
		const SignalThread thread([&last](int signal) { last = signal; });
		CPPUNIT_ASSERT(eventually([&] { return last == SIGINT; }));
	}

	void testEndsWithoutASignalAndWithoutACall()
	{
		std::atomic<int> count{0};
		for (int i = 0; i < 200; ++i) SignalThread thread([&count](int) { ++count; });
		CPPUNIT_ASSERT_EQUAL(0, count.load());
		sigset_t pending;
		::sigpending(&pending);
		CPPUNIT_ASSERT_EQUAL(0, sigismember(&pending, SIGTERM));
	}

	void testIgnoredHangUpStaysIgnored()
	{
		const auto before = std::signal(SIGHUP, SIG_IGN);
		::pthread_sigmask(SIG_SETMASK, &_before, nullptr);
		SignalThread::block();
		{
			std::atomic<int> first{0};
			const SignalThread thread(
				[&first](int signal)
				{
					int none = 0;
					first.compare_exchange_strong(none, signal);
				});
			::kill(::getpid(), SIGHUP);
			::kill(::getpid(), SIGTERM);
			CPPUNIT_ASSERT(eventually([&] { return first != 0; }));
			CPPUNIT_ASSERT_EQUAL(SIGTERM, first.load());
		}
		std::signal(SIGHUP, before);
	}

private:
	sigset_t _before{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignalThreadTest);
