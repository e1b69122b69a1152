//
// CommandProgramTest.cpp
//
// The command bore, as the original's scripts run it.
//

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using Output = ChildProcess::Output;

class CommandProgramTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CommandProgramTest);
	CPPUNIT_TEST(testLocalSaysWhatTheOriginalSaysAndCarriesVisitors);
	CPPUNIT_TEST(testServerServesByTheOriginalsOptions);
	CPPUNIT_TEST(testSecretIsBlankedInTheProcessList);
	CPPUNIT_TEST(testWrongCommandLineNamesTheCommand);
	CPPUNIT_TEST(testHelpAndVersionEndWell);
	CPPUNIT_TEST_SUITE_END();

public:
	void testLocalSaysWhatTheOriginalSaysAndCarriesVisitors()
	{
		const EchoService echo;
		const ServerProgram server({"--secret", "s"});
		ChildProcess local(BORE_COMMAND_BINARY,
			{"local", std::to_string(echo.port()), "-l", "127.0.0.1", "-s", "s"},
			{{"BORE_SERVER", "127.0.0.1:" + std::to_string(server.port())}});
		const std::string connected = local.readLine(Output::Stdout);
		const std::string listening = local.readLine(Output::Stdout);
		const std::string port = connected.substr(connected.rfind('=') + 1);
		CPPUNIT_ASSERT_EQUAL("connected to server remote_port=" + port, connected);
		CPPUNIT_ASSERT_EQUAL("listening at 127.0.0.1:" + port, listening);
		expectVisited(static_cast<std::uint16_t>(std::stoi(port)));
		local.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, local.waitForExit());
	}

	void testServerServesByTheOriginalsOptions()
	{
		const EchoService echo;
		ChildProcess server(BORE_COMMAND_BINARY,
			{"server", "--min-port", "1024", "--max-port", "65535", "--bind-addr", "127.0.0.1",
				"--bind-tunnels", "127.0.0.1", "--control-port", "0"},
			{{"BORE_SECRET", "s"}});
		std::string line = server.readLineWith(Output::Stderr, "listening on ");
		line.erase(line.find(", "));
		const auto control = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
		ClientProgram client(echo.port(), control, {"--secret", "s"});
		expectVisited(client.port());
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
	}

	void testSecretIsBlankedInTheProcessList()
	{
		ChildProcess server(BORE_COMMAND_BINARY,
			{"server", "--bind-addr", "127.0.0.1", "--control-port", "0", "-s", "swordfish"});
		static_cast<void>(server.readLineWith(Output::Stderr, "listening on "));
		std::ifstream file("/proc/" + std::to_string(server.pid()) + "/cmdline");
		const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
		CPPUNIT_ASSERT(line.find("server") != std::string::npos);
		CPPUNIT_ASSERT(line.find("swordfish") == std::string::npos);
	}

	void testWrongCommandLineNamesTheCommand()
	{
		expectEnd({"local", "8000"}, 64,
			"bore local: the server is missing: give --to HOST[:PORT], as in bore local 8080 --to HOST"
			" (try bore local --help)\n");
		expectEnd({"server", "--min-prt", "1"}, 64,
			"bore server: unknown option --min-prt: did you mean --min-port? (try bore server --help)\n");
		expectEnd({}, 64, "bore: the command is missing: give local or server (try bore --help)\n");
	}

	void testHelpAndVersionEndWell()
	{
		for (const ChildProcess::Arguments& arguments :
			{ChildProcess::Arguments{"help"}, {"--version"}, {"local", "--help"}, {"server", "--version"}})
		{
			ChildProcess bore(BORE_COMMAND_BINARY, arguments);
			CPPUNIT_ASSERT(bore.readLine(Output::Stdout).find("bore") != std::string::npos);
			static_cast<void>(bore.readToEnd(Output::Stdout));
			CPPUNIT_ASSERT_EQUAL(0, bore.waitForExit());
		}
	}

private:
	static void expectVisited(std::uint16_t port)
	/// The visitor has gone again: a program that is stopped would wait for it.
	{
		ScriptedPeer visitor = ScriptedPeer::connectTo(port);
		expectEcho(visitor);
	}

	static void expectEnd(const ChildProcess::Arguments& arguments, int code, const std::string& problem)
	{
		ChildProcess bore(BORE_COMMAND_BINARY, arguments);
		CPPUNIT_ASSERT_EQUAL(problem, bore.readToEnd(Output::Stderr));
		CPPUNIT_ASSERT_EQUAL(code, bore.waitForExit());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandProgramTest);
