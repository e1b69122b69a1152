//
// ServerProgramTest.cpp
//

#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>

using namespace Bore::Test;
using namespace std::string_literals;

class ServerProgramTest : public CppUnit::TestFixture
/// bore-server as a process: what it is told, what it says, how it ends.
{
	CPPUNIT_TEST_SUITE(ServerProgramTest);
	CPPUNIT_TEST(testHelpIsThatOfTheGuide);
	CPPUNIT_TEST(testVersionIsTold);
	CPPUNIT_TEST(testWrongOptionsAreUsageErrors);
	CPPUNIT_TEST(testBadPortsAreRefusedFromEverywhere);
	CPPUNIT_TEST(testControlPortAboveTheLastIsRefused);
	CPPUNIT_TEST(testRangeWithoutAPortIsRefusedFromEverywhere);
	CPPUNIT_TEST(testBadConfigFilesAreRefused);
	CPPUNIT_TEST(testEmptySecretIsRefusedFromEverywhere);
	CPPUNIT_TEST(testTwoSecretsAreRefused);
	CPPUNIT_TEST(testControlPortInUseIsReported);
	CPPUNIT_TEST(testAddressOfAnotherMachineIsReported);
	CPPUNIT_TEST(testStopSignalsEndItWithZero);
	CPPUNIT_TEST(testCommandLineWinsOverEnvironmentOverFileOverDefault);
	CPPUNIT_TEST(testSecretOfAHigherLayerWins);
	CPPUNIT_TEST(testSecretStaysHidden);
	CPPUNIT_TEST(testSecretInTheWrongPlaceIsNotRepeated);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;
	using Arguments = ChildProcess::Arguments;
	using Environment = ChildProcess::Environment;

	static constexpr char SERVER[] = BORE_SERVER_BINARY;
	static constexpr char SECRET[] = "xyzzy-7f3a";
	static constexpr char IN_USE[] = R"({"Error":"port already in use"})";
	static constexpr char OUT_OF_RANGE[] = R"({"Error":"client port number not in allowed range"})";

public:
	void testHelpIsThatOfTheGuide() { expectGuideShowsHelpOf(SERVER); }

	void testVersionIsTold() { expectVersionOf(SERVER, "bore-server"); }

	void testWrongOptionsAreUsageErrors()
	{
		refuse(64, {"--min-prot", "1"}, {"--min-prot", "--min-port"});
		refuse(64, {"--secert-file", "x"}, {"--secert-file", "--secret-file"});
		refuse(64, {"--min"}, {"--min"});
		refuse(64, {"-x"}, {"-x"});
		for (const std::string option : {"--min-port", "--secret", "-s", "--config", "--bind-addr"})
			refuse(64, {option}, {option, "value"});
		refuse(64, {"8080"}, {"options only"});
		refuse(64, {"--min-port", "2000", "--min-port", "3000"}, {"--min-port", "twice"});
		refuse(64, {"--bind-addr", "localhost"}, {"--bind-addr", "IP address"});
		refuse(64, {"--log-level", "loud"}, {"--log-level", "information"});
		refuse(64, {"--shutdown-grace", "5s"}, {"--shutdown-grace", "seconds"});
	}

	void testBadPortsAreRefusedFromEverywhere()
	{
		expectBadPortsRefused(SERVER, {}, "--min-port", "BORE_MIN_PORT", "minPort");
		expectBadPortsRefused(SERVER, {}, "--max-port", "BORE_MAX_PORT", "maxPort");
	}

	void testControlPortAboveTheLastIsRefused()
	{
		refuse(64, {"--control-port", "65536"}, {"--control-port", "0 to 65535"});
		refuse(78, {}, {"BORE_CONTROL_PORT", "0 to 65535"}, {{"BORE_CONTROL_PORT", "0x50"}});
	}

	void testRangeWithoutAPortIsRefusedFromEverywhere()
	{
		refuse(
			64, {"--min-port", "3000", "--max-port", "2999"}, {"--min-port", "3000", "--max-port", "2999"});
		refuse(78, {}, {"BORE_MAX_PORT", "1023", "1024"}, {{"BORE_MAX_PORT", "1023"}});
		const TemporaryDirectory directory;
		const std::string file = directory.write("bore.properties", "minPort = 3000\nmaxPort = 2000\n");
		refuse(78, {"--config", file}, {file + ":1", file + ":2"});
	}

	void testBadConfigFilesAreRefused() { expectBadConfigFilesRefused(SERVER, {}); }

	void testEmptySecretIsRefusedFromEverywhere() { expectEmptySecretsRefused(SERVER, {}); }

	void testTwoSecretsAreRefused()
	{
		refuse(64, {"--secret", SECRET, "--secret-file", "/etc/hostname"},
			{"--secret", "--secret-file", "one of them"});
		refuse(78, {}, {"BORE_SECRET", "BORE_SECRET_FILE"},
			{{"BORE_SECRET", SECRET}, {"BORE_SECRET_FILE", "/etc/hostname"}});
	}

	void testControlPortInUseIsReported()
	{
		const ScriptedListener holder;
		const std::string port = std::to_string(holder.port());
		refuse(71, {"--bind-addr", "127.0.0.1", "--control-port", port},
			{"127.0.0.1:" + port, "in use", "--control-port"});
		refuse(71, {"--control-port", port}, {port, "in use", "--control-port"});
	}

	void testAddressOfAnotherMachineIsReported()
	{
		// 192.0.2.0/24 and 2001:db8::/32 belong to nobody: RFC 5737, RFC 3849.
		refuse(71, {"--bind-addr", "192.0.2.1"}, {"192.0.2.1", "--bind-addr"});
		refuse(71, {"--bind-addr", "2001:db8::1"}, {"2001:db8::1"});
	}

	void testStopSignalsEndItWithZero()
	{
		for (const int signal : {SIGTERM, SIGINT})
		{
			ServerProgram server;
			server.signal(signal);
			const Ending ending = endingOf(server);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, 0, ending.code);
			CPPUNIT_ASSERT_EQUAL(""s, ending.out);
		}
	}

	void testCommandLineWinsOverEnvironmentOverFileOverDefault()
	{
		// The test holds the port asked for: the refusal tells whether the
		// range has it, and no other program can come in between.
		const ScriptedListener holder;
		const std::string held = std::to_string(holder.port());
		const std::string above = std::to_string(holder.port() + 1);
		const TemporaryDirectory directory;
		const std::string file = directory.write("bore.properties",
			"minPort = " + above + "\ncontrol.port = " + held + "\nbindTunnels = 127.0.0.1\n");
		const Environment environment{{"BORE_MIN_PORT", held}};

		expectAnswer(IN_USE, holder.port(), {});
		expectAnswer(OUT_OF_RANGE, holder.port(), {"--config", file});
		expectAnswer(IN_USE, holder.port(), {"--config", file}, environment);
		expectAnswer(OUT_OF_RANGE, holder.port(), {"--config", file, "--min-port", above}, environment);
	}

	void testSecretOfAHigherLayerWins()
	{
		const TemporaryDirectory directory;
		const std::string file = directory.write("bore.properties", "secret = of the file\n");
		const std::string secretFile = directory.write("bore.secret", SECRET + "\r\nmore\n"s);
		for (const Arguments& line : waysToGive(SECRET))
			expectServes(line, {{"BORE_SECRET", "of the environment"}});
		expectServes({"--config", file}, {{"BORE_SECRET", SECRET}});
		expectServes(
			{"--config", file, "--secret-file", secretFile}, {{"BORE_SECRET", "of the environment"}});
	}

	void testSecretStaysHidden()
	{
		for (Arguments arguments : waysToGive(SECRET))
		{
			arguments.insert(arguments.end(), {"--log-level", "trace"});
			ServerProgram server(arguments);
			ClientProgram client(1, server.port(), {}, {{"BORE_SECRET", SECRET}});
			(void)client.address();
			(void)server.readLineWith(Output::Stderr, "tunnel on port");
			expectHidden(SECRET, server);
			server.signal(SIGTERM);
			CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
			const std::string written = server.everything(Output::Stdout) + server.everything(Output::Stderr);
			CPPUNIT_ASSERT_EQUAL(std::string::npos, written.find(SECRET));
		}
		ServerProgram fromEnvironment({}, {{"BORE_SECRET", SECRET}});
		expectHidden(SECRET, fromEnvironment);
		const Ending help = endingOf(SERVER, {"--secret", SECRET, "--help"}, {{"BORE_SECRET", SECRET}});
		CPPUNIT_ASSERT_EQUAL(std::string::npos, (help.out + help.err).find(SECRET));
	}

	void testSecretInTheWrongPlaceIsNotRepeated()
	{
		const TemporaryDirectory directory;
		const std::string line = directory.write("line.properties", "secret "s + SECRET + "\n");
		const std::string key = directory.write("key.properties", "secret "s + SECRET + " =\n");
		for (const Arguments& arguments : {Arguments{"-s", "one", SECRET}, Arguments{"-secret", SECRET},
				 Arguments{"--secert=" + std::string(SECRET)}, Arguments{"-s", SECRET, "--min-port", "0"},
				 Arguments{"--config", line}, Arguments{"--config", key}})
		{
			const Ending ending = endingOf(SERVER, arguments);
			CPPUNIT_ASSERT(ending.code == 64 || ending.code == 78);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, std::string::npos, ending.err.find(SECRET));
		}
	}

private:
	static void refuse(
		int code, const Arguments& arguments, const Words& words, const Environment& environment = {})
	{
		expectRefusal(endingOf(SERVER, arguments, environment), code, words);
	}

	static void expectAnswer(const std::string& answer, std::uint16_t port, const Arguments& arguments,
		const Environment& environment = {})
	{
		const ServerProgram server(arguments, environment);
		ScriptedPeer peer = ScriptedPeer::connectTo(server.port());
		peer.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
		peer.expectFrame(answer);
	}

	static void expectServes(const Arguments& arguments, const Environment& environment)
	/// A client that has the secret.
	{
		const ServerProgram server(arguments, environment);
		ClientProgram client(1, server.port(), {"--secret", SECRET});
		CPPUNIT_ASSERT(client.port() != 0);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerProgramTest);
