//
// FrozenPathTest.cpp
//
// A middlebox between client and server that stops moving bytes, closes
// nothing and still acknowledges: no error ever tells either side.
//

#include "Server/Tunnels.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/FreezingProxy.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TestForm.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <optional>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class FrozenPathTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FrozenPathTest);
	CPPUNIT_TEST(testTunnelIsBackOnItsRandomPort);
	CPPUNIT_TEST(testTunnelIsBackOnThePortItAskedFor);
	CPPUNIT_TEST(testWithoutTheClientTheServerEndsTheTunnel);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_echo.emplace();
		_server.emplace(RunningServer::onLoopback());
		_proxy.emplace(_server->port());
	}

	void tearDown() override
	{
		_client.reset();
		_proxy.reset();
		_server.reset();
		_echo.reset();
	}

	void testTunnelIsBackOnItsRandomPort() { expectBack(0); }

	void testTunnelIsBackOnThePortItAskedFor()
	{
		std::uint16_t free = 0;
		{
			auto client = ScriptedPeer::connectTo(_server->port());
			free = openTunnel(client);
		}
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().tunnels.count() == 0; }));
		expectBack(free);
	}

	void testWithoutTheClientTheServerEndsTheTunnel()
	{
		startClient(0);
		const auto port = _client->port();
		expectEcho(port);
		_proxy->freeze();
		_client->stopNow(); // its goodbye does not arrive
		_client.reset();
		const TimePoint gone = Clock::system().now();
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().tunnels.count() == 0; }));
		report("server", Clock::system().now() - gone);
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(port));
	}

private:
	static constexpr std::chrono::seconds LIMIT{15};

	void startClient(std::uint16_t port)
	{
		auto config = RunningClient::between(_proxy->port(), _echo->port());
		config.tunnels.front().port = port;
		config.reconnect.enabled = true;
		_client.emplace(config);
	}

	void expectBack(std::uint16_t asked)
	{
		startClient(asked);
		const auto port = _client->port();
		expectEcho(port);
		_proxy->freeze();
		const TimePoint frozen = Clock::system().now();
		CPPUNIT_ASSERT(eventually([&] { return isServed(port); }));
		const Duration away = Clock::system().now() - frozen;
		report("tunnel", away);
		CPPUNIT_ASSERT(away < LIMIT);
		// The old tunnel may end a moment after the new one serves.
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().tunnels.count() == 1; }));
	}

	static void report(const char* what, Duration away)
	{
		if (TestForm::isLong())
			std::cerr << '\n' << what << ": " << std::chrono::duration<double>(away).count() << " s\n";
	}

	[[nodiscard]] static bool isServed(std::uint16_t port)
	{
		try
		{
			Poco::Net::StreamSocket visitor(Poco::Net::SocketAddress("127.0.0.1", port));
			visitor.setReceiveTimeout(Poco::Timespan(0, 200'000));
			visitor.sendBytes("x", 1);
			char echo = 0;
			return visitor.receiveBytes(&echo, 1) == 1 && echo == 'x';
		}
		catch (const Poco::Exception&)
		{
			return false;
		}
	}

	static void expectEcho(std::uint16_t port)
	{
		auto visitor = ScriptedPeer::connectTo(port);
		visitor.send("echo");
		visitor.expect("echo");
	}

	std::optional<EchoService> _echo;
	std::optional<RunningServer> _server;
	std::optional<FreezingProxy> _proxy;
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrozenPathTest);
