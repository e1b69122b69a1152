//
// StandbyBlackHoleTest.cpp
//
// Standby connections that are dead without anyone knowing: a network that
// swallows their segments.
//

#include "Server/Standbys.h"
#include "Shared/SocketOptions.h"
#include "Shared/Uuid.h"
#include "Shared/Watch.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/NetworkNamespace.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class StandbyBlackHoleTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StandbyBlackHoleTest);
	CPPUNIT_TEST(testWithoutABlackHoleAVisitorGoesOutOnStandby);
	CPPUNIT_TEST(testVisitorOfADeadConnectionIsServedOnceTheOrdinaryWay);
	CPPUNIT_TEST(testAllDeadAtOnceServeEachVisitorOnce);
	CPPUNIT_TEST(testLostAcknowledgementNeverServesTwice);
	CPPUNIT_TEST(testDeadConnectionIsFoundOutByItsHeartbeats);
	CPPUNIT_TEST_SUITE_END();

public:
	void testWithoutABlackHoleAVisitorGoesOutOnStandby()
	{
		inNetworkNamespace(
			[]
			{
				Tunnel tunnel;
				static_cast<void>(tunnel.stockUp());
				auto visitor = tunnel.ask("question");
				tunnel.answerOnce("question", visitor);
				CPPUNIT_ASSERT_EQUAL(CONNECTIONS - 1, tunnel.waiting());
			});
	}

	void testVisitorOfADeadConnectionIsServedOnceTheOrdinaryWay()
	{
		inNetworkNamespace(
			[]
			{
				Tunnel tunnel;
				const auto ports = tunnel.stockUp();
				tunnel.kill(ports.back()); // it is the freshest, and so the first to be taken
				auto visitor = tunnel.ask("question");
				tunnel.answerOnce("question", visitor);
				// Never on a second one.
				CPPUNIT_ASSERT_EQUAL(CONNECTIONS - 1, tunnel.waiting());
			});
	}

	void testAllDeadAtOnceServeEachVisitorOnce()
	{
		inNetworkNamespace(
			[]
			{
				Tunnel tunnel;
				for (const auto port : tunnel.stockUp()) tunnel.kill(port);
				std::vector<ScriptedPeer> visitors;
				for (std::size_t i = 0; i < CONNECTIONS; ++i) visitors.push_back(tunnel.ask("question"));
				tunnel.answerAll("question", visitors);
				CPPUNIT_ASSERT_EQUAL(std::size_t(0), tunnel.waiting());
			});
	}

	void testLostAcknowledgementNeverServesTwice()
	{
		inNetworkNamespace(
			[]
			{
				Tunnel tunnel;
				const auto port = tunnel.stockUp().back();
				blackHole(port, tunnel.server.port());
				auto visitor = tunnel.ask("question");
				auto service = tunnel.local.accept();
				service.expect("question");
				service.expectClosed(); // the server has given up, and announced the visitor again
				tunnel.local.expectNoConnection(1s);
			});
	}

	void testDeadConnectionIsFoundOutByItsHeartbeats()
	{
		inNetworkNamespace(
			[]
			{
				ScriptedTunnel tunnel;
				const auto dead = tunnel.killFreshest();
				tunnel.pass20Seconds();
				CPPUNIT_ASSERT(eventually([&] { return unsentBytes(dead) > 0; }));
				tunnel.awaitParked();
				CPPUNIT_ASSERT_EQUAL(CONNECTIONS, tunnel.waiting());
				tunnel.pass20Seconds();
				CPPUNIT_ASSERT(eventually([&] { return tunnel.waiting() == CONNECTIONS - 1; }));
				tunnel.awaitParked();
				CPPUNIT_ASSERT_EQUAL(CONNECTIONS - 1, tunnel.waiting());
			});
	}

private:
	static constexpr std::size_t CONNECTIONS = 3;

	struct Tunnel
	/// Both roles, and a service that the test plays.
	{
		Tunnel()
			: client(config())
		{
			prepareBlackHoles();
		}

		[[nodiscard]] std::vector<std::uint16_t> stockUp()
		/// The client's ports of what waits, the freshest last. From here on
		/// the client cannot replace one: the ticket that it has is void.
		{
			auto& standbys = server.parts().standbys;
			CPPUNIT_ASSERT(eventually([&] { return standbys.count() == CONNECTIONS; }));
			const auto ticket = standbys.grant(1, CONNECTIONS, "");
			for (std::size_t i = 0; i < CONNECTIONS; ++i)
			{
				CPPUNIT_ASSERT(eventually([&] { return takeOne(); }));
			}
			std::vector<std::uint16_t> ports;
			for (const auto& socket : sockets)
			{
				ports.push_back(socket.peerAddress().port());
				CPPUNIT_ASSERT(Standbys::Admission::Admitted == standbys.admit(ticket, "", socket));
			}
			return ports;
		}

		[[nodiscard]] bool takeOne()
		{
			const auto taken = server.parts().standbys.take(1);
			if (taken) sockets.push_back(*taken);
			return taken.has_value();
		}

		[[nodiscard]] std::size_t waiting() const { return server.parts().standbys.count(); }

		void kill(std::uint16_t clientPort) const
		{
			blackHole(server.port(), clientPort);
			blackHole(clientPort, server.port());
		}

		[[nodiscard]] ScriptedPeer ask(const std::string& question)
		{
			auto visitor = ScriptedPeer::connectTo(client.port());
			visitor.send(question);
			return visitor;
		}

		void answerOnce(const std::string& question, ScriptedPeer& visitor)
		{
			auto service = local.accept();
			service.expect(question);
			service.send("answer");
			visitor.expect("answer");
			local.expectNoConnection(1500ms); // more than the server's patience
		}

		void answerAll(const std::string& question, std::vector<ScriptedPeer>& visitors)
		{
			std::vector<ScriptedPeer> services;
			for (std::size_t i = 0; i < visitors.size(); ++i)
			{
				services.push_back(local.accept());
				services.back().expect(question);
				services.back().send("answer");
			}
			for (auto& visitor : visitors) visitor.expect("answer");
			local.expectNoConnection(1500ms);
		}

		[[nodiscard]] ClientConfig config() const
		{
			auto config = RunningClient::between(server.port(), local.port());
			config.tunnels.front().standby = CONNECTIONS;
			return config;
		}

		ScriptedListener local;
		RunningServer server;
		RunningClient client;
		std::vector<Poco::Net::StreamSocket> sockets; // what stockUp() found
	};

	struct ScriptedTunnel
	/// The client is the test's, and time goes as it says.
	{
		ScriptedTunnel()
			: server(RunningServer::onLoopback(), clock)
			, control(ScriptedPeer::connectTo(server.port()))
		{
			prepareBlackHoles();
			static_cast<void>(openTunnel(control));
			ticket = grantedTicket(control);
			while (standbys.size() < CONNECTIONS)
			{
				standbys.push_back(ScriptedPeer::connectTo(server.port()));
				standbys.back().sendFrame("{\"Standby\":\"" + ticket + "\"}");
				CPPUNIT_ASSERT(eventually([this] { return waiting() == standbys.size(); }));
			}
		}

		[[nodiscard]] Poco::Net::StreamSocket killFreshest() const
		/// The server's end of it.
		{
			const auto freshest = server.parts().standbys.take(1);
			CPPUNIT_ASSERT(freshest.has_value());
			const auto clientPort = freshest->peerAddress().port();
			CPPUNIT_ASSERT(Standbys::Admission::Admitted == server.parts().standbys.admit(*parseUuid(ticket),
																identityOf(nullptr, freshest->peerAddress()),
																*freshest));
			blackHole(server.port(), clientPort);
			blackHole(clientPort, server.port());
			return *freshest;
		}

		void pass20Seconds()
		/// In which the client is never silent for so long that the tunnel ends.
		{
			for (int i = 0; i < 4; ++i)
			{
				clock.advance(5s);
				static_cast<void>(grantedTicket(control));
			}
			server.parts().watch.recheck();
		}

		[[nodiscard]] std::size_t waiting() const { return server.parts().standbys.count(); }

		void awaitParked() const
		/// All heartbeats that were due have been sent.
		{
			CPPUNIT_ASSERT(eventually([this] { return server.parts().watch.size() == waiting(); }));
		}

		ManualClock clock;
		RunningServer server;
		ScriptedPeer control;
		std::string ticket;
		std::vector<ScriptedPeer> standbys;
	};
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandbyBlackHoleTest);
