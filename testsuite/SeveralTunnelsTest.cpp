//
// SeveralTunnelsTest.cpp
//
// One bore-client with several tunnels, as a program.
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <map>
#include <optional>
#include <string>

using namespace Bore::Test;

class SeveralTunnelsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SeveralTunnelsTest);
	CPPUNIT_TEST(testThreeTunnelsLeadToTheirServices);
	CPPUNIT_TEST(testOneThatIsRefusedLeavesTheOthersAlone);
	CPPUNIT_TEST(testAllThatAreRefusedEndTheClient);
	CPPUNIT_TEST(testOneTunnelWithANameAnnouncesItsAddressAlone);
	CPPUNIT_TEST(testVisitorsBeyondTheLimitOfATunnelAreReset);
	CPPUNIT_TEST(testBothComeBackAfterTheServerDid);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;
	using Arguments = ChildProcess::Arguments;

public:
	void testThreeTunnelsLeadToTheirServices()
	{
		const ServerProgram server;
		EchoService services[3];
		const std::string file = _directory.write("f",
			"tunnel.web.localPort = " + std::to_string(services[0].port()) + "\nlocalHost = 127.0.0.1\n");
		ChildProcess client(
			BORE_CLIENT_BINARY, {"--config", file, "--to", "127.0.0.1:" + std::to_string(server.port()),
									wordFor(services[1]), "127.0.0.1:" + wordFor(services[2])});
		const auto ports = announced(client, 3);
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, ports.size());
		for (auto& service : services)
		{
			auto visitor = ScriptedPeer::connectTo(ports.at("127.0.0.1:" + wordFor(service)));
			expectEcho(visitor);
			CPPUNIT_ASSERT_EQUAL(std::size_t{1}, service.openConnections());
		}
		client.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
		CPPUNIT_ASSERT_EQUAL(std::string(), client.readToEnd(Output::Stdout));
	}

	void testOneThatIsRefusedLeavesTheOthersAlone()
	{
		const ServerProgram server;
		const ScriptedListener taken;
		const std::string port = std::to_string(taken.port());
		EchoService services[2];
		ChildProcess client(BORE_CLIENT_BINARY,
			{"-l127.0.0.1", "-t127.0.0.1:" + std::to_string(server.port()), wordFor(services[0]),
				wordFor(services[0]) + ":" + port, wordFor(services[1])});
		const auto ports = announced(client, 2);
		const std::string line = client.readLineWith(Output::Stderr, "this tunnel is given up");
		CPPUNIT_ASSERT_MESSAGE(
			line, line.find("tunnel " + wordFor(services[0]) + "_" + port + ": ") != std::string::npos);
		for (auto& service : services)
		{
			auto visitor = ScriptedPeer::connectTo(ports.at("127.0.0.1:" + wordFor(service)));
			expectEcho(visitor);
		}
		CPPUNIT_ASSERT(!client.hasExited());
	}

	void testAllThatAreRefusedEndTheClient()
	{
		const ServerProgram server;
		const ScriptedListener taken;
		const ScriptedListener alsoTaken;
		ChildProcess client(BORE_CLIENT_BINARY,
			{"-t127.0.0.1:" + std::to_string(server.port()), "80:" + std::to_string(taken.port()),
				"80:" + std::to_string(alsoTaken.port())});
		CPPUNIT_ASSERT_EQUAL(73, client.waitForExit());
		CPPUNIT_ASSERT_EQUAL(std::string(), client.readToEnd(Output::Stdout));
	}

	void testOneTunnelWithANameAnnouncesItsAddressAlone()
	{
		const ServerProgram server;
		EchoService service;
		const std::string file = _directory.write(
			"f", "tunnel.web.localHost = 127.0.0.1\ntunnel.web.localPort = " + wordFor(service) + "\n");
		ChildProcess client(
			BORE_CLIENT_BINARY, {"--config", file, "--to", "127.0.0.1:" + std::to_string(server.port())});
		const std::string line = client.readLine(Output::Stdout);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(line, std::string::npos, line.find(' '));
		static_cast<void>(client.readLineWith(Output::Stderr, "tunnel web: " + line + " is open"));
	}

	void testVisitorsBeyondTheLimitOfATunnelAreReset()
	{
		const ServerProgram server;
		EchoService service;
		const std::string file = _directory.write(
			"f", "tunnel.few.localHost = 127.0.0.1\ntunnel.few.maxConnections = 1\ntunnel.few.localPort = " +
					 wordFor(service) + "\n");
		ChildProcess client(BORE_CLIENT_BINARY, {"--config", file, "-l127.0.0.1", wordFor(service) + ":0",
													"-t127.0.0.1:" + std::to_string(server.port())});
		// Both lead to one service: the log says which is which.
		const std::uint16_t few = portIn(client.readLineWith(Output::Stderr, "tunnel few: "), "tunnel few: ");
		auto first = ScriptedPeer::connectTo(few);
		expectEcho(first);
		ScriptedPeer::expectTurnedAway(few);
		for (const auto port : portsOf(client, 2))
			if (port != few)
			{
				auto one = ScriptedPeer::connectTo(port);
				auto other = ScriptedPeer::connectTo(port);
				expectEcho(one);
				expectEcho(other);
			}
		expectEcho(first);
	}

	void testBothComeBackAfterTheServerDid()
	{
		const std::string controlPort = std::to_string(quietPort());
		const Arguments serverArguments =
			withQuietPorts({"--bind-addr", "127.0.0.1", "--control-port", controlPort});
		std::optional<ChildProcess> server(std::in_place, BORE_SERVER_BINARY, serverArguments);
		EchoService services[2];
		ChildProcess client(BORE_CLIENT_BINARY,
			{"--wait", "--reconnect-first-delay=10", "-l127.0.0.1", "-t127.0.0.1:" + controlPort,
				wordFor(services[0]), wordFor(services[1])});
		const auto ports = announced(client, 2);
		for (const int signal : {SIGKILL, SIGTERM})
		{
			server->signal(signal);
			static_cast<void>(server->waitForExit());
			for (int i = 0; i < 2; ++i)
				static_cast<void>(client.readLineWith(Output::Stderr, ": reconnecting"));
			server.emplace(BORE_SERVER_BINARY, serverArguments);
			for (int i = 0; i < 2; ++i)
				static_cast<void>(client.readLineWith(Output::Stderr, ": back after "));
			for (auto& service : services)
			{
				auto visitor = ScriptedPeer::connectTo(ports.at("127.0.0.1:" + wordFor(service)));
				expectEcho(visitor);
				CPPUNIT_ASSERT(eventually([&service] { return service.openConnections() == 1; }));
			}
		}
		client.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
		CPPUNIT_ASSERT_EQUAL(std::string(), client.readToEnd(Output::Stdout));
	}

private:
	[[nodiscard]] static std::string wordFor(const EchoService& service)
	{
		return std::to_string(service.port());
	}

	[[nodiscard]] static std::uint16_t portIn(const std::string& line, const std::string& before)
	/// The port of the address that follows.
	{
		const std::size_t colon = line.find(':', line.find(before) + before.size());
		return static_cast<std::uint16_t>(std::stoul(line.substr(colon + 1)));
	}

	[[nodiscard]] static std::map<std::string, std::uint16_t> announced(ChildProcess& client, int count)
	/// Public ports by local services, from that many lines.
	{
		std::map<std::string, std::uint16_t> result;
		for (int i = 0; i < count; ++i)
		{
			const std::string line = client.readLine(Output::Stdout);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(line, std::size_t{0}, line.find("127.0.0.1:"));
			result[line.substr(line.find(' ') + 1)] = portIn(line, "");
		}
		return result;
	}

	[[nodiscard]] static std::vector<std::uint16_t> portsOf(ChildProcess& client, int count)
	{
		std::vector<std::uint16_t> result;
		for (int i = 0; i < count; ++i) result.push_back(portIn(client.readLine(Output::Stdout), ""));
		return result;
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SeveralTunnelsTest);
