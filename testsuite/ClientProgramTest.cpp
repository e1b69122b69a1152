//
// ClientProgramTest.cpp
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

class ClientProgramTest : public CppUnit::TestFixture
/// bore-client as a process: what it is told, what it says, how it ends.
{
	CPPUNIT_TEST_SUITE(ClientProgramTest);
	CPPUNIT_TEST(testHelpIsThatOfTheGuide);
	CPPUNIT_TEST(testVersionIsTold);
	CPPUNIT_TEST(testWrongOptionsAreUsageErrors);
	CPPUNIT_TEST(testBadPortsAreRefusedFromEverywhere);
	CPPUNIT_TEST(testBadConfigFilesAreRefused);
	CPPUNIT_TEST(testEmptySecretIsRefusedFromEverywhere);
	CPPUNIT_TEST(testTwoSecretsAreRefused);
	CPPUNIT_TEST(testUnreachableServerIsReported);
	CPPUNIT_TEST(testSomethingElseThanABoreServerIsReported);
	CPPUNIT_TEST(testRefusedAuthenticationIsReported);
	CPPUNIT_TEST(testSecretForAServerWithoutOneIsReported);
	CPPUNIT_TEST(testRefusedPortIsReported);
	CPPUNIT_TEST(testServerThatDoesNotSayWhoVisitsIsReported);
	CPPUNIT_TEST(testLostServerIsReported);
	CPPUNIT_TEST(testComplaintIsAloneWithAnOrdinaryLimitOfDescriptors);
	CPPUNIT_TEST(testStopSignalsEndItWithZero);
	CPPUNIT_TEST(testStopSignalEndsItWhileTheServerIsSilent);
	CPPUNIT_TEST(testPublicAddressIsAllOfItsStdout);
	CPPUNIT_TEST(testCommandLineWinsOverEnvironmentOverFileOverDefault);
	CPPUNIT_TEST(testSecretStaysHidden);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;
	using Arguments = ChildProcess::Arguments;
	using Environment = ChildProcess::Environment;

	static constexpr char CLIENT[] = BORE_CLIENT_BINARY;
	static constexpr char SECRET[] = "xyzzy-7f3a";

public:
	void testHelpIsThatOfTheGuide() { expectGuideShowsHelpOf(CLIENT); }

	void testVersionIsTold() { expectVersionOf(CLIENT, "bore-client"); }

	void testWrongOptionsAreUsageErrors()
	{
		refuse(64, {"--to", "x"}, {"LOCAL_PORT"});
		refuse(64, {"80"}, {"--to"});
		refuse(64, {"80", "--locl-host", "x"}, {"--locl-host", "--local-host"});
		refuse(64, {"80", "81", "--to", "x", "--port=90"}, {"--port", "LOCAL_PORT:REMOTE_PORT"});
		refuse(64, {"80", "81x", "--to", "x"}, {"LOCAL_PORT", "81x"});
		for (const std::string option : {"--to", "-t", "--port", "-p", "--local-host", "--secret-file"})
			refuse(64, {"80", option}, {option, "value"});
		refuse(64, {"80", "--to", ""}, {"--to"});
		refuse(64, {"80", "--to", "host:0"}, {"--to"});
		refuse(64, {"80", "--to", "host:65536"}, {"--to"});
		refuse(64, {"80", "--to", "::1"}, {"--to", "brackets"});
		refuse(64, {"80", "--to", "host:7000", "--control-port", "7001"}, {"7000", "7001", "one of them"});
		refuse(64, {"80", "--to", "host", "--port", "65536"}, {"--port", "0 to 65535"});
		refuse(64, {"80", "--to", "host", "-l", "host:81"}, {"-l", "without a port"});
	}

	void testBadPortsAreRefusedFromEverywhere()
	{
		const Arguments good{"80", "--to", "127.0.0.1"};
		expectBadPortsRefused(CLIENT, good, "--control-port", "BORE_CONTROL_PORT", "control.port");
		for (const std::string bad : {"0", "65536", "8,0", "+80", " 80", "0x50"})
		{
			refuse(64, {bad, "--to", "127.0.0.1"}, {"LOCAL_PORT", "1 to 65535"});
			refuse(78, {"--to", "127.0.0.1"}, {"BORE_LOCAL_PORT", "1 to 65535"}, {{"BORE_LOCAL_PORT", bad}});
		}
	}

	void testBadConfigFilesAreRefused() { expectBadConfigFilesRefused(CLIENT, {"80", "--to", "127.0.0.1"}); }

	void testEmptySecretIsRefusedFromEverywhere()
	{
		expectEmptySecretsRefused(CLIENT, {"80", "--to", "127.0.0.1"});
	}

	void testTwoSecretsAreRefused()
	{
		refuse(64, {"80", "--to", "127.0.0.1", "-s", SECRET, "--secret-file", "/etc/hostname"},
			{"--secret-file", "one of them"});
	}

	void testUnreachableServerIsReported()
	{
		ScriptedListener listener;
		const std::string nobody = "127.0.0.1:" + std::to_string(listener.port());
		listener.close();
		refuse(69, {"80", "--to", nobody}, {nobody, "could not connect", "refused", "bore-server"});
		// ".invalid" never resolves: RFC 6761.
		refuse(69, {"80", "--to", "no-such-host.invalid"},
			{"no-such-host.invalid", "resolve", "check the name"});
	}

	void testSomethingElseThanABoreServerIsReported()
	{
		ScriptedListener listener;
		const std::string server = "127.0.0.1:" + std::to_string(listener.port());
		ChildProcess client(CLIENT, {"80", "--to", server});
		ScriptedPeer peer = listener.accept();
		peer.send("220 mail.example.com ESMTP\r\n"s + '\0');
		expectRefusal(endingOf(client), 69, {server, "is it a bore server?"});
	}

	void testRefusedAuthenticationIsReported()
	{
		const ServerProgram server({"--secret", SECRET});
		ClientProgram wrong(80, server.port(), {"--secret", "another"});
		expectRefusal(endingOf(wrong), 77, {"server error: invalid secret", "another secret"});
		ClientProgram none(80, server.port());
		expectRefusal(endingOf(none), 77,
			{"server requires authentication, but no client secret was provided", "--secret-file"});
	}

	void testSecretForAServerWithoutOneIsReported()
	{
		const ServerProgram server;
		ClientProgram client(80, server.port(), {"--secret", SECRET});
		// Both wait 3 s for the other: whoever gives up first decides the rest of the text.
		expectRefusal(endingOf(client), 77, {"leave the secret out"});
	}

	void testRefusedPortIsReported()
	{
		const ScriptedListener holder;
		const ServerProgram server;
		ClientProgram taken(80, server.port(), {"--port", std::to_string(holder.port())});
		expectRefusal(endingOf(taken), 73, {"server error: port already in use", "--port"});
		ClientProgram outside(80, server.port(), {"-p", "1023"});
		expectRefusal(endingOf(outside), 73, {"server error: client port number not in allowed range"});
	}

	void testServerThatDoesNotSayWhoVisitsIsReported()
	{
		ScriptedListener server;
		const std::string name = "127.0.0.1:" + std::to_string(server.port());
		ChildProcess client(CLIENT, {"80", "--to", name, "--proxy-protocol", "v1"});
		auto control = server.accept();
		control.expectFrame("{\"Hello\":0}");
		control.sendFrame("{\"Hello\":40123}");
		control.expectFrame("{\"Offer\":{\"standby\":8,\"visitor\":1}}");
		// One of ours that is older.
		control.sendFrame("{\"Grant\":{\"standby\":8,\"ticket\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}}");
		control.expectFrame("\"Goodbye\"");
		CPPUNIT_ASSERT_EQUAL(73, client.waitForExit());
		expectComplaint(lastLineOf(client.readToEnd(Output::Stderr)),
			{name, "does not say who its visitors are", "set proxyProtocol = off"});
		CPPUNIT_ASSERT_EQUAL(""s, client.readToEnd(Output::Stdout));
	}

	void testLostServerIsReported()
	{
		for (const int signal : {SIGTERM, SIGKILL})
		{
			ServerProgram server;
			ClientProgram client(80, server.port(), {"--no-reconnect"});
			(void)client.address();
			server.signal(signal);
			const Ending ending = endingOf(client);
			CPPUNIT_ASSERT_EQUAL(75, ending.code);
			expectComplaint(
				lastLineOf(ending.err), {"connection to 127.0.0.1:" + std::to_string(server.port()), "lost"});
		}
	}

	void testComplaintIsAloneWithAnOrdinaryLimitOfDescriptors()
	{
		ScriptedListener listener;
		const std::string nobody = "127.0.0.1:" + std::to_string(listener.port());
		listener.close();
		expectRefusal(endingOf("/bin/sh", {"-c", "ulimit -Sn 256; exec \"$@\"", "sh", CLIENT, "--config",
											  ChildProcess::NO_CONFIGURATION, "80", "--to", nobody}),
			69, {nobody});
	}

	void testStopSignalsEndItWithZero()
	{
		const ServerProgram server;
		for (const int signal : {SIGTERM, SIGINT})
		{
			ClientProgram client(80, server.port());
			(void)client.address();
			client.signal(signal);
			const Ending ending = endingOf(client);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, 0, ending.code);
		}
	}

	void testStopSignalEndsItWhileTheServerIsSilent()
	{
		ScriptedListener server;
		ClientProgram client(80, server.port());
		ScriptedPeer silent = server.accept();
		silent.expectFrame(R"({"Hello":0})");
		client.signal(SIGTERM);
		const Ending ending = endingOf(client);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, 0, ending.code);
		CPPUNIT_ASSERT_EQUAL(""s, ending.out);
	}

	void testPublicAddressIsAllOfItsStdout()
	{
		const ServerProgram server;
		ClientProgram client(80, server.port());
		const std::string address = client.address();
		(void)ScriptedPeer::connectTo(client.port());
		client.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
		CPPUNIT_ASSERT_EQUAL("127.0.0.1:" + std::to_string(client.port()), address);
		CPPUNIT_ASSERT_EQUAL(""s, client.readToEnd(Output::Stdout));
	}

	void testCommandLineWinsOverEnvironmentOverFileOverDefault()
	{
		ScriptedListener one;
		ScriptedListener other;
		const std::string first = "127.0.0.1:" + std::to_string(one.port());
		const std::string second = "127.0.0.1:" + std::to_string(other.port());
		const TemporaryDirectory directory;
		const std::string file =
			directory.write("bore.properties", "localPort = 80\nserver = " + first + "\nport = 2001\n");
		const Environment environment{{"BORE_SERVER", second}, {"BORE_PORT", "2002"}};

		expectHello(one, 0, {"80", "--to", first});
		expectHello(one, 2001, {"--config", file});
		expectHello(other, 2002, {"--config", file}, environment);
		expectHello(one, 2003, {"--config", file, "-t", first, "--port=2003"}, environment);
		// A port that only a lower layer names does not count.
		expectHello(other, 2001, {"--config", file, "--control-port", std::to_string(other.port())});
	}

	void testSecretStaysHidden()
	{
		const ServerProgram server({}, {{"BORE_SECRET", SECRET}});
		for (Arguments arguments : waysToGive(SECRET))
		{
			arguments.insert(arguments.end(), {"--log-level", "trace"});
			ClientProgram client(80, server.port(), arguments);
			(void)client.address();
			expectHidden(SECRET, client);
			client.signal(SIGTERM);
			CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
			const std::string written = client.everything(Output::Stdout) + client.everything(Output::Stderr);
			CPPUNIT_ASSERT_EQUAL(std::string::npos, written.find(SECRET));
		}
		ClientProgram fromEnvironment(80, server.port(), {}, {{"BORE_SECRET", SECRET}});
		(void)fromEnvironment.address();
		expectHidden(SECRET, fromEnvironment);
	}

private:
	static void refuse(
		int code, const Arguments& arguments, const Words& words, const Environment& environment = {})
	{
		expectRefusal(endingOf(CLIENT, arguments, environment), code, words);
	}

	static void expectHello(ScriptedListener& server, std::uint16_t port, const Arguments& arguments,
		const Environment& environment = {})
	{
		const ChildProcess client(CLIENT, arguments, environment);
		server.accept().expectFrame("{\"Hello\":" + std::to_string(port) + "}");
	}

	static std::string lastLineOf(const std::string& text)
	{
		const std::string lines = text.substr(0, text.find_last_not_of('\n') + 1);
		return lines.substr(lines.rfind('\n') + 1);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientProgramTest);
