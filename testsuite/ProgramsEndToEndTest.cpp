//
// ProgramsEndToEndTest.cpp
//

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/Transfer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <iterator>

using namespace Bore::Test;
using namespace std::string_literals;

class ProgramsEndToEndTest : public CppUnit::TestFixture
/// A visitor, both programs as processes, and a service of the test.
{
	CPPUNIT_TEST_SUITE(ProgramsEndToEndTest);
	CPPUNIT_TEST(testVisitorIsAnswered);
	CPPUNIT_TEST(testVisitorIsAnsweredWithASecret);
	CPPUNIT_TEST(testVisitorsComeByBothVersionsOfIp);
	CPPUNIT_TEST(testHundredMegabytesEachWayArriveWhole);
	CPPUNIT_TEST(testVisitorHalfCloseStillReceivesAnswer);
	CPPUNIT_TEST(testServiceHalfCloseStillReceivesRest);
	CPPUNIT_TEST(testVisitorResetReachesService);
	CPPUNIT_TEST(testServiceResetReachesVisitor);
	CPPUNIT_TEST(testRefusingServiceResetsVisitor);
	CPPUNIT_TEST(testTwoHundredVisitorsAtOnceAreAnswered);
	CPPUNIT_TEST(testPageIsFetchedByCurl);
	CPPUNIT_TEST(testKilledServerEndsClientAndVisitor);
	CPPUNIT_TEST(testKilledClientFreesItsPort);
	CPPUNIT_TEST(testShippedConfigurationsCarryAVisitor);
	CPPUNIT_TEST_SUITE_END();

	using Arguments = ChildProcess::Arguments;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	static constexpr std::uint64_t MANY_BYTES = 10'000'000; // several times slower there
#else
	static constexpr std::uint64_t MANY_BYTES = 100'000'000;
#endif

public:
	void testVisitorIsAnswered()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port());
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
	}

	void testVisitorIsAnsweredWithASecret()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port(), {"-s", "of both"}, {"--secret=of both"});
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
	}

	void testVisitorsComeByBothVersionsOfIp()
	{
		const EchoService echo;
		const ServerProgram server({}, {}, "");
		for (const std::string host : {"[::1]", "127.0.0.1", "localhost"})
		{
			ClientProgram client(echo.port(), server.port(), {}, {}, host);
			CPPUNIT_ASSERT_EQUAL(host + ":" + std::to_string(client.port()), client.address());
			for (const std::string address : {"::1", "127.0.0.1"})
			{
				ScriptedPeer visitor = ScriptedPeer::connectTo(client.port(), address);
				expectEcho(visitor);
			}
		}
	}

	void testHundredMegabytesEachWayArriveWhole()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		ScriptedPeer visitor = tunnel.visit();
		ScriptedPeer served = service.accept();
		Transfer up = Transfer::send(visitor.socket(), 1, MANY_BYTES);
		Transfer upArrives = Transfer::receive(served.socket(), 1, MANY_BYTES);
		Transfer down = Transfer::send(served.socket(), 2, MANY_BYTES);
		Transfer downArrives = Transfer::receive(visitor.socket(), 2, MANY_BYTES);
		for (Transfer* const transfer : {&up, &upArrives, &down, &downArrives}) transfer->await();
	}

	void testVisitorHalfCloseStillReceivesAnswer()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		ScriptedPeer visitor = tunnel.visit();
		ScriptedPeer served = service.accept();
		visitor.send("question");
		visitor.shutdownSend();
		CPPUNIT_ASSERT_EQUAL("question"s, served.receiveToEnd());
		served.send("answer");
		served.close();
		CPPUNIT_ASSERT_EQUAL("answer"s, visitor.receiveToEnd());
	}

	void testServiceHalfCloseStillReceivesRest()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		ScriptedPeer visitor = tunnel.visit();
		ScriptedPeer served = service.accept();
		served.send("greeting");
		served.shutdownSend();
		CPPUNIT_ASSERT_EQUAL("greeting"s, visitor.receiveToEnd());
		visitor.send("rest");
		visitor.close();
		CPPUNIT_ASSERT_EQUAL("rest"s, served.receiveToEnd());
	}

	void testVisitorResetReachesService()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		ScriptedPeer visitor = tunnel.visit();
		ScriptedPeer served = service.accept();
		visitor.send("before");
		served.expect("before");
		visitor.reset();
		served.expectReset();
	}

	void testServiceResetReachesVisitor()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		ScriptedPeer visitor = tunnel.visit();
		ScriptedPeer served = service.accept();
		served.send("before");
		visitor.expect("before");
		served.reset();
		visitor.expectReset();
	}

	void testRefusingServiceResetsVisitor()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		service.close();
		tunnel.visit().expectReset();
	}

	void testTwoHundredVisitorsAtOnceAreAnswered()
	{
		constexpr std::size_t VISITORS = 200;
		const EchoService echo;
		ProgramTunnel tunnel(echo.port());
		std::vector<ScriptedPeer> visitors;
		for (std::size_t i = 0; i < VISITORS; ++i)
		{
			visitors.push_back(tunnel.visit());
			visitors.back().send("visitor " + std::to_string(i));
		}
		for (std::size_t i = 0; i < VISITORS; ++i) visitors[i].expect("visitor " + std::to_string(i));
		CPPUNIT_ASSERT_EQUAL(VISITORS, echo.openConnections());
	}

	void testPageIsFetchedByCurl()
	{
		ScriptedListener service;
		ProgramTunnel tunnel(service.port());
		const std::string page = ByteSource(3).next(5'000'000);
		const TemporaryDirectory directory;
		const std::string file = directory.path("page");
		ChildProcess curl(
			"/usr/bin/curl", {"--silent", "--show-error", "--fail", "--noproxy", "*", "--output", file,
								 "http://" + tunnel.client.address() + "/page"});
		ScriptedPeer served = service.accept();
		std::string request;
		while (request.find("\r\n\r\n") == std::string::npos) request += served.receiveSome();
		CPPUNIT_ASSERT_EQUAL("GET /page HTTP/1.1\r\n"s, request.substr(0, 20));
		served.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(page.size()) + "\r\n\r\n");
		served.send(page);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(endingOf(curl).err, 0, curl.waitForExit());
		CPPUNIT_ASSERT(page == contentOf(file));
	}

	void testKilledServerEndsClientAndVisitor()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port());
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		tunnel.server.signal(SIGKILL);
		visitor.expectClosed();
		CPPUNIT_ASSERT_EQUAL(75, tunnel.client.waitForExit());
		CPPUNIT_ASSERT(eventually([&] { return echo.openConnections() == 0; }));
	}

	void testKilledClientFreesItsPort()
	{
		const EchoService echo;
		ProgramTunnel tunnel(echo.port());
		ScriptedPeer visitor = tunnel.visit();
		expectEcho(visitor);
		const std::uint16_t port = tunnel.client.port();
		tunnel.client.signal(SIGKILL);
		visitor.expectClosed();
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				ScriptedPeer next = ScriptedPeer::connectTo(tunnel.server.port());
				next.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
				return next.receiveFrame() == "{\"Hello\":" + std::to_string(port) + "}";
			}));
	}

	void testShippedConfigurationsCarryAVisitor()
	{
		const EchoService echo;
		const std::string local = std::to_string(echo.port());
		for (const std::string kind : {".properties", ".full.properties"})
		{
			const ServerProgram server({"--config", BORE_CONF_DIR "/bore-server" + kind});
			ChildProcess client(
				BORE_CLIENT_BINARY, {local, "--config", BORE_CONF_DIR "/bore-client" + kind, "--to",
										"127.0.0.1:" + std::to_string(server.port())});
			const std::string address = client.readLine(ChildProcess::Output::Stdout);
			const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
			ScriptedPeer visitor = ScriptedPeer::connectTo(port);
			expectEcho(visitor);
		}
	}

private:
	static std::string contentOf(const std::string& path)
	{
		std::ifstream stream(path, std::ios::binary);
		return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgramsEndToEndTest);
