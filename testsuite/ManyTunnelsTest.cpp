//
// ManyTunnelsTest.cpp
//

#include "testsuite/support/Frames.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <string>
#include <vector>

using namespace Bore::Test;

class ManyTunnelsTest : public CppUnit::TestFixture
/// A thousand clients of one server, which is a process of its own, so
/// that its threads and descriptors can be counted.
{
	CPPUNIT_TEST_SUITE(ManyTunnelsTest);
	CPPUNIT_TEST(testEachHasItsHeartbeatsAndItsVisitorsAndLeavesNothingBehind);
	CPPUNIT_TEST_SUITE_END();

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	static constexpr std::size_t TUNNELS = 200; // a thread each, and theirs are dear there
#else
	static constexpr std::size_t TUNNELS = 1000;
#endif
	static constexpr std::size_t SAMPLE = 50; // every so-many-th has a visitor
	static constexpr std::size_t MAX_OTHER_THREADS = 40;

	struct Client
	{
		ScriptedPeer control;
		std::uint16_t port;
	};

public:
	void testEachHasItsHeartbeatsAndItsVisitorsAndLeavesNothingBehind()
	{
		ServerProgram server(withQuietPorts());
		const ProcessStatus status(server.pid());
		open(server, 1).clear();
		const std::size_t descriptors = status.descriptors();

		auto clients = open(server, TUNNELS);
		for (int beat = 0; beat < 3; ++beat)
			for (auto& client : clients) client.control.expectFrame("\"Heartbeat\"");
		CPPUNIT_ASSERT(status.threads() >= TUNNELS);
		CPPUNIT_ASSERT(status.threads() < TUNNELS + MAX_OTHER_THREADS);
		for (std::size_t i = 0; i < clients.size(); i += SAMPLE) expectServed(server, clients[i]);

		clients.clear();
		CPPUNIT_ASSERT(eventually([&] { return status.threads() < MAX_OTHER_THREADS; }));
		CPPUNIT_ASSERT(eventually([&] { return status.descriptors() <= descriptors; }));
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
	}

private:
	static std::vector<Client> open(ServerProgram& server, std::size_t count)
	{
		std::vector<Client> clients;
		for (std::size_t i = 0; i < count; ++i)
		{
			auto control = ScriptedPeer::connectTo(server.port());
			const auto port = openTunnel(control);
			clients.push_back({std::move(control), port});
			server.readOn(); // a line each
		}
		return clients;
	}

	static void expectServed(const ServerProgram& server, Client& client)
	{
		auto visitor = ScriptedPeer::connectTo(client.port);
		auto data = ScriptedPeer::connectTo(server.port());
		data.send(acceptFrame(announcedVisitor(client.control)));
		visitor.send("question");
		data.expect("question");
		data.send("answer");
		visitor.expect("answer");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManyTunnelsTest);
