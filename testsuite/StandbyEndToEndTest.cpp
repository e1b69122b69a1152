//
// StandbyEndToEndTest.cpp
//
// Visitors on standby connections, both roles in one process.
//

#include "Server/PendingVisitors.h"
#include "Server/Standbys.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/Transfer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class StandbyEndToEndTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StandbyEndToEndTest);
	CPPUNIT_TEST(testStockIsFilledAndRefilled);
	CPPUNIT_TEST(testSecretIsProvedOnEachOfThem);
	CPPUNIT_TEST(testMegabytesEachWayThroughOne);
	CPPUNIT_TEST(testServiceThatSpeaksFirst);
	CPPUNIT_TEST(testVisitorHalfCloseStillReceivesAnswer);
	CPPUNIT_TEST(testVisitorWhoLeavesAtOnceIsServed);
	CPPUNIT_TEST(testVisitorIsResetWhereTheServiceRefuses);
	CPPUNIT_TEST(testMoreVisitorsAtOnceThanStandbyConnections);
	CPPUNIT_TEST(testHundredsOfVisitorsOneAfterTheOther);
	CPPUNIT_TEST(testServersLimitIsKept);
	CPPUNIT_TEST(testClientThatWantsNoneHasNone);
	CPPUNIT_TEST(testServerThatAllowsNoneHasNone);
	CPPUNIT_TEST(testEndOfTheClientEmptiesTheStock);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_echo.emplace();
		_local.emplace();
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_local.reset();
		_echo.reset();
	}

	void testStockIsFilledAndRefilled()
	{
		start(_echo->port());
		awaitStock(8);
		auto visitor = visit();
		expectEcho(visitor, "hello");
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _server->parts().visitors.count());
		awaitStock(8);
		expectEcho(visitor, "again");
	}

	void testSecretIsProvedOnEachOfThem()
	{
		start(_echo->port(), "a secret");
		awaitStock(8);
		auto visitor = visit();
		expectEcho(visitor, "hello");
	}

	void testMegabytesEachWayThroughOne()
	{
		constexpr std::uint64_t SIZE = 20UL * 1000 * 1000;
		start(_local->port());
		awaitStock(8);
		auto [visitor, service] = carried();
		auto up = Transfer::send(visitor.socket(), 1, SIZE);
		auto upReceived = Transfer::receive(service.socket(), 1, SIZE);
		auto down = Transfer::send(service.socket(), 2, SIZE);
		auto downReceived = Transfer::receive(visitor.socket(), 2, SIZE);
		up.await();
		down.await();
		upReceived.await();
		downReceived.await();
	}

	void testServiceThatSpeaksFirst()
	{
		start(_local->port());
		awaitStock(8);
		auto [visitor, service] = carried();
		service.send("greeting");
		visitor.expect("greeting");
		visitor.send("question");
		service.expect("question");
	}

	void testVisitorHalfCloseStillReceivesAnswer()
	{
		start(_local->port());
		awaitStock(8);
		auto [visitor, service] = carried();
		visitor.send("question");
		visitor.shutdownSend();
		service.expect("question");
		service.expectEof();
		const std::string answer = ByteSource(1).next(100000);
		service.send(answer);
		service.close();
		visitor.expect(answer);
		visitor.expectEof();
	}

	void testVisitorWhoLeavesAtOnceIsServed()
	{
		start(_local->port());
		awaitStock(8);
		auto [visitor, service] = carried();
		visitor.send("a request, and no wait for its answer");
		visitor.close();
		service.expect("a request, and no wait for its answer");
		service.expectEof();
	}

	void testVisitorIsResetWhereTheServiceRefuses()
	{
		const auto port = _local->port();
		_local->close();
		start(port);
		awaitStock(8);
		ScriptedPeer::expectTurnedAway(_client->port());
		awaitStock(8);
	}

	void testMoreVisitorsAtOnceThanStandbyConnections()
	{
		constexpr std::size_t MANY = 100;
		start(_local->port());
		awaitStock(8);
		std::vector<ScriptedPeer> visitors;
		for (std::size_t i = 0; i < MANY; ++i)
		{
			visitors.push_back(visit());
			visitors.back().send(numbered(i));
		}
		std::vector<bool> served(MANY);
		std::vector<ScriptedPeer> services;
		for (std::size_t i = 0; i < MANY; ++i)
		{
			services.push_back(_local->accept());
			const std::string request = services.back().receive(numbered(0).size());
			const auto number = std::stoul(request) - FIRST;
			CPPUNIT_ASSERT(!served.at(number));
			served.at(number) = true;
			services.back().send(request);
		}
		for (std::size_t i = 0; i < MANY; ++i) visitors[i].expect(numbered(i));
		_local->expectNoConnection(50ms);
		awaitStock(8);
	}

	void testHundredsOfVisitorsOneAfterTheOther()
	{
		start(_echo->port());
		awaitStock(8);
		for (std::size_t i = 0; i < 300; ++i)
		{
			auto visitor = visit();
			expectEcho(visitor, numbered(i));
		}
		awaitStock(8);
	}

	void testServersLimitIsKept()
	{
		auto config = RunningServer::onLoopback();
		config.maxStandby = 3;
		start(_echo->port(), config, 8);
		awaitStock(3);
		auto visitor = visit();
		expectEcho(visitor, "hello");
		awaitStock(3);
	}

	void testClientThatWantsNoneHasNone()
	{
		start(_echo->port(), RunningServer::onLoopback(), 0);
		expectOrdinary();
	}

	void testServerThatAllowsNoneHasNone()
	{
		auto config = RunningServer::onLoopback();
		config.maxStandby = 0;
		start(_echo->port(), config, 8);
		expectOrdinary();
	}

	void testEndOfTheClientEmptiesTheStock()
	{
		start(_echo->port());
		awaitStock(8);
		_client->stop();
		_client->awaitEnd();
		awaitStock(0);
	}

private:
	static constexpr std::size_t FIRST = 1000; // so that all numbers have four digits

	void start(std::uint16_t localPort, const std::string& secret = "")
	{
		_server.emplace(RunningServer::onLoopback(secret));
		_client.emplace(RunningClient::between(_server->port(), localPort, secret));
	}

	void start(std::uint16_t localPort, const ServerConfig& serverConfig, std::size_t standby)
	{
		_server.emplace(serverConfig);
		auto config = RunningClient::between(_server->port(), localPort);
		config.tunnels.front().standby = standby;
		_client.emplace(config);
	}

	void awaitStock(std::size_t count)
	{
		CPPUNIT_ASSERT(eventually([&] { return _server->parts().standbys.count() == count; }));
	}

	[[nodiscard]] ScriptedPeer visit() { return ScriptedPeer::connectTo(_client->port()); }

	[[nodiscard]] std::pair<ScriptedPeer, ScriptedPeer> carried()
	/// A visitor, and where it has arrived, on a standby connection.
	{
		auto visitor = visit();
		auto service = _local->accept();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _server->parts().visitors.count());
		return {std::move(visitor), std::move(service)};
	}

	void expectOrdinary()
	{
		for (int i = 0; i < 3; ++i)
		{
			auto visitor = visit();
			expectEcho(visitor, "hello");
			CPPUNIT_ASSERT_EQUAL(std::size_t(0), _server->parts().standbys.count());
		}
	}

	static void expectEcho(ScriptedPeer& visitor, const std::string& text)
	{
		visitor.send(text);
		visitor.expect(text);
	}

	[[nodiscard]] static std::string numbered(std::size_t i) { return std::to_string(FIRST + i); }

	std::optional<EchoService> _echo;
	std::optional<ScriptedListener> _local;
	std::optional<RunningServer> _server;
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandbyEndToEndTest);
