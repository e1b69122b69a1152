//
// SoakTest.cpp
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/TestForm.h"
#include "testsuite/support/VisitorLoad.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <poll.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class SoakTest : public CppUnit::TestFixture
/// Both programs under visitors of every kind: seconds, or minutes in the
/// long form. What they hold in the end is what they held after the first
/// of them.
{
	CPPUNIT_TEST_SUITE(SoakTest);
	CPPUNIT_TEST(testLoadLeavesNothingBehind);
	CPPUNIT_TEST_SUITE_END();

	static constexpr std::size_t VISITORS_AT_ONCE = 8;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	static constexpr std::size_t MOST_KILOBYTES = 512 * 1024; // theirs is the sanitizer's, not ours
#else
	static constexpr std::size_t MOST_KILOBYTES = 8 * 1024; // malloc's arenas, which fill by and by
#endif

	// A PipeStock keeps up to four pipes for the next bulk; stdout and stderr are pipes of the test's.
	static constexpr std::size_t MOST_PIPE_ENDS = 2 * 4 + 2;

	struct Holding
	{
		std::size_t descriptors; // but pipes
		std::size_t pipeEnds;
		std::size_t threads;
		std::size_t kilobytes;
	};

public:
	void testLoadLeavesNothingBehind()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port());
		const auto length = TestForm::pick<Duration>(4s, 300s);
		const std::size_t warming = load(tunnel, length / 4);
		const Holding serverBefore = settled(tunnel.server.pid());
		const Holding clientBefore = settled(tunnel.client.pid());

		const std::size_t served = load(tunnel, length);
		const Holding serverAfter = settled(tunnel.server.pid());
		const Holding clientAfter = settled(tunnel.client.pid());
		if (TestForm::isLong())
		{
			std::cerr << '\n' << warming << " visitors, then " << served << '\n';
			print("bore-server", serverBefore, serverAfter);
			print("bore-client", clientBefore, clientAfter);
		}
		expectFlat("bore-server", serverBefore, serverAfter);
		expectFlat("bore-client", clientBefore, clientAfter);
	}

private:
	static std::size_t load(ProgramTunnel& tunnel, Duration length)
	{
		VisitorLoad visitors(tunnel.client.port(), VISITORS_AT_ONCE, VisitorLoad::Failures::Fail);
		const TimePoint end = Clock::system().now() + length;
		while (Clock::system().now() < end)
		{
			::poll(nullptr, 0, 5);
			tunnel.server.readOn();
			tunnel.client.readOn();
		}
		visitors.stop();
		CPPUNIT_ASSERT(visitors.served() > 0);
		return visitors.served();
	}

	static Holding holdingOf(pid_t pid)
	{
		const ProcessStatus status(pid);
		const std::size_t pipeEnds = status.pipes();
		return {status.descriptors() - pipeEnds, pipeEnds, status.threads(), status.residentKilobytes()};
	}

	static Holding settled(pid_t pid)
	// What it holds once that has not changed for longer than threads stay idle.
	{
		constexpr Duration QUIET = 1500ms;
		Holding last = holdingOf(pid);
		TimePoint since = Clock::system().now();
		const bool isQuiet = eventually(
			[&]
			{
				const Holding now = holdingOf(pid);
				if (now.descriptors != last.descriptors || now.threads != last.threads)
				{
					last = now;
					since = Clock::system().now();
				}
				return Clock::system().now() - since >= QUIET;
			});
		CPPUNIT_ASSERT_MESSAGE("the program does not come to rest", isQuiet);
		return holdingOf(pid);
	}

	static void print(const std::string& name, const Holding& before, const Holding& after)
	{
		std::cerr << name << ": descriptors " << before.descriptors << " -> " << after.descriptors
				  << " and ends of pipes " << before.pipeEnds << " -> " << after.pipeEnds << ", threads "
				  << before.threads << " -> " << after.threads << ", resident KB " << before.kilobytes
				  << " -> " << after.kilobytes << '\n';
	}

	static void expectFlat(const std::string& name, const Holding& before, const Holding& after)
	{
		CPPUNIT_ASSERT_EQUAL_MESSAGE(name + ", descriptors", before.descriptors, after.descriptors);
		CPPUNIT_ASSERT_MESSAGE(
			name + ", ends of pipes: " + std::to_string(after.pipeEnds), after.pipeEnds <= MOST_PIPE_ENDS);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(name + ", threads", before.threads, after.threads);
		CPPUNIT_ASSERT_MESSAGE(name + ", resident KB: " + std::to_string(before.kilobytes) + " before, " +
								   std::to_string(after.kilobytes) + " after",
			after.kilobytes < before.kilobytes + MOST_KILOBYTES);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SoakTest);
