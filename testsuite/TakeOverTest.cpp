//
// TakeOverTest.cpp
//
// A client whose cable was cut comes back before its server has noticed:
// a network that swallows the segments of its connection.
//

#include "Server/Reservations.h"
#include "Server/Tunnels.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/NetworkNamespace.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <optional>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class TakeOverTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TakeOverTest);
	CPPUNIT_TEST(testPlainClientTakesItsPortOverFromItsCutConnection);
	CPPUNIT_TEST(testAnotherIdentityTakesNothingOver);
	CPPUNIT_TEST(testTicketTakesTheTunnelOverAtOnce);
	CPPUNIT_TEST(testCutClientIsGivenUpAndItsPortKept);
	CPPUNIT_TEST_SUITE_END();

public:
	void testPlainClientTakesItsPortOverFromItsCutConnection()
	{
		inNetworkNamespace(
			[]
			{
				Cut cut;
				auto next = cut.insist();
				const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
					std::chrono::steady_clock::now() - cut.when);
				std::cerr << " [" << took.count() << " ms after the cut]";
				cut.expectServed(next);
				// The old tunnel may end a moment after the new one serves.
				CPPUNIT_ASSERT(eventually([&] { return cut.server.parts().tunnels.count() == 1; }));
			});
	}

	void testAnotherIdentityTakesNothingOver()
	{
		inNetworkNamespace(
			[]
			{
				Cut cut;
				// Until long after the tunnel has stalled.
				while (std::chrono::steady_clock::now() < cut.when + 3s)
				{
					auto other = ScriptedPeer::connectFrom("127.0.0.2", cut.server.port());
					CPPUNIT_ASSERT_EQUAL("{\"Error\":\"port already in use\"}"s, cut.answerTo(other));
				}
				auto next = ScriptedPeer::connectTo(cut.server.port());
				CPPUNIT_ASSERT_EQUAL(cut.granted(), cut.answerTo(next));
			});
	}

	void testTicketTakesTheTunnelOverAtOnce()
	{
		inNetworkNamespace(
			[]
			{
				Cut cut(true);
				auto next = ScriptedPeer::connectTo(cut.server.port());
				next.sendFrame(reclaimFrame(cut.ticket));
				next.expectFrame(cut.granted());
				cut.expectServed(next);
			});
	}

	void testCutClientIsGivenUpAndItsPortKept()
	{
		inNetworkNamespace(
			[]
			{
				Cut cut(true, 1s);
				CPPUNIT_ASSERT(eventually([&] { return cut.server.parts().tunnels.count() == 0; }));
				// By the limit, and not by ten seconds of silence.
				CPPUNIT_ASSERT(std::chrono::steady_clock::now() < cut.when + 9s);
				CPPUNIT_ASSERT(cut.server.parts().reservations.holds(cut.port));
			});
	}

private:
	struct Cut
	/// A tunnel whose client cannot be reached any more.
	{
		explicit Cut(bool granting = false, std::chrono::seconds userTimeout = 60s)
			: server(config(userTimeout))
		{
			prepareBlackHoles();
			port = openTunnel(client);
			if (granting) ticket = grantedTicket(client);
			const auto clientPort = client.socket().address().port();
			blackHole(server.port(), clientPort);
			blackHole(clientPort, server.port());
			when = std::chrono::steady_clock::now();
		}

		[[nodiscard]] static ServerConfig config(std::chrono::seconds userTimeout)
		{
			auto config = RunningServer::onLoopback();
			config.userTimeout = userTimeout;
			return config;
		}

		[[nodiscard]] std::string granted() const { return "{\"Hello\":" + std::to_string(port) + "}"; }

		[[nodiscard]] std::string answerTo(ScriptedPeer& peer) const
		{
			peer.sendFrame(granted()); // which is what a client asks in, too
			return peer.receiveFrame();
		}

		[[nodiscard]] ScriptedPeer insist() const
		/// The client says Hello of its port until it gets it.
		{
			std::optional<ScriptedPeer> next;
			CPPUNIT_ASSERT(eventually(
				[&]
				{
					next.emplace(ScriptedPeer::connectTo(server.port()));
					return answerTo(*next) == granted();
				}));
			return *std::move(next);
		}

		void expectServed(ScriptedPeer& control) const
		{
			auto visitor = ScriptedPeer::connectTo(port);
			auto data = ScriptedPeer::connectTo(server.port());
			data.send(acceptFrame(announcedVisitor(control)));
			visitor.send("x");
			data.expect("x");
		}

		RunningServer server;
		ScriptedPeer client = ScriptedPeer::connectTo(server.port());
		std::uint16_t port = 0;
		std::string ticket;
		std::chrono::steady_clock::time_point when;
	};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TakeOverTest);
