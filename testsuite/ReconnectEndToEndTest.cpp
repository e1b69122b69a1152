//
// ReconnectEndToEndTest.cpp
//
// A client whose server goes away and comes back.
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ReconnectEndToEndTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReconnectEndToEndTest);
	CPPUNIT_TEST(testVisitorsAreServedAfterTheServerCameBack);
	CPPUNIT_TEST(testSoTheyAreWithASecretAndWithoutStandbyConnections);
	CPPUNIT_TEST(testClientWaitsForItsServer);
	CPPUNIT_TEST(testProgramSurvivesItsServer);
	CPPUNIT_TEST(testProgramThatIsNotToReconnectEnds);
	CPPUNIT_TEST(testServerThatCameBackWithoutTlsIsTold);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _echo.emplace(); }

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_echo.reset();
	}

	void testVisitorsAreServedAfterTheServerCameBack() { expectComesBack("", 8); }

	void testSoTheyAreWithASecretAndWithoutStandbyConnections() { expectComesBack("a secret", 0); }

	void testClientWaitsForItsServer()
	{
		auto config = configFor(quietPort(), "");
		config.reconnect.wait = true;
		_client.emplace(config);
		startServer(config.serverPort, "");
		expectEcho(_client->port());
	}

	void testProgramSurvivesItsServer()
	{
		const std::string port = std::to_string(quietPort());
		std::optional<ChildProcess> server(std::in_place, BORE_SERVER_BINARY, serverArguments(port));
		ChildProcess client(
			BORE_CLIENT_BINARY, clientArguments(port, {"--wait", "--reconnect-first-delay=10"}));
		const std::string address = client.readLine(Output::Stdout);
		for (const int signal : {SIGKILL, SIGTERM})
		{
			server->signal(signal);
			static_cast<void>(server->waitForExit());
			static_cast<void>(client.readLineWith(Output::Stderr, ": reconnecting"));
			server.emplace(BORE_SERVER_BINARY, serverArguments(port));
			const std::string line = client.readLineWith(Output::Stderr, "back after ");
			CPPUNIT_ASSERT_MESSAGE(line, line.find(" s: " + address + " is open again") != std::string::npos);
			expectEcho(static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))));
		}
		client.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
		CPPUNIT_ASSERT_EQUAL(std::string(), client.readToEnd(Output::Stdout));
	}

	void testProgramThatIsNotToReconnectEnds()
	{
		const std::string port = std::to_string(quietPort());
		ChildProcess client(BORE_CLIENT_BINARY, clientArguments(port, {"--wait", "--no-reconnect"}));
		static_cast<void>(client.readLineWith(Output::Stderr, ": waiting for it"));
		ChildProcess server(BORE_SERVER_BINARY, serverArguments(port));
		static_cast<void>(client.readLine(Output::Stdout));
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(75, client.waitForExit());
	}

	void testServerThatCameBackWithoutTlsIsTold()
	{
		const std::string port = std::to_string(quietPort());
		ChildProcess client(BORE_CLIENT_BINARY,
			clientArguments(
				port, {"--wait", "--reconnect-first-delay=10", "--tls", "--tls-insecure-no-verification"}));
		static_cast<void>(client.readLineWith(Output::Stderr, ": waiting for it"));
		const ChildProcess server(BORE_SERVER_BINARY, serverArguments(port));
		const std::string line = client.readLineWith(Output::Stderr, ": trying on");
		CPPUNIT_ASSERT_MESSAGE(line, line.find("no TLS with 127.0.0.1:" + port) != std::string::npos);
		client.signal(SIGTERM);
		static_cast<void>(client.waitForExit());
	}

private:
	using Output = ChildProcess::Output;

	[[nodiscard]] static ChildProcess::Arguments serverArguments(const std::string& port)
	{
		return withQuietPorts({"--bind-addr", "127.0.0.1", "--control-port", port});
	}

	[[nodiscard]] ChildProcess::Arguments clientArguments(
		const std::string& port, const ChildProcess::Arguments& more) const
	{
		ChildProcess::Arguments arguments{
			std::to_string(_echo->port()), "--local-host", "127.0.0.1", "--to", "127.0.0.1:" + port};
		arguments.insert(arguments.end(), more.begin(), more.end());
		return arguments;
	}

	[[nodiscard]] ClientConfig configFor(std::uint16_t serverPort, const std::string& secret) const
	{
		auto config = RunningClient::between(serverPort, _echo->port(), secret);
		config.reconnect.enabled = true;
		config.reconnect.firstDelay = config.reconnect.maxDelay = 10ms;
		return config;
	}

	void startServer(std::uint16_t port, const std::string& secret)
	{
		auto config = RunningServer::onLoopback(secret);
		config.controlPort = port;
		_server.emplace(config);
	}

	void expectComesBack(const std::string& secret, std::size_t standby)
	{
		const auto controlPort = quietPort();
		startServer(controlPort, secret);
		auto config = configFor(controlPort, secret);
		config.tunnels.front().standby = standby;
		_client.emplace(config);
		const auto port = _client->port();
		expectEcho(port);
		for (int i = 0; i < 2; ++i)
		{
			_server.reset();
			CPPUNIT_ASSERT(ScriptedPeer::isRefused(port));
			startServer(controlPort, secret);
			CPPUNIT_ASSERT(eventually([port] { return !ScriptedPeer::isRefused(port); }));
			expectEcho(port);
		}
	}

	static void expectEcho(std::uint16_t port)
	{
		auto visitor = ScriptedPeer::connectTo(port);
		visitor.send("are you there?");
		visitor.expect("are you there?");
	}

	std::optional<EchoService> _echo;
	std::optional<RunningServer> _server;
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReconnectEndToEndTest);
