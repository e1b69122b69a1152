//
// ClientTest.cpp
//
// The client as a whole: how it starts, and how it ends.
//

#include "Client/Client.h"
#include "Shared/Authenticator.h"
#include "Shared/Uuid.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ClientTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClientTest);
	CPPUNIT_TEST(testPublicAddressIsToldOnceTheTunnelIsOpen);
	CPPUNIT_TEST(testPublicAddressOfAnIPv6ServerIsInBrackets);
	CPPUNIT_TEST(testRefusalIsThrown);
	CPPUNIT_TEST(testLostServerIsThrown);
	CPPUNIT_TEST(testStopBeforeRunEndsAtOnce);
	CPPUNIT_TEST(testStopEndsAQuietClient);
	CPPUNIT_TEST(testGracePeriodIsForRunningConnections);
	CPPUNIT_TEST(testGracePeriodEnds);
	CPPUNIT_TEST(testStopNowCutsTheGracePeriod);
	CPPUNIT_TEST(testConnectionsThatRunAreLetEndWhenTheServerIsLost);
	CPPUNIT_TEST(testEndedClientLeavesNothingBehind);
	CPPUNIT_TEST(testEachTunnelHasItsControlConnection);
	CPPUNIT_TEST(testTunnelThatFailsLeavesTheOthersAlone);
	CPPUNIT_TEST(testNameIsNoFormatOfALogLine);
	CPPUNIT_TEST(testClientEndsWhenItsLastTunnelHasFailed);
	CPPUNIT_TEST(testTunnelsThatStayNeverNotice);
	CPPUNIT_TEST(testRemovedTunnelSaysGoodbyeAndKeepsItsVisitors);
	CPPUNIT_TEST(testChangedTunnelComesBackOnItsPort);
	CPPUNIT_TEST(testTunnelThatWasGivenUpIsOpenedAnew);
	CPPUNIT_TEST(testOfTwoAlikeTheOneThatIsNamedStays);
	CPPUNIT_TEST(testTunnelsAreReplacedBeforeTheStartToo);
	CPPUNIT_TEST(testEndedClientTakesNoMoreTunnels);
	CPPUNIT_TEST(testOtherSecretIsForTheNextSession);
	CPPUNIT_TEST(testNumberOfVisitorsChangesWithoutANewTunnel);
	CPPUNIT_TEST(testReconnectingMayBeTurnedOff);
	CPPUNIT_TEST(testGraceIsThatOfNow);
	CPPUNIT_TEST(testReadyIsToldWhenEachTunnelHasBeenTried);
	CPPUNIT_TEST(testTunnelThatIsGivenUpIsNotWaitedFor);
	CPPUNIT_TEST(testClientThatFailsIsNeverReady);
	CPPUNIT_TEST(testClientThatMayWaitForItsServerIsReadyThen);
	CPPUNIT_TEST(testStatusFollowsTheTunnels);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_listener = std::make_unique<ScriptedListener>();
		_echo = std::make_unique<EchoService>();
	}

	void tearDown() override
	{
		_kept.reset();
		_echo.reset();
		_listener.reset();
	}

	void testPublicAddressIsToldOnceTheTunnelIsOpen()
	{
		RunningClient client(config());
		auto server = accept();
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:40123"), client.address());
	}

	void testPublicAddressOfAnIPv6ServerIsInBrackets()
	{
		ScriptedListener listener("::1");
		auto toIPv6 = RunningClient::between(listener.port(), _echo->port());
		toIPv6.serverHost = "::1";
		toIPv6.tunnels.front().standby = 0;
		RunningClient client(toIPv6);
		auto server = listener.accept();
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::string("[::1]:40123"), client.address());
	}

	void testRefusalIsThrown()
	{
		RunningClient client(config());
		auto server = _listener->accept();
		server.sendFrame("{\"Error\":\"port already in use\"}");
		CPPUNIT_ASSERT(ExitCode::PortRefused == client.failure().code());
	}

	void testLostServerIsThrown()
	{
		RunningClient client(config());
		accept().close();
		CPPUNIT_ASSERT(ExitCode::Lost == client.failure().code());
	}

	void testStopBeforeRunEndsAtOnce()
	{
		bool opened = false;
		Client client(config(), [&opened](const std::string&, const TunnelConfig&) { opened = true; });
		client.stop();
		client.run();
		CPPUNIT_ASSERT(!opened);
	}

	void testStopEndsAQuietClient()
	{
		RunningClient client(config(10min));
		auto server = accept();
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), client.port());
		client.stop();
		client.awaitEnd();
		server.expectClosed();
	}

	void testGracePeriodIsForRunningConnections()
	{
		RunningClient client(config(10min));
		auto server = accept();
		auto visitor = carried(server);
		client.stop();
		server.expectClosed();
		visitor.send("still");
		visitor.expect("still");
		CPPUNIT_ASSERT(!client.ended());
		visitor.shutdownSend();
		visitor.expectEof();
		client.awaitEnd();
	}

	void testGracePeriodEnds()
	{
		RunningClient client(config(50ms));
		auto server = accept();
		auto visitor = carried(server);
		client.stop();
		visitor.expectReset();
		client.awaitEnd();
	}

	void testStopNowCutsTheGracePeriod()
	{
		RunningClient client(config(10min));
		auto server = accept();
		auto visitor = carried(server);
		client.stop();
		server.expectClosed();
		client.stopNow();
		visitor.expectReset();
		client.awaitEnd();
	}

	void testConnectionsThatRunAreLetEndWhenTheServerIsLost()
	{
		RunningClient client(config(10min));
		auto server = accept();
		auto visitor = carried(server);
		server.close();
		visitor.send("still");
		visitor.expect("still");
		CPPUNIT_ASSERT(!client.ended());
		visitor.close();
		CPPUNIT_ASSERT(ExitCode::Lost == client.failure().code());
	}

	void testEndedClientLeavesNothingBehind()
	{
		const auto self = ProcessStatus::self();
		const auto descriptors = self.descriptors();
		const auto threads = self.threads();
		{
			RunningClient client(config());
			auto server = accept();
			auto visitor = carried(server);
		}
		CPPUNIT_ASSERT(eventually([&] { return self.descriptors() == descriptors; }));
		// Fewer, where one that had been joined was still in the count.
		CPPUNIT_ASSERT(eventually([&] { return self.threads() <= threads; }));
	}

	void testEachTunnelHasItsControlConnection()
	{
		EchoService other;
		RunningClient client(withTwo(other.port()));
		std::vector<ScriptedPeer> servers;
		for (int i = 0; i < 2; ++i) servers.push_back(_listener->accept());
		std::vector<ScriptedPeer> visitors; // kept, since one that goes changes the count
		for (auto& server : servers)
		{
			const bool isOther = server.receiveFrame() == "{\"Hello\":41000}";
			server.sendFrame("{\"Hello\":40123}");
			const auto before = other.openConnections();
			visitors.push_back(carried(server));
			CPPUNIT_ASSERT_EQUAL(before + (isOther ? 1U : 0U), other.openConnections());
		}
		client.stop();
		client.awaitEnd();
	}

	void testTunnelThatFailsLeavesTheOthersAlone()
	{
		CapturedLog log;
		EchoService other;
		RunningClient client(withTwo(other.port()));
		for (int i = 0; i < 2; ++i)
		{
			auto server = _listener->accept();
			if (server.receiveFrame() == "{\"Hello\":41000}")
				server.sendFrame("{\"Error\":\"client port number not in allowed range\"}");
			else
				_kept.emplace(std::move(server));
		}
		CPPUNIT_ASSERT(eventually([&] { return log.text().find("tunnel second: ") != std::string::npos; }));
		CPPUNIT_ASSERT_MESSAGE(
			log.text(), log.text().find("this tunnel is given up, the others go on") != std::string::npos);
		_kept->sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), client.port());
		auto visitor = carried(*_kept);
		CPPUNIT_ASSERT(!client.ended());
	}

	void testNameIsNoFormatOfALogLine()
	{
		CapturedLog log;
		auto named = config();
		named.tunnels.front().name = "100%s%n%d";
		RunningClient client(named);
		auto server = accept();
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), client.port());
		const std::string expected =
			"bore.client: tunnel 100%s%n%d: 127.0.0.1:40123 is open, and leads to 127.0.0.1:";
		CPPUNIT_ASSERT_MESSAGE(log.text(), log.text().find(expected) != std::string::npos);
	}

	void testClientEndsWhenItsLastTunnelHasFailed()
	{
		EchoService other;
		RunningClient client(withTwo(other.port()));
		for (int i = 0; i < 2; ++i)
			_listener->accept().sendFrame("{\"Error\":\"client port number not in allowed range\"}");
		CPPUNIT_ASSERT(ExitCode::PortRefused == client.failure().code());
	}

	void testTunnelsThatStayNeverNotice()
	{
		auto first = config(10min);
		first.tunnels.front().maxConnections = 5;
		RunningClient client(first);
		auto server = accept();
		auto visitor = carried(server);
		auto more = first.tunnels;
		more.front().name = "renamed";
		more.push_back(more.front());
		more.back().port = 41000;
		client.apply(more);
		auto added = _listener->accept();
		added.expectFrame("{\"Hello\":41000}");
		added.sendFrame("{\"Hello\":41000}");
		added.expectFrame("{\"Offer\":{\"standby\":0}}");
		auto another = carried(added);
		client.apply({more.front()});
		added.expectClosed();
		visitor.send("still");
		visitor.expect("still");
		auto next = carried(server, "7844a870-eefb-4da6-a89d-2dac190e7293");
		CPPUNIT_ASSERT(!client.ended());
	}

	void testRemovedTunnelSaysGoodbyeAndKeepsItsVisitors()
	{
		auto first = config(10min);
		first.tunnels.front().maxConnections = 5; // its relays hold places of the tunnel
		RunningClient client(first);
		auto server = accept();
		server.sendFrame("{\"Grant\":{\"standby\":0,\"ticket\":\"7844a870-eefb-4da6-a89d-2dac190e7299\"}}");
		auto visitor = carried(server);
		auto other = first.tunnels;
		other.front().port = 41000;
		client.apply(other);
		while (server.receiveFrame() != "\"Goodbye\"")
		{
		}
		server.expectClosed();
		visitor.send("still");
		visitor.expect("still");
		auto added = _listener->accept();
		added.expectFrame("{\"Hello\":41000}");
		visitor.shutdownSend();
		visitor.expectEof();
		CPPUNIT_ASSERT(!client.ended());
	}

	void testChangedTunnelComesBackOnItsPort()
	{
		auto first = config();
		first.reconnect.firstDelay = 1ms;
		first.tunnels.front().port = 41000;
		RunningClient client(first);
		auto server = _listener->accept();
		server.expectFrame("{\"Hello\":41000}");
		server.sendFrame("{\"Hello\":41000}");
		EchoService service;
		auto changed = first.tunnels;
		changed.front().localPort = service.port();
		client.apply(changed);
		auto early = _listener->accept();
		early.expectFrame("{\"Hello\":41000}");
		early.sendFrame("{\"Error\":\"port already in use\"}");
		auto late = _listener->accept();
		late.expectFrame("{\"Hello\":41000}");
		late.sendFrame("{\"Hello\":41000}");
		late.expectFrame("{\"Offer\":{\"standby\":0}}");
		auto visitor = carried(late);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, service.openConnections());
	}

	void testTunnelThatWasGivenUpIsOpenedAnew()
	{
		EchoService other;
		const auto two = withTwo(other.port());
		CapturedLog log;
		RunningClient client(two);
		for (int i = 0; i < 2; ++i)
		{
			auto server = _listener->accept();
			if (server.receiveFrame() == "{\"Hello\":41000}")
				server.sendFrame("{\"Error\":\"port already in use\"}");
			else
				_kept.emplace(std::move(server));
		}
		CPPUNIT_ASSERT(eventually([&] { return log.text().find("is given up") != std::string::npos; }));
		client.apply(two.tunnels);
		auto again = _listener->accept();
		again.expectFrame("{\"Hello\":41000}");
		// A port that it did not have is nobody's but its holder's.
		again.sendFrame("{\"Error\":\"port already in use\"}");
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				const std::string text = log.text();
				return text.find("is given up") != text.rfind("is given up");
			}));
		CPPUNIT_ASSERT(!client.ended());
	}

	void testOfTwoAlikeTheOneThatIsNamedStays()
	{
		auto two = withTwo(_echo->port());
		two.tunnels.back().port = 0;
		CapturedLog log;
		RunningClient client(two);
		std::vector<ScriptedPeer> servers;
		for (int i = 0; i < 2; ++i)
		{
			servers.push_back(_listener->accept());
			servers.back().expectFrame("{\"Hello\":0}");
			servers.back().sendFrame("{\"Hello\":" + std::to_string(40123 + i) + "}");
		}
		const auto isOpen = [&log](const char* name)
		{ return log.text().find(std::string("tunnel ") + name + ": 127.0.0.1:") != std::string::npos; };
		CPPUNIT_ASSERT(eventually([&] { return isOpen("first") && isOpen("second"); }));
		client.apply({two.tunnels.back()});
		const std::string text = log.text();
		CPPUNIT_ASSERT_MESSAGE(text, text.find("tunnel first: closed") != std::string::npos);
		CPPUNIT_ASSERT_MESSAGE(text, text.find("tunnel second: closed") == std::string::npos);
	}

	void testTunnelsAreReplacedBeforeTheStartToo()
	{
		auto other = config();
		other.tunnels.front().port = 41000;
		Client client(config(), [](const std::string&, const TunnelConfig&) {});
		client.apply(other.tunnels);
		auto run = std::async(std::launch::async, [&client] { client.run(); });
		auto server = _listener->accept();
		server.expectFrame("{\"Hello\":41000}");
		client.stop();
		CPPUNIT_ASSERT(run.wait_for(PATIENCE) == std::future_status::ready);
	}

	void testEndedClientTakesNoMoreTunnels()
	{
		auto other = config();
		other.tunnels.front().port = 41000;
		Client client(config(), [](const std::string&, const TunnelConfig&) {});
		client.stop();
		client.run();
		client.apply(other.tunnels);
		client.stop();
	}

	void testOtherSecretIsForTheNextSession()
	{
		auto now = config();
		now.secret = Secret("a");
		now.reconnect.enabled = true;
		now.reconnect.firstDelay = 1ms;
		RunningClient client(now);
		auto server = challenged("a");
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		server.expectFrame("{\"Offer\":{\"standby\":0}}");
		now.secret = Secret("b");
		CPPUNIT_ASSERT(client.apply(now));
		CPPUNIT_ASSERT(!client.apply(now));
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		auto data = challenged("a"); // of the session that was proved by it
		data.expect(acceptFrame("7844a870-eefb-4da6-a89d-2dac190e7292"));
		server.close();
		auto next = challenged("b");
		next.expectFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(!client.ended());
	}

	void testNumberOfVisitorsChangesWithoutANewTunnel()
	{
		auto now = config();
		RunningClient client(now);
		auto server = accept();
		auto first = carried(server);
		now.tunnels.front().maxConnections = 1;
		CPPUNIT_ASSERT(!client.apply(now));
		const std::string id = "7844a870-eefb-4da6-a89d-2dac190e7293";
		server.sendFrame("{\"Connection\":\"" + id + "\"}");
		auto refused = _listener->accept();
		refused.expect(acceptFrame(id));
		refused.expectReset();
		now.tunnels.front().maxConnections = 0;
		CPPUNIT_ASSERT(!client.apply(now));
		auto second = carried(server, "7844a870-eefb-4da6-a89d-2dac190e7294");
		first.send("still");
		first.expect("still");
	}

	void testReconnectingMayBeTurnedOff()
	{
		auto now = config();
		now.reconnect.enabled = true;
		RunningClient client(now);
		auto server = accept();
		now.reconnect.enabled = false;
		CPPUNIT_ASSERT(!client.apply(now));
		server.close();
		CPPUNIT_ASSERT(ExitCode::Lost == client.failure().code());
	}

	void testGraceIsThatOfNow()
	{
		auto now = config(1h);
		RunningClient client(now);
		auto server = accept();
		auto visitor = carried(server);
		now.grace = 0s;
		CPPUNIT_ASSERT(!client.apply(now));
		client.stop();
		client.awaitEnd();
		visitor.expectReset();
	}

	void testReadyIsToldWhenEachTunnelHasBeenTried()
	{
		const Told told(withTwo(_echo->port()));
		auto one = _listener->accept();
		auto other = _listener->accept();
		one.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(eventually([&] { return told.opened == 1; }));
		CPPUNIT_ASSERT(!told.isReady);
		other.sendFrame("{\"Hello\":40124}");
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
		CPPUNIT_ASSERT_EQUAL(2, told.opened.load());
		CPPUNIT_ASSERT(!told.isStopping);
	}

	void testTunnelThatIsGivenUpIsNotWaitedFor()
	{
		const Told told(withTwo(_echo->port()));
		auto one = _listener->accept();
		auto other = _listener->accept();
		one.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(eventually([&] { return told.opened == 1; }));
		CPPUNIT_ASSERT(!told.isReady);
		other.sendFrame("{\"Error\":\"port already in use\"}");
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
	}

	void testClientThatFailsIsNeverReady()
	{
		Told told(withTwo(_echo->port()));
		for (int i = 0; i < 2; ++i) _listener->accept().sendFrame("{\"Error\":\"port already in use\"}");
		CPPUNIT_ASSERT(ExitCode::PortRefused == told.failure());
		CPPUNIT_ASSERT(!told.isReady);
		CPPUNIT_ASSERT(told.isStopping);
	}

	void testClientThatMayWaitForItsServerIsReadyThen()
	{
		auto waiting = config();
		waiting.reconnect.enabled = true;
		waiting.reconnect.wait = true;
		_listener->close();
		Told told(waiting);
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
		CPPUNIT_ASSERT_EQUAL(0, told.opened.load());
	}

	void testStatusFollowsTheTunnels()
	{
		auto lasting = config();
		lasting.reconnect.enabled = true;
		lasting.reconnect.firstDelay = lasting.reconnect.maxDelay = 1h;
		Told told(lasting);
		const std::string server = "127.0.0.1:" + std::to_string(_listener->port());
		CPPUNIT_ASSERT_EQUAL("connecting to " + server + "; 0 connections", told.client.status());
		auto control = accept();
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
		CPPUNIT_ASSERT_EQUAL(std::string("open: 127.0.0.1:40123; 0 connections"), told.client.status());
		auto visitor = carried(control);
		CPPUNIT_ASSERT_EQUAL(std::string("open: 127.0.0.1:40123; 1 connection"), told.client.status());
		control.close();
		const std::string lost = "reconnecting to " + server + "; 1 connection";
		CPPUNIT_ASSERT(eventually([&] { return told.client.status() == lost; }));
	}

private:
	[[nodiscard]] ScriptedPeer challenged(const std::string& secret)
	/// The server's end of a connection that has proved that secret.
	{
		const std::string challenge = "7844a870-eefb-4da6-a89d-2dac190e7200";
		auto peer = _listener->accept();
		peer.sendFrame("{\"Challenge\":\"" + challenge + "\"}");
		peer.expectFrame(
			"{\"Authenticate\":\"" + Authenticator(Secret(secret)).tag(*parseUuid(challenge)) + "\"}");
		return peer;
	}

	struct Told
	/// A client that runs, and what it tells. Stopped when this object ends.
	{
		explicit Told(const ClientConfig& config)
			: client(config, [this](const std::string&, const TunnelConfig&) { ++opened; })
		{
			client.whenReady([this] { isReady = true; });
			client.whenStopping([this] { isStopping = true; });
			run = std::async(std::launch::async, [this] { client.run(); });
		}

		Told(const Told&) = delete;
		Told& operator=(const Told&) = delete;

		~Told() { client.stopNow(); }

		[[nodiscard]] ExitCode failure()
		{
			CPPUNIT_ASSERT(run.wait_for(PATIENCE) == std::future_status::ready);
			try
			{
				run.get();
			}
			catch (const RoleFailure& failure)
			{
				return failure.code();
			}
			return ExitCode::Ok;
		}

		std::atomic<int> opened{0};
		std::atomic<bool> isReady{false};
		std::atomic<bool> isStopping{false};
		Client client;
		std::future<void> run; // last: it uses the others
	};

	[[nodiscard]] ClientConfig withTwo(std::uint16_t otherLocalPort) const
	{
		auto result = config();
		result.tunnels.front().name = "first";
		TunnelConfig second = result.tunnels.front();
		second.name = "second";
		second.localPort = otherLocalPort;
		second.port = 41000;
		result.tunnels.push_back(second);
		return result;
	}

	[[nodiscard]] ClientConfig config(Duration grace = 5s) const
	{
		auto config = RunningClient::between(_listener->port(), _echo->port());
		config.grace = grace;
		config.tunnels.front().standby = 0;
		return config;
	}

	[[nodiscard]] ScriptedPeer accept()
	/// The server's end of the control connection, the tunnel open.
	{
		auto server = _listener->accept();
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		server.expectFrame("{\"Offer\":{\"standby\":0}}");
		return server;
	}

	[[nodiscard]] ScriptedPeer carried(
		ScriptedPeer& server, const std::string& id = "7844a870-eefb-4da6-a89d-2dac190e7292")
	/// A visitor who is carried.
	{
		server.sendFrame("{\"Connection\":\"" + id + "\"}");
		auto visitor = _listener->accept();
		visitor.expect(acceptFrame(id));
		visitor.send("x");
		visitor.expect("x");
		return visitor;
	}

	std::optional<ScriptedPeer> _kept;
	std::unique_ptr<ScriptedListener> _listener;
	std::unique_ptr<EchoService> _echo;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);
