//
// ClientReloadTest.cpp
//
// A running client that is given another configuration.
//

#include "Client/Client.h"
#include "Shared/Authenticator.h"
#include "Shared/Uuid.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ClientFixture.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningClient.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ClientReloadTest : public ClientFixture
{
	CPPUNIT_TEST_SUITE(ClientReloadTest);
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
	CPPUNIT_TEST_SUITE_END();

public:
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientReloadTest);
