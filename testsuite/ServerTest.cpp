//
// ServerTest.cpp
//
// The server as a whole: its control port, its start and its end. What a
// ControlConnections does, it does here.
//

#include "Server/Server.h"
#include "Server/Standbys.h"
#include "Shared/Relays.h"
#include "Shared/RoleFailure.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/FailingCall.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/StreamSocketImpl.h>
#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <future>
#include <sys/syscall.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ServerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServerTest);
	CPPUNIT_TEST(testListensFromConstructionOn);
	CPPUNIT_TEST(testListensOnIPv4AndIPv6);
	CPPUNIT_TEST(testControlPortInUseIsTold);
	CPPUNIT_TEST(testForbiddenControlPortIsTold);
	CPPUNIT_TEST(testAddressOfAnotherMachineIsTold);
	CPPUNIT_TEST(testControlPortIsNoTunnelsPort);
	CPPUNIT_TEST(testTunnelsListenOnTheirOwnAddress);
	CPPUNIT_TEST(testManyConnectionsAtOnceAreServed);
	CPPUNIT_TEST(testControlPortTakesTheDescriptorOfAStandbyConnection);
	CPPUNIT_TEST(testStopBeforeRunEndsAtOnce);
	CPPUNIT_TEST(testStopClosesEverythingThatIsQuiet);
	CPPUNIT_TEST(testGracePeriodIsForRunningConnections);
	CPPUNIT_TEST(testGracePeriodEnds);
	CPPUNIT_TEST(testStopNowCutsTheGracePeriod);
	CPPUNIT_TEST(testStopNowBeforeStopHasNoGracePeriod);
	CPPUNIT_TEST(testEndedServerLeavesNothingBehind);
	CPPUNIT_TEST(testServerThatIsStartedAgainBindsItsPortsAtOnce);
	CPPUNIT_TEST(testReadyIsToldAtTheStartAndStoppingAtTheStop);
	CPPUNIT_TEST(testStatusCountsTunnelsAndConnections);
	CPPUNIT_TEST(testSignOfLifeIsGivenWhileItRuns);
	CPPUNIT_TEST_SUITE_END();

public:
	void testListensFromConstructionOn()
	{
		Server server(RunningServer::onLoopback());
		CPPUNIT_ASSERT(server.port() != 0);
		auto early = ScriptedPeer::connectTo(server.port());
		early.sendFrame("{}");
		server.start();
		early.expectEof();
	}

	void testListensOnIPv4AndIPv6()
	{
		ServerConfig config;
		config.controlPort = 0;
		const RunningServer server(config);
		for (const char* host : {"127.0.0.1", "::1"})
		{
			auto client = ScriptedPeer::connectTo(server.port(), host);
			const auto port = openTunnel(client);
			for (const char* visitorsHost : {"127.0.0.1", "::1"})
			{
				const auto visitor = ScriptedPeer::connectTo(port, visitorsHost);
				static_cast<void>(announcedVisitor(client));
			}
		}
	}

	void testControlPortInUseIsTold()
	{
		const RunningServer first;
		ServerConfig config = RunningServer::onLoopback();
		config.controlPort = first.port();
		expectCannotBind(config, "cannot listen on 127.0.0.1:" + std::to_string(first.port()) +
									 ": Address already in use: is another server running? Choose another "
									 "port with --control-port");
		config.bindAddr.clear();
		expectCannotBind(config, "cannot listen on port " + std::to_string(first.port()));
	}

	void testForbiddenControlPortIsTold()
	{
		withFailingCall(SYS_bind, EACCES,
			[]
			{
				ServerConfig config = RunningServer::onLoopback();
				config.controlPort = 80;
				expectCannotBind(config,
					"cannot listen on 127.0.0.1:80: Permission denied: ports below 1024 need privileges; "
					"choose another with --control-port");
			});
	}

	void testAddressOfAnotherMachineIsTold()
	{
		ServerConfig config = RunningServer::onLoopback();
		config.bindAddr = "192.0.2.1"; // kept for documentation (RFC 5737)
		expectCannotBind(config, "cannot listen on 192.0.2.1:0: Cannot assign requested address: "
								 "give an address of this machine with --bind-addr");
	}

	void testControlPortIsNoTunnelsPort()
	{
		ServerConfig config = RunningServer::onLoopback();
		config.maxPort = 65535;
		const RunningServer server(config);
		auto client = ScriptedPeer::connectTo(server.port());
		client.sendFrame("{\"Hello\":" + std::to_string(server.port()) + "}");
		client.expectFrame("{\"Error\":\"port already in use\"}");
		client.expectEof();
	}

	void testTunnelsListenOnTheirOwnAddress()
	{
		ServerConfig config = RunningServer::onLoopback();
		config.bindTunnels = "127.0.0.2";
		const RunningServer server(config);
		auto client = ScriptedPeer::connectTo(server.port());
		const auto port = openTunnel(client);
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(port, "127.0.0.2"));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(port, "127.0.0.1"));
	}

	void testManyConnectionsAtOnceAreServed()
	{
		constexpr int MANY = 500;
		RunningServer server;
		std::vector<ScriptedPeer> peers;
		for (int i = 0; i < MANY; ++i) peers.push_back(ScriptedPeer::connectTo(server.port()));
		for (auto& peer : peers) peer.sendFrame("{\"Accept\":\"00000000-0000-4000-8000-000000000000\"}");
		for (auto& peer : peers) peer.expectEof();
		// The threads that took them are soon gone: POCO's own patience is 10 s.
		const auto begin = Clock::system().now();
		server.stop();
		server.awaitEnd();
		CPPUNIT_ASSERT(Clock::system().now() - begin < 5s);
	}

	void testControlPortTakesTheDescriptorOfAStandbyConnection()
	{
		RunningServer server;
		auto client = ScriptedPeer::connectTo(server.port());
		auto visitor = ScriptedPeer::connectTo(openTunnel(client));
		const auto id = announcedVisitor(client);
		auto standby = ScriptedPeer::connectTo(server.port());
		standby.sendFrame("{\"Standby\":\"" + grantedTicket(client) + "\"}");
		CPPUNIT_ASSERT(eventually([&] { return server.parts().standbys.count() == 1; }));
		// A socket made before: a dial would need a descriptor itself.
		Poco::Net::StreamSocket early(new Poco::Net::StreamSocketImpl(::socket(AF_INET, SOCK_STREAM, 0)));
		const DescriptorShortage shortage;
		early.connect(Poco::Net::SocketAddress("127.0.0.1", server.port()));
		ScriptedPeer data(early);
		data.send(acceptFrame(id));
		visitor.send("question");
		data.expect("question");
		standby.expectClosed();
	}

	void testStopBeforeRunEndsAtOnce()
	{
		Server server(RunningServer::onLoopback());
		server.stop();
		server.run();
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(server.port()));
	}

	void testStopClosesEverythingThatIsQuiet()
	{
		RunningServer server(withGrace(10min));
		auto silent = ScriptedPeer::connectTo(server.port());
		auto client = ScriptedPeer::connectTo(server.port());
		const auto port = openTunnel(client);
		auto visitor = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(client));
		server.stop();
		server.awaitEnd();
		silent.expectEof();
		visitor.expectReset();
		static_cast<void>(client.receiveToEnd());
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(server.port()));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(port));
	}

	void testGracePeriodIsForRunningConnections()
	{
		RunningServer server(withGrace(10min));
		Carried carried(server);
		server.stop();
		CPPUNIT_ASSERT(eventually([&] { return ScriptedPeer::isRefused(carried.port); }));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(server.port()));
		carried.visitor.send("still");
		carried.data.expect("still");
		// A client of the original cuts its connections when it loses this one.
		for (int heartbeats = 0; heartbeats < 3;)
			if (carried.client.receiveFrame() == "\"Heartbeat\"") ++heartbeats;
		CPPUNIT_ASSERT(!server.ended());
		carried.visitor.shutdownSend();
		carried.data.expectEof();
		carried.data.send("the end");
		carried.data.shutdownSend();
		carried.visitor.expect("the end");
		carried.visitor.expectEof();
		server.awaitEnd();
	}

	void testGracePeriodEnds()
	{
		RunningServer server(withGrace(50ms));
		Carried carried(server);
		server.stop();
		carried.visitor.expectReset();
		carried.data.expectReset();
		server.awaitEnd();
	}

	void testStopNowCutsTheGracePeriod()
	{
		RunningServer server(withGrace(10min));
		Carried carried(server);
		server.stop();
		CPPUNIT_ASSERT(eventually([&] { return ScriptedPeer::isRefused(carried.port); }));
		server.stopNow();
		carried.visitor.expectReset();
		carried.data.expectReset();
		server.awaitEnd();
	}

	void testStopNowBeforeStopHasNoGracePeriod()
	{
		RunningServer server(withGrace(10min));
		Carried carried(server);
		server.stopNow();
		carried.visitor.expectReset();
		server.awaitEnd();
	}

	void testEndedServerLeavesNothingBehind()
	{
		const auto self = ProcessStatus::self();
		const auto descriptors = self.descriptors();
		const auto threads = self.threads();
		{
			const RunningServer server;
			Carried carried(server);
			auto silent = ScriptedPeer::connectTo(server.port());
			silent.send("{");
			auto waiting = ScriptedPeer::connectTo(carried.port);
			static_cast<void>(announcedVisitor(carried.client));
		}
		CPPUNIT_ASSERT(eventually([&] { return self.descriptors() == descriptors; }));
		// Fewer, where one that had been joined was still in the count.
		CPPUNIT_ASSERT(eventually([&] { return self.threads() <= threads; }));
	}

	void testServerThatIsStartedAgainBindsItsPortsAtOnce()
	{
		ServerConfig config = RunningServer::onLoopback();
		std::uint16_t port = 0;
		{
			RunningServer first(config);
			config.controlPort = first.port();
			auto client = ScriptedPeer::connectTo(first.port());
			port = openTunnel(client);
			auto visitor = ScriptedPeer::connectTo(port);
			auto data = ScriptedPeer::connectTo(first.port());
			data.send(acceptFrame(announcedVisitor(client)));
			data.shutdownSend();
			visitor.expectEof(); // the server was the first to end this connection, from the tunnel's port
			visitor.shutdownSend();
			data.expectEof();
			CPPUNIT_ASSERT(eventually([&] { return first.parts().relays.count() == 0; }));
			first.stop();
			static_cast<void>(client.receiveToEnd()); // and this one, from the control port
			client.close();
			first.awaitEnd();
		}
		CPPUNIT_ASSERT(isInTimeWait(config.controlPort));
		CPPUNIT_ASSERT(isInTimeWait(port));
		const RunningServer second(config);
		auto client = ScriptedPeer::connectTo(second.port());
		CPPUNIT_ASSERT_EQUAL(port, openTunnel(client, port));
	}

	void testReadyIsToldAtTheStartAndStoppingAtTheStop()
	{
		Server server(RunningServer::onLoopback());
		std::promise<void> ready;
		std::promise<void> stopping;
		server.whenReady([&ready] { ready.set_value(); });
		server.whenStopping([&stopping] { stopping.set_value(); });
		auto isStopping = stopping.get_future();
		auto run = std::async(std::launch::async, [&server] { server.run(); });
		CPPUNIT_ASSERT(ready.get_future().wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT(isStopping.wait_for(0s) == std::future_status::timeout);
		server.stop();
		CPPUNIT_ASSERT(isStopping.wait_for(PATIENCE) == std::future_status::ready);
		run.get();
	}

	void testStatusCountsTunnelsAndConnections()
	{
		RunningServer server;
		CPPUNIT_ASSERT_EQUAL(std::string("0 tunnels, 0 connections"), server.status());
		const Carried carried(server);
		CPPUNIT_ASSERT_EQUAL(std::string("1 tunnel, 1 connection"), server.status());
	}

	void testSignOfLifeIsGivenWhileItRuns()
	{
		std::promise<void> sign;
		Server server(RunningServer::onLoopback());
		CPPUNIT_ASSERT(server.proveLife([&sign] { sign.set_value(); }));
		CPPUNIT_ASSERT(sign.get_future().wait_for(PATIENCE) == std::future_status::ready);
		server.stop();
		server.run();
		CPPUNIT_ASSERT(!server.proveLife([] { CPPUNIT_FAIL("a sign"); }));
	}

private:
	[[nodiscard]] static bool isInTimeWait(std::uint16_t port)
	/// So that it could not be bound without SO_REUSEADDR.
	{
		Poco::Net::ServerSocket socket;
		try
		{
			socket.bind(Poco::Net::SocketAddress("127.0.0.1", port), false, false);
		}
		catch (const Poco::Exception&)
		{
			return true;
		}
		return false;
	}

	struct Carried
	/// A visitor who is carried.
	{
		explicit Carried(const RunningServer& server)
			: client(ScriptedPeer::connectTo(server.port()))
			, port(openTunnel(client))
			, visitor(ScriptedPeer::connectTo(port))
			, data(ScriptedPeer::connectTo(server.port()))
		{
			data.send(acceptFrame(announcedVisitor(client)) + "x");
			visitor.expect("x");
		}

		ScriptedPeer client;
		std::uint16_t port;
		ScriptedPeer visitor;
		ScriptedPeer data;
	};

	[[nodiscard]] static ServerConfig withGrace(Duration grace)
	{
		ServerConfig config = RunningServer::onLoopback();
		config.grace = grace;
		return config;
	}

	static void expectCannotBind(const ServerConfig& config, const std::string& text)
	/// The failure's text begins with the text.
	{
		try
		{
			const Server server(config);
		}
		catch (const RoleFailure& failure)
		{
			CPPUNIT_ASSERT(ExitCode::CannotBind == failure.code());
			CPPUNIT_ASSERT_EQUAL(text, std::string(failure.what()).substr(0, text.size()));
			return;
		}
		CPPUNIT_FAIL("the port could be bound");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerTest);
