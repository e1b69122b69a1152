//
// ServiceProgramTest.cpp
//
// The programs as a service manager runs them.
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/NotifyReceiver.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <string>
#include <sys/stat.h>

using namespace Bore;
using namespace Bore::Test;

class ServiceProgramTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServiceProgramTest);
	CPPUNIT_TEST(testServerTellsThatItServesAndThatItStops);
	CPPUNIT_TEST(testClientTellsItsAddressAndThatItStops);
	CPPUNIT_TEST(testClientIsNotReadyBeforeItsTunnelIsOpen);
	CPPUNIT_TEST(testClientThatWaitsForItsServerIsReady);
	CPPUNIT_TEST(testStartThatFailsIsNeverReady);
	CPPUNIT_TEST(testSignsOfLifeComeUntilTheEnd);
	CPPUNIT_TEST(testSecretComesAsACredential);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;
	using Environment = ChildProcess::Environment;

public:
	void testServerTellsThatItServesAndThatItStops()
	{
		NotifyReceiver receiver;
		ServerProgram server({}, toldTo(receiver));
		CPPUNIT_ASSERT_EQUAL(
			std::string("READY=1\nSTATUS=0 tunnels, 0 connections"), receiver.receiveWith("READY=1"));
		server.signal(SIGTERM);
		static_cast<void>(receiver.receiveWith("STOPPING=1"));
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
		// How it stops may be told meanwhile, and nothing else.
		for (const auto& message : receiver.waiting())
			CPPUNIT_ASSERT_MESSAGE(message, message.rfind("STATUS=", 0) == 0);
	}

	void testClientTellsItsAddressAndThatItStops()
	{
		NotifyReceiver receiver(NotifyReceiver::Kind::Abstract);
		const EchoService echo;
		const ServerProgram server;
		ClientProgram client(echo.port(), server.port(), {}, toldTo(receiver));
		CPPUNIT_ASSERT_EQUAL(
			"READY=1\nSTATUS=open: " + client.address() + "; 0 connections", receiver.receiveWith("READY=1"));
		client.signal(SIGTERM);
		static_cast<void>(receiver.receiveWith("STOPPING=1"));
		CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
	}

	void testClientIsNotReadyBeforeItsTunnelIsOpen()
	{
		NotifyReceiver receiver;
		ScriptedListener listener;
		const ClientProgram client(9, listener.port(), {}, toldTo(receiver));
		auto server = listener.accept();
		server.expectFrame("{\"Hello\":0}");
		CPPUNIT_ASSERT_EQUAL(
			"STATUS=connecting to 127.0.0.1:" + std::to_string(listener.port()) + "; 0 connections",
			receiver.receive());
		CPPUNIT_ASSERT(receiver.waiting().empty());
		server.sendFrame("{\"Hello\":40123}");
		static_cast<void>(receiver.receiveWith("READY=1"));
	}

	void testClientThatWaitsForItsServerIsReady()
	{
		NotifyReceiver receiver;
		ScriptedListener listener;
		const auto port = listener.port();
		listener.close();
		const ClientProgram client(9, port, {"--wait"}, toldTo(receiver));
		CPPUNIT_ASSERT_EQUAL(
			"READY=1\nSTATUS=connecting to 127.0.0.1:" + std::to_string(port) + "; 0 connections",
			receiver.receiveWith("READY=1"));
	}

	void testStartThatFailsIsNeverReady()
	{
		NotifyReceiver receiver;
		const ServerProgram first;
		CPPUNIT_ASSERT_EQUAL(
			71, endingOf(BORE_SERVER_BINARY,
					{"--control-port", std::to_string(first.port()), "--bind-addr", "127.0.0.1"},
					toldTo(receiver))
					.code);
		ScriptedListener listener;
		const std::string nowhere = "127.0.0.1:" + std::to_string(listener.port());
		listener.close();
		CPPUNIT_ASSERT_EQUAL(69, endingOf(BORE_CLIENT_BINARY, {"9", "--to", nowhere}, toldTo(receiver)).code);
		for (const auto& message : receiver.waiting())
			CPPUNIT_ASSERT_MESSAGE(message, message.find("READY") == std::string::npos);
	}

	void testSignsOfLifeComeUntilTheEnd()
	{
		NotifyReceiver receiver;
		const EchoService echo;
		ServerProgram server({"--shutdown-grace", "3600"}, toldTo(receiver, "20000"));
		ClientProgram client(echo.port(), server.port());
		auto visitor = ScriptedPeer::connectTo(client.port());
		expectEcho(visitor);
		for (int i = 0; i < 3; ++i) static_cast<void>(receiver.receiveWith("WATCHDOG=1"));
		server.signal(SIGTERM);
		// While running connections have their grace period it lives.
		static_cast<void>(receiver.receiveWith("STOPPING=1"));
		for (int i = 0; i < 3; ++i) static_cast<void>(receiver.receiveWith("WATCHDOG=1"));
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
	}

	void testSecretComesAsACredential()
	{
		const TemporaryDirectory credentials;
		const std::string secret = credentials.write("secret", "hunter2\n");
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(secret.c_str(), 0440)); // as one with an access control list shows
		const EchoService echo;
		const Environment environment{
			{"CREDENTIALS_DIRECTORY", credentials.path()}, {"BORE_SECRET_FILE", secret}};
		ServerProgram server({}, environment);
		ClientProgram client(echo.port(), server.port(), {}, environment);
		auto visitor = ScriptedPeer::connectTo(client.port());
		expectEcho(visitor);
		expectRefusal(endingOf(BORE_SERVER_BINARY, {}, {{"BORE_SECRET_FILE", secret}}), 78,
			{"is open to others (mode 440)"});
	}

private:
	[[nodiscard]] static Environment toldTo(const NotifyReceiver& receiver, const std::string& watchdog = "")
	{
		Environment environment{{"NOTIFY_SOCKET", receiver.address()}};
		if (!watchdog.empty()) environment["WATCHDOG_USEC"] = watchdog;
		return environment;
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceProgramTest);
