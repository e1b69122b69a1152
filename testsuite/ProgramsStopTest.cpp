//
// ProgramsStopTest.cpp
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/ProgramTunnel.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>

using namespace Bore::Test;

class ProgramsStopTest : public CppUnit::TestFixture
/// Signals to programs that carry a visitor. A grace of an hour does not
/// end within a test: what ends, ends for another reason.
{
	CPPUNIT_TEST_SUITE(ProgramsStopTest);
	CPPUNIT_TEST(testServerLetsARunningConnectionFinish);
	CPPUNIT_TEST(testClientLetsARunningConnectionFinish);
	CPPUNIT_TEST(testServerWithoutConnectionsEndsAtOnce);
	CPPUNIT_TEST(testSecondSignalEndsTheGraceOfTheServer);
	CPPUNIT_TEST(testSecondSignalEndsTheGraceOfTheClient);
	CPPUNIT_TEST(testEndOfTheGraceEndsTheConnections);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

	const ChildProcess::Arguments _anHour{"--shutdown-grace", "3600"};
	const ChildProcess::Arguments _noTime{"--shutdown-grace", "0"};

public:
	void testServerLetsARunningConnectionFinish()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), _anHour, _anHour);
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		tunnel.server.signal(SIGTERM);
		expectClosedToOthers(tunnel.client.port());
		expectClosedToOthers(tunnel.server.port());
		expectFinishes(visitor);
		CPPUNIT_ASSERT_EQUAL(0, tunnel.server.waitForExit());
		CPPUNIT_ASSERT_EQUAL(75, tunnel.client.waitForExit());
	}

	void testClientLetsARunningConnectionFinish()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), _anHour, _anHour);
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		tunnel.client.signal(SIGTERM);
		expectClosedToOthers(tunnel.client.port());
		expectFinishes(visitor);
		CPPUNIT_ASSERT_EQUAL(0, tunnel.client.waitForExit());
		CPPUNIT_ASSERT(!tunnel.server.hasExited());
	}

	void testServerWithoutConnectionsEndsAtOnce()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), _anHour, _anHour);
		(void)tunnel.client.address();
		tunnel.server.signal(SIGINT);
		CPPUNIT_ASSERT_EQUAL(0, tunnel.server.waitForExit());
		CPPUNIT_ASSERT_EQUAL(75, tunnel.client.waitForExit());
	}

	void testSecondSignalEndsTheGraceOfTheServer()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), _anHour);
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		expectEndsAtSecondSignal(tunnel.server);
		visitor.expectClosed();
	}

	void testSecondSignalEndsTheGraceOfTheClient()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), {}, _anHour);
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		expectEndsAtSecondSignal(tunnel.client);
		visitor.expectClosed();
	}

	void testEndOfTheGraceEndsTheConnections()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), _noTime, _noTime);
		ScriptedPeer first = tunnel.visit();
		expectEcho(first);
		tunnel.client.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, tunnel.client.waitForExit());
		first.expectClosed();

		ClientProgram client(echo.port(), tunnel.server.port());
		ScriptedPeer second = ScriptedPeer::connectTo(client.port());
		expectEcho(second);
		tunnel.server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, tunnel.server.waitForExit());
		second.expectClosed();
	}

private:
	static void expectClosedToOthers(std::uint16_t port)
	{
		CPPUNIT_ASSERT(eventually([port] { return ScriptedPeer::isRefused(port); }));
	}

	static void expectFinishes(ScriptedPeer& visitor)
	{
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
	}

	static void expectEndsAtSecondSignal(ChildProcess& program)
	{
		program.signal(SIGTERM);
		(void)program.readLineWith(Output::Stderr, "waiting up to 3600.0 s for 1 connections to end");
		CPPUNIT_ASSERT(!program.hasExited());
		program.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, program.waitForExit());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgramsStopTest);
