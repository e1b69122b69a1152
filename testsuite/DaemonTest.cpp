//
// DaemonTest.cpp
//
// The programs in the background: a process with threads, as this one,
// cannot be divided in two.
//

#include "testsuite/support/DaemonProgram.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Files.h"
#include "testsuite/support/NotifyReceiver.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/ScriptedListener.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <string>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;

class DaemonTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DaemonTest);
	CPPUNIT_TEST(testCommandEndsWhenTheServerServes);
	CPPUNIT_TEST(testCommandPrintsTheClientsAddresses);
	CPPUNIT_TEST(testBackgroundHasNeitherTerminalNorOutput);
	CPPUNIT_TEST(testStartThatFailsSaysWhyAndLeavesNothing);
	CPPUNIT_TEST(testClientThatFailsAtStartSaysWhyAndLeavesNothing);
	CPPUNIT_TEST(testSecondOneWithTheSamePidFileIsRefused);
	CPPUNIT_TEST(testSignalToTheCommandStopsTheStart);
	CPPUNIT_TEST(testProcessThatIsKilledAtItsStartIsTold);
	CPPUNIT_TEST(testLaterFailureIsInTheLog);
	CPPUNIT_TEST(testPidFileIsForTheForegroundToo);
	CPPUNIT_TEST(testForcedEndRemovesThePidFile);
	CPPUNIT_TEST(testMaskIsForFilesOfTheProgram);
	CPPUNIT_TEST(testServiceManagerIsNotTold);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

public:
	void testCommandEndsWhenTheServerServes()
	{
		DaemonProgram server(BORE_SERVER_BINARY, {"--control-port", "0", "--bind-addr", "127.0.0.1"});
		CPPUNIT_ASSERT_EQUAL(std::string(), server.start().out);
		CPPUNIT_ASSERT_EQUAL(0, server.start().code);
		CPPUNIT_ASSERT_EQUAL(std::string(), server.start().err);
		CPPUNIT_ASSERT(
			eventually([&] { return server.log().find("listening on 127.0.0.1:") != std::string::npos; }));
		server.signal(SIGTERM);
		server.awaitEnd();
		CPPUNIT_ASSERT(!exists(server.pidFile()));
	}

	void testCommandPrintsTheClientsAddresses()
	{
		const EchoService echo;
		const ServerProgram server;
		const std::string port = std::to_string(echo.port());
		DaemonProgram client(BORE_CLIENT_BINARY,
			{"127.0.0.1:" + port, "localhost:" + port, "--to", "127.0.0.1:" + std::to_string(server.port())});
		const std::string addresses = client.start().out;
		CPPUNIT_ASSERT_EQUAL(0, client.start().code);
		for (const auto& local : {" 127.0.0.1:" + port + "\n", " localhost:" + port + "\n"})
			CPPUNIT_ASSERT_MESSAGE(addresses, addresses.find(local) != std::string::npos);
		auto visitor = ScriptedPeer::connectTo(
			static_cast<std::uint16_t>(std::stoul(addresses.substr(addresses.find(':') + 1))));
		expectEcho(visitor);
	}

	void testBackgroundHasNeitherTerminalNorOutput()
	{
		DaemonProgram server(BORE_SERVER_BINARY, {"--control-port", "0", "--bind-addr", "127.0.0.1"});
		static_cast<void>(server.start());
		CPPUNIT_ASSERT_EQUAL(server.pid(), ::getsid(server.pid()));
		for (const std::string descriptor : {"0", "1", "2"})
			CPPUNIT_ASSERT_EQUAL(std::string("/dev/null"), server.descriptor(descriptor));
	}

	void testStartThatFailsSaysWhyAndLeavesNothing()
	{
		const ServerProgram first;
		DaemonProgram server(
			BORE_SERVER_BINARY, {"--control-port", std::to_string(first.port()), "--bind-addr", "127.0.0.1"});
		expectRefusal(server.start(), 71, {"cannot listen on", "is another server running?"});
		CPPUNIT_ASSERT(!exists(server.pidFile()));
	}

	void testClientThatFailsAtStartSaysWhyAndLeavesNothing()
	{
		ScriptedListener listener;
		const std::string address = "127.0.0.1:" + std::to_string(listener.port());
		listener.close();
		DaemonProgram client(BORE_CLIENT_BINARY, {"9", "--to", address});
		expectRefusal(client.start(), 69, {"could not connect to " + address});
		CPPUNIT_ASSERT(!exists(client.pidFile()));
	}

	void testSecondOneWithTheSamePidFileIsRefused()
	{
		const ChildProcess::Arguments arguments{"--control-port", "0", "--bind-addr", "127.0.0.1"};
		DaemonProgram server(BORE_SERVER_BINARY, arguments);
		static_cast<void>(server.start());
		auto second = arguments;
		second.insert(second.end(), {"--pidfile", server.pidFile()});
		expectRefusal(endingOf(BORE_SERVER_BINARY, second), 78,
			{"is that of process " + std::to_string(server.pid()), "stop it"});
		CPPUNIT_ASSERT(exists(server.pidFile()));
	}

	void testSignalToTheCommandStopsTheStart()
	{
		ScriptedListener listener;
		DaemonProgram client(
			BORE_CLIENT_BINARY, {"9", "--to", "127.0.0.1:" + std::to_string(listener.port())});
		const auto silent = listener.accept();
		client.command().signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(std::string(), client.start().out);
		CPPUNIT_ASSERT_EQUAL(0, client.start().code);
		CPPUNIT_ASSERT(client.log().find("SIGTERM: stopping") != std::string::npos);
		CPPUNIT_ASSERT(!exists(client.pidFile()));
	}

	void testProcessThatIsKilledAtItsStartIsTold()
	{
		ScriptedListener listener;
		DaemonProgram client(
			BORE_CLIENT_BINARY, {"9", "--to", "127.0.0.1:" + std::to_string(listener.port())});
		const auto silent = listener.accept();
		client.signal(SIGKILL);
		expectRefusal(client.start(), 70, {"the process in the background was ended by signal 9"});
	}

	void testLaterFailureIsInTheLog()
	{
		ScriptedListener listener;
		DaemonProgram client(BORE_CLIENT_BINARY,
			{"9", "--no-reconnect", "--to", "127.0.0.1:" + std::to_string(listener.port())});
		auto server = listener.accept();
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:40123\n"), client.start().out);
		static_cast<void>(client.pid()); // while it is to be read
		server.close();
		client.awaitEnd();
		const std::string log = client.log();
		CPPUNIT_ASSERT_MESSAGE(log, log.find("Fatal bore-client: connection to ") != std::string::npos);
		CPPUNIT_ASSERT(!exists(client.pidFile()));
	}

	void testPidFileIsForTheForegroundToo()
	{
		const TemporaryDirectory directory;
		const std::string path = directory.path("pid");
		ServerProgram server({"--pidfile", path});
		CPPUNIT_ASSERT_EQUAL(std::to_string(server.pid()) + "\n", textOf(path));
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
		CPPUNIT_ASSERT(!exists(path));
	}

	void testForcedEndRemovesThePidFile()
	{
		const EchoService echo;
		const TemporaryDirectory directory;
		const std::string path = directory.path("pid");
		ProgramTunnel tunnel(echo.port(), {"--pidfile", path, "--shutdown-grace", "3600"});
		auto visitor = tunnel.visit();
		expectEcho(visitor);
		for (const char* const line : {"a second signal", "stopping now"})
		{
			tunnel.server.signal(SIGTERM);
			static_cast<void>(tunnel.server.readLineWith(Output::Stderr, line));
		}
		tunnel.server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, tunnel.server.waitForExit());
		CPPUNIT_ASSERT(!exists(path));
	}

	void testMaskIsForFilesOfTheProgram()
	{
		DaemonProgram server(
			BORE_SERVER_BINARY, {"--control-port", "0", "--bind-addr", "127.0.0.1", "--umask", "077"});
		static_cast<void>(server.start());
		CPPUNIT_ASSERT_EQUAL(mode_t{0600}, modeOf(server.pidFile()));
	}

	void testServiceManagerIsNotTold()
	{
		NotifyReceiver receiver;
		DaemonProgram server(BORE_SERVER_BINARY, {"--control-port", "0", "--bind-addr", "127.0.0.1"},
			{{"NOTIFY_SOCKET", receiver.address()}});
		static_cast<void>(server.start());
		server.signal(SIGTERM);
		server.awaitEnd();
		CPPUNIT_ASSERT(receiver.waiting().empty());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(DaemonTest);
