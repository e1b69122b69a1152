//
// ClientTest.cpp
//
// The client as a whole: how it starts, and how it ends.
//

#include "Client/Client.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

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
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_listener = std::make_unique<ScriptedListener>();
		_echo = std::make_unique<EchoService>();
	}

	void tearDown() override
	{
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
		toIPv6.standby = 0;
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
		Client client(config(), [&opened](const std::string&) { opened = true; });
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
		CPPUNIT_ASSERT(eventually([&] { return self.threads() == threads; }));
	}

private:
	[[nodiscard]] ClientConfig config(Duration grace = 5s) const
	{
		auto config = RunningClient::between(_listener->port(), _echo->port());
		config.grace = grace;
		config.standby = 0;
		return config;
	}

	[[nodiscard]] ScriptedPeer accept()
	/// The server's end of the control connection, the tunnel open.
	{
		auto server = _listener->accept();
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		return server;
	}

	[[nodiscard]] ScriptedPeer carried(ScriptedPeer& server)
	/// A visitor who is carried.
	{
		constexpr char ID[] = "7844a870-eefb-4da6-a89d-2dac190e7292";
		server.sendFrame("{\"Connection\":\"" + std::string(ID) + "\"}");
		auto visitor = _listener->accept();
		visitor.expect(acceptFrame(ID));
		visitor.send("x");
		visitor.expect("x");
		return visitor;
	}

	std::unique_ptr<ScriptedListener> _listener;
	std::unique_ptr<EchoService> _echo;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);
