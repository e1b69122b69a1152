//
// ReloadProgramTest.cpp
//
// Both programs, their files changed under their feet, and SIGHUP.
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>

using namespace Bore::Test;
using namespace std::string_literals;

namespace
{

class Stream
/// Sends and receives through a connection, all the time, to its end.
{
public:
	explicit Stream(ScriptedPeer visitor)
		: _run(std::async(std::launch::async,
			  [this, visitor = std::move(visitor)]() mutable
			  {
				  const std::string text(10'000, 'x');
				  while (!_stopping)
				  {
					  visitor.send(text);
					  visitor.expect(text);
					  ++_turns;
				  }
			  }))
	{
	}
	Stream(const Stream&) = delete;
	Stream& operator=(const Stream&) = delete;
	~Stream() { _stopping = true; }

	void expectGoesOn()
	/// From now on, too, and nothing happened to it before.
	{
		const int before = _turns;
		CPPUNIT_ASSERT(eventually(
			[&] {
				return _turns > before + 2 ||
					   _run.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
			}));
		if (_run.wait_for(std::chrono::seconds(0)) == std::future_status::ready) _run.get(); // says why
		CPPUNIT_ASSERT(_turns > before + 2);
	}

private:
	std::atomic<bool> _stopping{false};
	std::atomic<int> _turns{0};
	std::future<void> _run; // last: it uses the others, and is waited for first
};

} // namespace

class ReloadProgramTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReloadProgramTest);
	CPPUNIT_TEST(testRemovedUserGoesAndTheOthersNeverNotice);
	CPPUNIT_TEST(testLimitsAndListsHoldFromNowOn);
	CPPUNIT_TEST(testWrongFileLeavesTheOldConfiguration);
	CPPUNIT_TEST(testFileThatIsNotWholeLeavesTheOldConfiguration);
	CPPUNIT_TEST(testFolderBesideTheFileIsReadAnew);
	CPPUNIT_TEST(testKeysThatNeedARestartAreNamed);
	CPPUNIT_TEST(testSecretOfTheCommandLineOutlivesAReload);
	CPPUNIT_TEST(testSecretFileIsReadAnew);
	CPPUNIT_TEST(testLevelsOfTheLogChange);
	CPPUNIT_TEST(testTunnelsOfTheClientComeGoAndChange);
	CPPUNIT_TEST(testWrongTunnelLeavesTheClientAsItIs);
	CPPUNIT_TEST(testReloadWhileItStopsIsNoSignalToStop);
	CPPUNIT_TEST(testManyReloadsAtOnceEndInTheLastConfiguration);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

	static constexpr char RELOADED[] = "configuration reloaded: ";
	static constexpr char NOT_RELOADED[] = "configuration not reloaded: it is wrong, and the old one stays";

public:
	void testRemovedUserGoesAndTheOthersNeverNotice()
	{
		const EchoService echo;
		const std::string bob = "user.bob.secret = b\n";
		const std::string users = replace("users", "user.alice.secret = a\n" + bob);
		ServerProgram server({"--users-file", users});
		ClientProgram alices(echo.port(), server.port(), {"--secret", "a"});
		ClientProgram bobs(echo.port(), server.port(), {"--secret", "b"});
		static_cast<void>(alices.address());
		Stream stream(ScriptedPeer::connectTo(bobs.port()));
		stream.expectGoesOn();
		static_cast<void>(replace("users", bob + "user.carol.secret = c\nuser.carol.maxTunnels = 1\n"));
		expectReloaded(server, "changed: users.file");
		CPPUNIT_ASSERT_EQUAL(77, alices.waitForExit());
		ClientProgram carols(echo.port(), server.port(), {"--secret", "c"});
		static_cast<void>(carols.address());
		stream.expectGoesOn();
		expectReloaded(server, "nothing changed");
		CPPUNIT_ASSERT(!bobs.hasExited());
	}

	void testLimitsAndListsHoldFromNowOn()
	{
		const EchoService echo;
		const std::string file = replace("server", "");
		ProgramTunnel tunnel(echo.port(), {"--config", file});
		const auto port = tunnel.client.port();
		Stream stream(tunnel.visit());
		static_cast<void>(replace("server", "limit.connections = 1\n"));
		expectReloaded(tunnel.server, "changed: limit.connections");
		ScriptedPeer::expectTurnedAway(port);
		static_cast<void>(replace("server", "visitors.deny = 127.0.0.0/8\n"));
		expectReloaded(tunnel.server, "changed: visitors.deny, limit.connections");
		ScriptedPeer::expectTurnedAway(port);
		static_cast<void>(replace("server", ""));
		expectReloaded(tunnel.server, "changed: visitors.deny");
		auto visitor = tunnel.visit();
		expectEcho(visitor);
		stream.expectGoesOn();
	}

	void testWrongFileLeavesTheOldConfiguration()
	{
		const EchoService echo;
		const std::string file = replace("server", "limit.connections = 1\n");
		ProgramTunnel tunnel(echo.port(), {"--config", file});
		auto visitor = tunnel.visit();
		expectEcho(visitor);
		static_cast<void>(replace("server", "limit.connections = 0\nlimit.tunnels = some\nusersfile = u\n"));
		tunnel.server.signal(SIGHUP);
		for (const auto& error :
			{file + ":2: limit.tunnels: \"some\": expected a whole number from 0 to 1000000",
				file + ":3: usersfile: unknown key: did you mean \"users.file\"?", std::string(NOT_RELOADED)})
			static_cast<void>(tunnel.server.readLineWith(Output::Stderr, "Error bore.config: " + error));
		ScriptedPeer::expectTurnedAway(tunnel.client.port());
		// A rule between keys, and a file that a key names, are no better.
		static_cast<void>(replace("server", "minPort = 3000\nmaxPort = 2000\nusers.file = /no/such\n"));
		tunnel.server.signal(SIGHUP);
		static_cast<void>(tunnel.server.readLineWith(Output::Stderr, file + ":2: maxPort: no port is left"));
		static_cast<void>(tunnel.server.readLineWith(Output::Stderr, "/no/such: no such file"));
		static_cast<void>(tunnel.server.readLineWith(Output::Stderr, NOT_RELOADED));
		static_cast<void>(replace("server", "limit.connections = 2\n"));
		expectReloaded(tunnel.server, "changed: limit.connections");
		auto other = tunnel.visit();
		expectEcho(other);
		expectEcho(visitor);
	}

	void testFileThatIsNotWholeLeavesTheOldConfiguration()
	{
		const std::string file = replace("server", "limit.connections = 1\n");
		ServerProgram server({"--config", file});
		static_cast<void>(replace("server", "limit.connections = 1\nlimit.tunnels = 10"));
		server.signal(SIGHUP);
		static_cast<void>(server.readLineWith(Output::Stderr, "Error bore.config: " + file + ":2: "));
		static_cast<void>(server.readLineWith(Output::Stderr, NOT_RELOADED));
		CPPUNIT_ASSERT_EQUAL(0, std::remove(file.c_str()));
		server.signal(SIGHUP);
		static_cast<void>(server.readLineWith(Output::Stderr, file + ": no such file"));
		static_cast<void>(server.readLineWith(Output::Stderr, NOT_RELOADED));
		static_cast<void>(replace("server", "limit.connections = 1\n"));
		expectReloaded(server, "nothing changed");
	}

	void testFolderBesideTheFileIsReadAnew()
	{
		const std::string file = replace("server", "limit.tunnels = 5\n");
		ServerProgram server({"--config", file});
		std::filesystem::create_directory(_directory.path("conf.d"));
		const std::string more =
			_directory.write("conf.d/1.properties", "limit.tunnels = 6\nminPort = 2000\n");
		expectReloaded(server, "changed: minPort, limit.tunnels");
		CPPUNIT_ASSERT_EQUAL(0, std::remove(more.c_str()));
		expectReloaded(server, "changed: minPort, limit.tunnels");
	}

	void testKeysThatNeedARestartAreNamed()
	{
		const std::string file = replace("server", "relay.pipes = 10\n");
		ServerProgram server({"--config", file});
		static_cast<void>(replace("server",
			"bindTunnels = 127.0.0.1\nrelay.pipes = 20\nlog.format = json\nport.reservation = 9\n"));
		for (const std::string changed : {"changed: port.reservation", "nothing changed"})
		{
			expectReloaded(server, changed);
			const std::string line = server.readLine(Output::Stderr);
			CPPUNIT_ASSERT_MESSAGE(
				line, line.find(" Warning bore.config: takes effect after a restart: bindTunnels, "
								"relay.pipes, log.format") != std::string::npos);
		}
		// What runs is as at the start again.
		static_cast<void>(replace("server", "relay.pipes = 10\n"));
		expectReloaded(server, "changed: port.reservation");
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
		const std::string rest = server.readToEnd(Output::Stderr);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(rest, std::string::npos, rest.find("restart"));
	}

	void testSecretOfTheCommandLineOutlivesAReload()
	{
		const EchoService echo;
		const std::string file = replace("server", "");
		ServerProgram server({"--config", file, "--secret", "hunter2"}, {{"BORE_LIMIT_TUNNELS", "7"}});
		static_cast<void>(replace("server", "limit.tunnels = 1\n"));
		expectReloaded(server, "nothing changed"); // the variable counts
		ClientProgram client(echo.port(), server.port(), {}, {{"BORE_SECRET", "hunter2"}});
		auto first = ScriptedPeer::connectTo(client.port());
		expectEcho(first);
		expectReloaded(client, "nothing changed");
		auto second = ScriptedPeer::connectTo(client.port());
		expectEcho(second);
		for (const auto* program : {static_cast<ChildProcess*>(&server), static_cast<ChildProcess*>(&client)})
			CPPUNIT_ASSERT_EQUAL(std::string::npos, program->everything(Output::Stderr).find("hunter2"));
	}

	void testSecretFileIsReadAnew()
	{
		const EchoService echo;
		const std::string secret = replace("secret", "old\n");
		ServerProgram server({"--secret-file", secret});
		ClientProgram before(
			echo.port(), server.port(), {"--secret-file", secret, "--reconnect-first-delay=1"});
		Stream stream(ScriptedPeer::connectTo(before.port()));
		static_cast<void>(replace("secret", "new\n"));
		expectReloaded(before, "changed: secretFile"); // the client first: it needs it at its next session
		stream.expectGoesOn();
		expectReloaded(server, "changed: secretFile");
		static_cast<void>(before.readLineWith(Output::Stderr, ": back after "));
		stream.expectGoesOn();
		ClientProgram wrong(echo.port(), server.port(), {"--secret", "old"});
		CPPUNIT_ASSERT_EQUAL(77, wrong.waitForExit());
	}

	void testLevelsOfTheLogChange()
	{
		const std::string file = replace("server", "");
		ServerProgram server({"--config", file});
		static_cast<void>(
			replace("server", "log.level = error\nlog.levels = config:notice, server.tunnel:debug\n"));
		expectReloaded(server, "changed: log.level, log.levels");
		auto client = ScriptedPeer::connectTo(server.port());
		static_cast<void>(openTunnel(client));
		static_cast<void>(server.readLineWith(Output::Stderr, "Information bore.server.tunnel: "));
		static_cast<void>(replace("server", "log.level = notice\n"));
		expectReloaded(server, "changed: log.level, log.levels");
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
		CPPUNIT_ASSERT_EQUAL(std::string(), server.readToEnd(Output::Stderr)); // no "stopping": information
	}

	void testTunnelsOfTheClientComeGoAndChange()
	{
		const ServerProgram server;
		const EchoService services[4];
		const std::string head =
			"server = 127.0.0.1:" + std::to_string(server.port()) + "\nlocalHost = 127.0.0.1\n";
		const std::string stays = tunnelTo("stays", services[0]);
		const std::string file = replace(
			"client", head + stays + tunnelTo("goes", services[1]) + tunnelTo("changes", services[2]));
		ChildProcess client(BORE_CLIENT_BINARY, {"--config", file});
		const auto before = announced(client, 3);
		Stream stream(ScriptedPeer::connectTo(before.at(services[0].port())));
		auto old = ScriptedPeer::connectTo(before.at(services[1].port()));
		expectEcho(old);
		static_cast<void>(replace("client", head + stays + tunnelTo("changes", services[3]) +
												tunnelTo("comes", services[1]) + "standby.size = 8\n"));
		expectReloaded(client, "changed: tunnel.changes.localPort, tunnel.comes.*, tunnel.goes.*");
		stream.expectGoesOn();
		expectEcho(old); // where it leads to is the same, so the tunnel is
		const auto after = announced(client, 1);
		auto visitor = ScriptedPeer::connectTo(after.at(services[3].port()));
		expectEcho(visitor);
		CPPUNIT_ASSERT(eventually([&] { return ScriptedPeer::isRefused(before.at(services[2].port())); }));
		static_cast<void>(replace("client", head + stays));
		client.signal(SIGHUP);
		static_cast<void>(client.readLineWith(Output::Stderr, RELOADED));
		CPPUNIT_ASSERT(eventually([&] { return ScriptedPeer::isRefused(before.at(services[1].port())); }));
		expectEcho(old); // whom the tunnel carries goes on
		stream.expectGoesOn();
		CPPUNIT_ASSERT(!client.hasExited());
	}

	void testWrongTunnelLeavesTheClientAsItIs()
	{
		const ServerProgram server;
		const EchoService service;
		const std::string head =
			"server = 127.0.0.1:" + std::to_string(server.port()) + "\nlocalHost = 127.0.0.1\n";
		const std::string file = replace("client", head + tunnelTo("web", service));
		ChildProcess client(BORE_CLIENT_BINARY, {"--config", file});
		const std::string address = client.readLine(Output::Stdout);
		const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.find(':') + 1)));
		Stream stream(ScriptedPeer::connectTo(port));
		static_cast<void>(replace("client", head + tunnelTo("other", service) + "tunnel.web.port = 1\n"));
		client.signal(SIGHUP);
		static_cast<void>(
			client.readLineWith(Output::Stderr, file + ":4: tunnel.web.port: the tunnel has no local port"));
		static_cast<void>(client.readLineWith(Output::Stderr, NOT_RELOADED));
		static_cast<void>(replace("client", head));
		client.signal(SIGHUP);
		static_cast<void>(client.readLineWith(Output::Stderr, "the port of the local service is missing"));
		static_cast<void>(client.readLineWith(Output::Stderr, NOT_RELOADED));
		auto visitor = ScriptedPeer::connectTo(port);
		expectEcho(visitor);
		stream.expectGoesOn();
	}

	void testReloadWhileItStopsIsNoSignalToStop()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), {"--shutdown-grace", "3600"});
		auto visitor = tunnel.visit();
		expectEcho(visitor);
		tunnel.server.signal(SIGTERM);
		static_cast<void>(tunnel.server.readLineWith(Output::Stderr, "waiting up to"));
		for (int i = 0; i < 3; ++i)
		{
			tunnel.server.signal(SIGHUP);
			static_cast<void>(tunnel.server.readLineWith(
				Output::Stderr, "SIGHUP: the program stops, its configuration is not reloaded"));
		}
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
		CPPUNIT_ASSERT_EQUAL(0, tunnel.server.waitForExit());
	}

	void testManyReloadsAtOnceEndInTheLastConfiguration()
	{
		const EchoService echo;
		const std::string file = replace("server", "");
		ProgramTunnel tunnel(echo.port(), {"--config", file});
		Stream stream(tunnel.visit());
		for (int i = 1; i <= 20; ++i)
		{
			static_cast<void>(replace("server", "limit.tunnels = " + std::to_string(i) + "\n"));
			tunnel.server.signal(SIGHUP);
		}
		static_cast<void>(replace("server", "limit.connections = 1\n"));
		tunnel.server.signal(SIGHUP);
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				tunnel.server.readOn();
				return tunnel.server.everything(Output::Stderr).find("limit.connections") !=
					   std::string::npos;
			}));
		ScriptedPeer::expectTurnedAway(tunnel.client.port());
		stream.expectGoesOn();
		tunnel.server.signal(SIGHUP);
		tunnel.server.signal(SIGTERM);
		CPPUNIT_ASSERT(eventually([&] { return ScriptedPeer::isRefused(tunnel.server.port()); }));
	}

private:
	[[nodiscard]] std::string replace(const std::string& name, const std::string& content) const
	/// As who writes such files should: beside it, then renamed.
	{
		const std::string beside = _directory.write(name + ".new", content);
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(beside.c_str(), 0600));
		CPPUNIT_ASSERT_EQUAL(0, std::rename(beside.c_str(), _directory.path(name).c_str()));
		return _directory.path(name);
	}

	[[nodiscard]] static std::string tunnelTo(const std::string& name, const EchoService& service)
	{
		return "tunnel." + name + ".localPort = " + std::to_string(service.port()) + "\n";
	}

	static void expectReloaded(ChildProcess& program, const std::string& what)
	{
		program.signal(SIGHUP);
		const std::string line = program.readLineWith(Output::Stderr, RELOADED);
		CPPUNIT_ASSERT_EQUAL(what, line.substr(line.find(RELOADED) + sizeof(RELOADED) - 1));
	}

	[[nodiscard]] static std::map<std::uint16_t, std::uint16_t> announced(ChildProcess& client, int count)
	/// Public ports by local ports, from that many lines.
	{
		std::map<std::uint16_t, std::uint16_t> result;
		for (int i = 0; i < count; ++i)
		{
			const std::string line = client.readLine(Output::Stdout);
			const auto portBehind = [&line](std::size_t colon)
			{ return static_cast<std::uint16_t>(std::stoul(line.substr(colon + 1))); };
			result[portBehind(line.rfind(':'))] = portBehind(line.find(':'));
		}
		return result;
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReloadProgramTest);
