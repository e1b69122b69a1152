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
	CPPUNIT_TEST(testIgnoredHangUpComesAllTheSame);
	CPPUNIT_TEST(testHandlerHearsWhoSentIt);
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
		const SignalThread thread([&last](const siginfo_t& signal) { last = signal.si_signo; });
		for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1})
		{
			::kill(::getpid(), signal);
			CPPUNIT_ASSERT(eventually([&] { return last == signal; }));
		}
	}

	void testSignalsReachTheHandlerOneByOne()
	{
		std::atomic<int> count{0};
		const SignalThread thread([&count](const siginfo_t&) { ++count; });
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
		const SignalThread thread([&last](const siginfo_t& signal) { last = signal.si_signo; });
		CPPUNIT_ASSERT(eventually([&] { return last == SIGINT; }));
	}

	void testEndsWithoutASignalAndWithoutACall()
	{
		std::atomic<int> count{0};
		for (int i = 0; i < 200; ++i) SignalThread thread([&count](const siginfo_t&) { ++count; });
		CPPUNIT_ASSERT_EQUAL(0, count.load());
		sigset_t pending;
		::sigpending(&pending);
		CPPUNIT_ASSERT_EQUAL(0, sigismember(&pending, SIGTERM));
	}

	void testIgnoredHangUpComesAllTheSame()
	{
		const auto before = std::signal(SIGHUP, SIG_IGN);
		{
			std::atomic<int> last{0};
			const SignalThread thread([&last](const siginfo_t& signal) { last = signal.si_signo; });
			::kill(::getpid(), SIGHUP);
			CPPUNIT_ASSERT(eventually([&] { return last == SIGHUP; }));
		}
		std::signal(SIGHUP, before);
	}

	void testHandlerHearsWhoSentIt()
	{
		std::atomic<int> sender{0};
		const SignalThread thread(
			[&sender](const siginfo_t& signal)
			{
				if (signal.si_code == SI_USER) sender = signal.si_pid;
			});
		::kill(::getpid(), SIGHUP);
		CPPUNIT_ASSERT(eventually([&] { return sender == ::getpid(); }));
	}

private:
	sigset_t _before{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignalThreadTest);
