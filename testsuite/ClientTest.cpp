//
// ClientTest.cpp
//
// The client as a whole: how it starts, and how it ends.
//

#include "Client/Client.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ClientFixture.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RunningClient.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ClientTest : public ClientFixture
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
	CPPUNIT_TEST_SUITE_END();

public:
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);
