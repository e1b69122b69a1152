//
// EndToEndTest.cpp
//
// From a visitor to a local service and back, both roles in one process.
//

#include "Shared/RoleFailure.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class EndToEndTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(EndToEndTest);
	CPPUNIT_TEST(testWhatTheVisitorSendsComesBack);
	CPPUNIT_TEST(testSecretOpensTheTunnelAndCarriesVisitors);
	CPPUNIT_TEST(testWrongSecretIsRefused);
	CPPUNIT_TEST(testMissingSecretIsRefused);
	CPPUNIT_TEST(testHundredMegabytesEachWayAtOnce);
	CPPUNIT_TEST(testVisitorsHalfCloseStillGetsTheAnswer);
	CPPUNIT_TEST(testServicesHalfCloseStillGetsTheRequest);
	CPPUNIT_TEST(testVisitorsResetReachesTheService);
	CPPUNIT_TEST(testServicesResetReachesTheVisitorAfterItsAnswer);
	CPPUNIT_TEST(testTwoHundredVisitorsAtOnce);
	CPPUNIT_TEST(testServiceThatSpeaksFirst);
	CPPUNIT_TEST(testVisitorThatLeavesAtOnceHurtsNobody);
	CPPUNIT_TEST(testVisitorGetsAResetWhenTheServiceRefuses);
	CPPUNIT_TEST(testStoppedClientFreesItsPort);
	CPPUNIT_TEST(testStoppedServerIsLostToTheClient);
	CPPUNIT_TEST(testRunningConnectionEndsWithinTheGracePeriod);
	CPPUNIT_TEST(testSecondStopCutsConnections);
	CPPUNIT_TEST(testTwoClientsAtOneServer);
	CPPUNIT_TEST(testPortAskedForIsOpenedAndRefusedToTheNext);
	CPPUNIT_TEST(testIPv6EndToEnd);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_echo = std::make_unique<EchoService>();
		_local = std::make_unique<ScriptedListener>();
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_local.reset();
		_echo.reset();
	}

	void testWhatTheVisitorSendsComesBack()
	{
		start(_echo->port());
		auto visitor = visit();
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
	}

	void testSecretOpensTheTunnelAndCarriesVisitors()
	{
		start(_echo->port(), "a secret");
		auto visitor = visit();
		expectEcho(visitor);
	}

	void testWrongSecretIsRefused()
	{
		RunningServer server(RunningServer::onLoopback("a secret"));
		RunningClient client(RunningClient::between(server.port(), _echo->port(), "another"));
		const auto failure = client.failure();
		CPPUNIT_ASSERT(ExitCode::AuthRefused == failure.code());
		CPPUNIT_ASSERT_EQUAL(std::string("server error: invalid secret (the server has another secret)"),
			std::string(failure.what()));
	}

	void testMissingSecretIsRefused()
	{
		RunningServer server(RunningServer::onLoopback("a secret"));
		RunningClient client(RunningClient::between(server.port(), _echo->port()));
		CPPUNIT_ASSERT(ExitCode::AuthRefused == client.failure().code());
	}

	void testHundredMegabytesEachWayAtOnce()
	{
		constexpr std::size_t SIZE = 100UL * 1000 * 1000;
		auto [visitor, service] = carry();
		auto sending = {sendAsync(visitor, 1, SIZE), sendAsync(service, 2, SIZE)};
		auto up = checkAsync(service, 1);
		auto down = checkAsync(visitor, 2);
		CPPUNIT_ASSERT_EQUAL(std::uint64_t(SIZE), up.get());
		CPPUNIT_ASSERT_EQUAL(std::uint64_t(SIZE), down.get());
		for (const auto& sent : sending) sent.get();
	}

	void testVisitorsHalfCloseStillGetsTheAnswer()
	{
		auto [visitor, service] = carry();
		visitor.send("question");
		visitor.shutdownSend();
		service.expect("question");
		service.expectEof();
		const std::string answer = ByteSource(1).next(1000000);
		auto sending =
			std::async(std::launch::async, [&service = service, &answer] { service.send(answer); });
		visitor.expect(answer);
		sending.get();
		service.close();
		visitor.expectEof();
	}

	void testServicesHalfCloseStillGetsTheRequest()
	{
		auto [visitor, service] = carry();
		service.send("greeting");
		service.shutdownSend();
		visitor.expect("greeting");
		visitor.expectEof();
		const std::string request = ByteSource(1).next(1000000);
		auto sending =
			std::async(std::launch::async, [&visitor = visitor, &request] { visitor.send(request); });
		service.expect(request);
		sending.get();
		visitor.close();
		service.expectEof();
	}

	void testVisitorsResetReachesTheService()
	{
		auto [visitor, service] = carry();
		visitor.send("before");
		service.expect("before");
		visitor.reset();
		service.expectReset();
	}

	void testServicesResetReachesTheVisitorAfterItsAnswer()
	{
		auto [visitor, service] = carry();
		visitor.send("a request that is not read to its end");
		service.expect("a request");
		service.send("answer");
		service.reset();
		// What it sent may be lost on its own machine, but a part never takes
		// the place of the whole: the end is a reset, not an end of stream.
		visitor.expect("answer");
		visitor.expectReset();
	}

	void testTwoHundredVisitorsAtOnce()
	{
		constexpr std::size_t MANY = 200;
		start(_echo->port(), "a secret");
		std::vector<ScriptedPeer> visitors;
		for (std::size_t i = 0; i < MANY; ++i) visitors.push_back(visit());
		for (std::size_t i = 0; i < MANY; ++i) visitors.at(i).send(ByteSource(i).next(10000));
		for (std::size_t i = 0; i < MANY; ++i) visitors.at(i).expect(ByteSource(i).next(10000));
		for (auto& visitor : visitors) visitor.shutdownSend();
		for (auto& visitor : visitors) visitor.expectEof();
	}

	void testServiceThatSpeaksFirst()
	{
		start(_local->port());
		auto visitor = visit();
		auto service = _local->accept();
		service.send("220 ready");
		visitor.expect("220 ready");
	}

	void testVisitorThatLeavesAtOnceHurtsNobody()
	{
		start(_echo->port());
		for (int i = 0; i < 20; ++i)
		{
			visit().close();
			visit().reset();
		}
		auto visitor = visit();
		expectEcho(visitor);
		visitor.close();
		CPPUNIT_ASSERT(eventually([this] { return _echo->openConnections() == 0; }));
	}

	void testVisitorGetsAResetWhenTheServiceRefuses()
	{
		start(_local->port());
		_local->close();
		auto visitor = visit();
		visitor.send("is anybody there?");
		visitor.expectReset();
	}

	void testStoppedClientFreesItsPort()
	{
		start(_echo->port());
		const auto port = _client->port();
		_client->stop();
		_client->awaitEnd();
		CPPUNIT_ASSERT(eventually([port] { return ScriptedPeer::isRefused(port); }));
		auto config = RunningClient::between(_server->port(), _echo->port());
		config.tunnels.front().port = port;
		RunningClient next(config);
		CPPUNIT_ASSERT_EQUAL(port, next.port());
	}

	void testStoppedServerIsLostToTheClient()
	{
		start(_echo->port());
		CPPUNIT_ASSERT(_client->port() != 0);
		_server->stop();
		_server->awaitEnd();
		CPPUNIT_ASSERT(ExitCode::Lost == _client->failure().code());
	}

	void testRunningConnectionEndsWithinTheGracePeriod()
	{
		start(_echo->port(), "", 10min);
		auto visitor = visit();
		expectEcho(visitor);
		_server->stop();
		CPPUNIT_ASSERT(eventually([this] { return ScriptedPeer::isRefused(_server->port()); }));
		expectEcho(visitor);
		CPPUNIT_ASSERT(!_server->ended());
		CPPUNIT_ASSERT(!_client->ended());
		visitor.shutdownSend();
		visitor.expectEof();
		_server->awaitEnd();
		CPPUNIT_ASSERT(ExitCode::Lost == _client->failure().code());
	}

	void testSecondStopCutsConnections()
	{
		start(_echo->port(), "", 10min);
		auto visitor = visit();
		expectEcho(visitor);
		_server->stop();
		_server->stopNow();
		visitor.expectReset();
		_server->awaitEnd();
	}

	void testTwoClientsAtOneServer()
	{
		start(_echo->port());
		RunningClient second(RunningClient::between(_server->port(), _local->port()));
		CPPUNIT_ASSERT(second.port() != _client->port());
		auto toFirst = visit();
		auto toSecond = ScriptedPeer::connectTo(second.port());
		auto service = _local->accept();
		toSecond.send("for the second");
		service.expect("for the second");
		expectEcho(toFirst);
		second.stop();
		expectEcho(toFirst);
		auto another = visit();
		expectEcho(another);
	}

	void testPortAskedForIsOpenedAndRefusedToTheNext()
	{
		start(_echo->port());
		auto config = RunningClient::between(_server->port(), _echo->port());
		config.tunnels.front().port = _client->port();
		RunningClient second(config);
		const auto failure = second.failure();
		CPPUNIT_ASSERT(ExitCode::PortRefused == failure.code());
		CPPUNIT_ASSERT_EQUAL(
			std::string("server error: port already in use"), std::string(failure.what()).substr(0, 33));
	}

	void testIPv6EndToEnd()
	{
		const EchoService echo("::1");
		auto serverConfig = RunningServer::onLoopback("a secret");
		serverConfig.bindAddr = serverConfig.bindTunnels = "::1";
		RunningServer server(serverConfig);
		auto config = RunningClient::between(server.port(), echo.port(), "a secret");
		config.serverHost = config.tunnels.front().localHost = "::1";
		RunningClient client(config);
		auto visitor = ScriptedPeer::connectTo(client.port(), "::1");
		expectEcho(visitor);
	}

private:
	void start(std::uint16_t localPort, const std::string& secret = "", Duration grace = 5s)
	{
		auto serverConfig = RunningServer::onLoopback(secret);
		serverConfig.grace = grace;
		_server = std::make_unique<RunningServer>(serverConfig);
		auto config = RunningClient::between(_server->port(), localPort, secret);
		config.grace = grace;
		_client = std::make_unique<RunningClient>(config);
	}

	[[nodiscard]] ScriptedPeer visit() { return ScriptedPeer::connectTo(_client->port()); }

	[[nodiscard]] std::pair<ScriptedPeer, ScriptedPeer> carry()
	/// A visitor, and the local service's end of its connection.
	{
		start(_local->port());
		auto visitor = visit();
		return {std::move(visitor), _local->accept()};
	}

	static void expectEcho(ScriptedPeer& visitor)
	{
		visitor.send("are you there?");
		visitor.expect("are you there?");
	}

	[[nodiscard]] static std::shared_future<void> sendAsync(
		ScriptedPeer& peer, std::uint64_t seed, std::size_t size)
	/// Sends so many bytes and ends its stream.
	{
		return std::async(std::launch::async,
			[&peer, seed, size]
			{
				constexpr std::size_t CHUNK = 1000UL * 1000;
				ByteSource source(seed);
				for (std::size_t sent = 0; sent < size; sent += CHUNK) peer.send(source.next(CHUNK));
				peer.shutdownSend();
			})
			.share();
	}

	[[nodiscard]] static std::future<std::uint64_t> checkAsync(ScriptedPeer& peer, std::uint64_t seed)
	/// Receives to the end of the stream, and says how much came.
	{
		return std::async(std::launch::async,
			[&peer, seed]
			{
				ByteCheck check(seed);
				for (auto bytes = peer.receiveSome(); !bytes.empty(); bytes = peer.receiveSome())
					check.take(bytes.data(), bytes.size());
				return check.count();
			});
	}

	std::unique_ptr<EchoService> _echo;
	std::unique_ptr<ScriptedListener> _local;
	std::unique_ptr<RunningServer> _server;
	std::unique_ptr<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EndToEndTest);
