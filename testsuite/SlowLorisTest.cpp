//
// SlowLorisTest.cpp
//
// Two thousand peers that dawdle beside fifty visitors at work.
//

#include "Server/Handshakes.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class SlowLorisTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SlowLorisTest);
	CPPUNIT_TEST(testVisitorsWorkUndisturbedAndAllDawdlersAreEnded);
	CPPUNIT_TEST_SUITE_END();

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	static constexpr std::chrono::seconds LONGEST_WAIT =
		PATIENCE; // there a machine may be busy with all of it
#else
	static constexpr std::chrono::seconds LONGEST_WAIT{3}; // or it waited for the end of the dawdlers
#endif

public:
	void testVisitorsWorkUndisturbedAndAllDawdlersAreEnded()
	{
		constexpr std::size_t DAWDLERS = 2000;
		constexpr std::size_t VISITORS = 50;
		EchoService echo;
		RunningServer server;
		RunningClient client(RunningClient::between(server.port(), echo.port()));
		std::vector<ScriptedPeer> visitors;
		for (std::size_t i = 0; i < VISITORS; ++i) visitors.push_back(ScriptedPeer::connectTo(client.port()));
		for (auto& visitor : visitors) expectEcho(visitor);
		const auto threads = ProcessStatus::self().threads();

		std::vector<ScriptedPeer> dawdlers;
		const auto begun = Clock::system().now();
		for (std::size_t i = 0; i < DAWDLERS; ++i) dawdlers.push_back(ScriptedPeer::connectTo(server.port()));
		CPPUNIT_ASSERT(server.parts().handshakes.count() > 0);
		Duration worst{};
		for (int second = 0; second < 3; ++second)
		{
			for (auto& dawdler : dawdlers) sayAByte(dawdler);
			for (auto& visitor : visitors) worst = std::max(worst, timeToEcho(visitor));
			auto fresh = ScriptedPeer::connectTo(client.port());
			worst = std::max(worst, timeToEcho(fresh));
			std::this_thread::sleep_until(begun + (second + 1) * 1s); // their pace, no condition to wait for
		}
		for (auto& dawdler : dawdlers) dawdler.expectClosed();
		const auto lasted = Clock::system().now() - begun;
		CPPUNIT_ASSERT(eventually([&] { return server.parts().handshakes.count() == 0; }));
		// No thread each, and no visitor that had to wait for them.
		CPPUNIT_ASSERT(ProcessStatus::self().threads() < threads + 200);
		CPPUNIT_ASSERT(worst < LONGEST_WAIT);
		std::cout << "slow loris: the slowest of " << VISITORS << " visitors waited "
				  << std::chrono::duration<double, std::milli>(worst).count()
				  << " ms, all dawdlers ended after " << std::chrono::duration<double>(lasted).count()
				  << " s\n";
	}

private:
	static void sayAByte(ScriptedPeer& dawdler)
	/// Unless it has been closed: the first are, before the last have spoken for the third time.
	{
		static_cast<void>(::send(dawdler.socket().impl()->sockfd(), "{", 1, MSG_DONTWAIT | MSG_NOSIGNAL));
	}

	static Duration timeToEcho(ScriptedPeer& visitor)
	{
		const auto before = Clock::system().now();
		expectEcho(visitor);
		return Clock::system().now() - before;
	}

	static void expectEcho(ScriptedPeer& visitor)
	{
		visitor.send("are you there?");
		visitor.expect("are you there?");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SlowLorisTest);
