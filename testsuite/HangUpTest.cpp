//
// HangUpTest.cpp
//
// Processes with a terminal of the test's, which hangs up.
//

#include "Shared/HangUp.h"
#include "Shared/Descriptor.h"
#include "testsuite/support/Eventually.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;

class HangUpTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HangUpTest);
	CPPUNIT_TEST(testSignalOfAnotherAsksForAReload);
	CPPUNIT_TEST(testLostTerminalEndsTheProgram);
	CPPUNIT_TEST(testShellThatHasLostTheTerminalEndsItsJob);
	CPPUNIT_TEST(testShellThatHasTheTerminalAsksForAReload);
	CPPUNIT_TEST(testLostTerminalIsNoneOfAProgramThatIgnoresIt);
	CPPUNIT_TEST(testProgramWithoutATerminalReloads);
	CPPUNIT_TEST(testServerReloadsOnATerminalAndEndsWithIt);
	CPPUNIT_TEST_SUITE_END();

	enum Answer : char
	{
		Ready = 'r',
		Reload = 'l',
		End = 'e'
	};

public:
	void setUp() override
	{
		_master = Descriptor::checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
		CPPUNIT_ASSERT(::grantpt(_master.get()) == 0 && ::unlockpt(_master.get()) == 0);
		CPPUNIT_ASSERT_EQUAL(0, ::ptsname_r(_master.get(), _slave.data(), _slave.size()));
		std::array<int, 2> ends{};
		CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
		_answers = Descriptor(ends[0]);
		_told = Descriptor(ends[1]);
	}

	void tearDown() override
	{
		if (_child > 0)
		{
			::kill(-_child, SIGKILL); // its whole session
			::kill(_child, SIGKILL);
			::waitpid(_child, nullptr, 0);
		}
		_master = Descriptor();
		_answers = Descriptor();
		_told = Descriptor();
	}

	void testSignalOfAnotherAsksForAReload()
	{
		begin([this] { judgeNext(); });
		::kill(_child, SIGHUP);
		expect(Reload);
	}

	void testLostTerminalEndsTheProgram()
	{
		begin([this] { judgeNext(); });
		_master = Descriptor();
		expect(End);
	}

	void testShellThatHasLostTheTerminalEndsItsJob()
	{
		begin([this] { lead(true); });
		_master = Descriptor();
		expect(End);
	}

	void testShellThatHasTheTerminalAsksForAReload()
	{
		begin([this] { lead(false); });
		::kill(_child, SIGHUP);
		expect(Reload);
	}

	void testLostTerminalIsNoneOfAProgramThatIgnoresIt()
	{
		begin(
			[this]
			{
				std::signal(SIGHUP, SIG_IGN);
				judgeNext();
			});
		_master = Descriptor();
		expect(Reload);
	}

	void testProgramWithoutATerminalReloads()
	{
		begin([this] { judgeNext(); }, false);
		::kill(_child, SIGHUP);
		expect(Reload);
	}

	void testServerReloadsOnATerminalAndEndsWithIt()
	{
		begin(
			[this]
			{
				tell(Ready);
				::dup2(_told.get(), STDERR_FILENO);
				::execl(BORE_SERVER_BINARY, BORE_SERVER_BINARY, "--bind-addr", "127.0.0.1", "--control-port",
					"0", static_cast<char*>(nullptr));
			});
		expectText("listening on 127.0.0.1:");
		::kill(_child, SIGHUP);
		expectText("configuration reloaded: nothing changed");
		_master = Descriptor();
		expectText("SIGHUP: stopping");
		int status = -1;
		CPPUNIT_ASSERT(eventually([&] { return ::waitpid(_child, &status, WNOHANG) == _child; }));
		_child = -1;
		CPPUNIT_ASSERT(WIFEXITED(status));
		CPPUNIT_ASSERT_EQUAL(0, WEXITSTATUS(status));
	}

private:
	void begin(const std::function<void()>& program, bool withTerminal = true)
	{
		_child = ::fork();
		CPPUNIT_ASSERT(_child >= 0);
		if (_child > 0) return expect(Ready);
		_master = Descriptor();
		sigset_t hangUp;
		sigemptyset(&hangUp);
		sigaddset(&hangUp, SIGHUP);
		::sigprocmask(SIG_BLOCK, &hangUp, nullptr);
		// The first terminal that a leader of a session opens is the session's.
		if (::setsid() < 0 || (withTerminal && ::open(_slave.data(), O_RDWR) < 0)) ::_exit(1);
		program();
		::_exit(0);
	}

	static siginfo_t await()
	{
		sigset_t hangUp;
		sigemptyset(&hangUp);
		sigaddset(&hangUp, SIGHUP);
		siginfo_t signal{};
		while (::sigwaitinfo(&hangUp, &signal) < 0)
		{
		}
		return signal;
	}

	void judgeNext() const
	{
		const HangUp hangUp;
		tell(Ready);
		tell(hangUp.isEndOfTerminal(await()) ? End : Reload);
	}

	void lead(bool untilLost) const
	/// What a shell does for a job in a group of its own.
	{
		const pid_t job = ::fork();
		if (job == 0)
		{
			::prctl(PR_SET_PDEATHSIG, SIGKILL);
			::setpgid(0, 0);
			judgeNext();
			::_exit(0);
		}
		while ((await().si_code == SI_KERNEL) != untilLost)
		{
		}
		::kill(job, SIGHUP);
		::waitpid(job, nullptr, 0);
	}

	void tell(char answer) const
	{
		if (::write(_told.get(), &answer, 1) != 1) ::_exit(1);
	}

	[[nodiscard]] char next() const
	{
		pollfd entry{_answers.get(), POLLIN, 0};
		const int patience = static_cast<int>(std::chrono::milliseconds(PATIENCE).count());
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, patience));
		char got = 0;
		CPPUNIT_ASSERT_EQUAL(ssize_t(1), ::read(_answers.get(), &got, 1));
		return got;
	}

	void expect(char answer) const { CPPUNIT_ASSERT_EQUAL(answer, next()); }

	void expectText(const std::string& text) const
	{
		std::string got;
		while (got.find(text) == std::string::npos) got += next();
	}

	Descriptor _master; // whoever closes it hangs up
	std::array<char, 64> _slave{};
	Descriptor _answers;
	Descriptor _told;
	pid_t _child = -1;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HangUpTest);
