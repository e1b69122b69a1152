//
// ReconnectorTest.cpp
//
// The client when its connection ends, with a test in the part of the server.
//

#include "Client/Client.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class ReconnectorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReconnectorTest);
	CPPUNIT_TEST(testRandomPortIsAskedForAgain);
	CPPUNIT_TEST(testResetAndErrorAndGarbageAreLossesToo);
	CPPUNIT_TEST(testSilentServerIsLeft);
	CPPUNIT_TEST(testGoodbyeAfterAReconnect);
	CPPUNIT_TEST(testTicketReclaimsThePort);
	CPPUNIT_TEST(testEachGrantBringsTheNextTicket);
	CPPUNIT_TEST(testTicketWithoutASuccessorStaysGood);
	CPPUNIT_TEST(testRefusedTicketFallsBackToHelloWithinTheAttempt);
	CPPUNIT_TEST(testPortInUseKeepsTheTicket);
	CPPUNIT_TEST(testWrongSecretInAnswerToReclaimIsFinal);
	CPPUNIT_TEST(testRefusalsThatTimeMendsAreRepeated);
	CPPUNIT_TEST(testRefusalsForGoodAreFinal);
	CPPUNIT_TEST(testRefusedPortAtStartIsFinal);
	CPPUNIT_TEST(testUnreachableServerAtStartIsFinal);
	CPPUNIT_TEST(testWaitIsForAnUnreachableServerAlone);
	CPPUNIT_TEST(testAttemptsAreLimited);
	CPPUNIT_TEST(testAttemptsAreCountedAnewAfterASuccess);
	CPPUNIT_TEST(testStopEndsADelayAtOnce);
	CPPUNIT_TEST(testStopEndsAnAttempt);
	CPPUNIT_TEST(testOneLineForEachChangeOfState);
	CPPUNIT_TEST(testAddressIsToldAgainOnlyIfItChanged);
	CPPUNIT_TEST(testRunningConnectionsGoOn);
	CPPUNIT_TEST(testVisitorTakenBeforeIsNotTakenAgain);
	CPPUNIT_TEST(testStandbyConnectionsBeginAnewWithTheNewTicket);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_listener.emplace();
		_echo.emplace();
		_config = RunningClient::between(_listener->port(), _echo->port());
		_config.tunnels.front().standby = 0;
		_config.reconnect.enabled = true;
		_config.reconnect.firstDelay = 1ms;
		_config.reconnect.maxDelay = 1ms;
	}

	void tearDown() override
	{
		_client.reset();
		_echo.reset();
		_listener.reset();
	}

	void testRandomPortIsAskedForAgain()
	{
		start().close();
		auto again = reopen(HELLO_AGAIN);
		again.close();
		auto third = reopen(HELLO_AGAIN);
		CPPUNIT_ASSERT(!_client->ended());
	}

	void testResetAndErrorAndGarbageAreLossesToo()
	{
		start().reset();
		auto second = reopen(HELLO_AGAIN);
		second.sendFrame("{\"Error\":\"going down\"}");
		auto third = reopen(HELLO_AGAIN);
		third.sendFrame("{");
		auto fourth = reopen(HELLO_AGAIN);
	}

	void testSilentServerIsLeft()
	{
		_config.silence = 50ms;
		auto silent = start();
		auto again = reopen(HELLO_AGAIN);
		silent.expectClosed();
	}

	void testGoodbyeAfterAReconnect()
	{
		auto server = start();
		grant(server, TICKET);
		server.close();
		auto again = reopen(RECLAIM);
		grant(again, OTHER_TICKET);
		again.sendFrame(CONNECTION);
		_listener->accept().expect(acceptFrame(ID));
		_client->stop();
		again.expectFrame("\"Goodbye\"");
		again.expectEof();
		_client->awaitEnd();
	}

	void testTicketReclaimsThePort()
	{
		auto server = start();
		grant(server, TICKET);
		server.close();
		auto again = reopen(RECLAIM);
	}

	void testEachGrantBringsTheNextTicket()
	{
		auto server = start();
		grant(server, TICKET);
		server.close();
		auto again = reopen(RECLAIM);
		grant(again, OTHER_TICKET);
		again.close();
		auto third = reopen("{\"Reclaim\":\""s + OTHER_TICKET + "\"}");
	}

	void testTicketWithoutASuccessorStaysGood()
	{
		auto server = start();
		grant(server, TICKET);
		server.close();
		reopen(RECLAIM).close();
		auto third = reopen(RECLAIM);
	}

	void testRefusedTicketFallsBackToHelloWithinTheAttempt()
	{
		_config.reconnect.attempts = 1;
		for (const std::string answer : {"{\"Error\":\"unknown ticket\"}",
				 "{\"Error\":\"unable to parse message\"}", "\"Heartbeat\"", "{", "end", "reset"})
		{
			auto server = start();
			grant(server, TICKET);
			server.close();
			auto refusing = _listener->accept();
			refusing.expectFrame(RECLAIM);
			if (answer == "reset")
				refusing.reset();
			else if (answer != "end")
				refusing.sendFrame(answer);
			refusing.close();
			auto again = reopen(HELLO_AGAIN);
			again.close();
			// The ticket is of no use any more.
			auto third = reopen(HELLO_AGAIN);
			_client.reset();
		}
	}

	void testPortInUseKeepsTheTicket()
	{
		auto server = start();
		grant(server, TICKET);
		server.close();
		for (int i = 0; i < 3; ++i) refuse(RECLAIM, "port already in use");
		auto again = reopen(RECLAIM);
	}

	void testWrongSecretInAnswerToReclaimIsFinal()
	{
		auto server = start();
		grant(server, TICKET);
		server.close();
		refuse(RECLAIM, "invalid secret");
		CPPUNIT_ASSERT(ExitCode::AuthRefused == _client->failure().code());
	}

	void testRefusalsThatTimeMendsAreRepeated()
	{
		start().close();
		for (const char* text : {"port already in use", "failed to bind to port",
				 "failed to find an available port", "something of a later version"})
			refuse(HELLO_AGAIN, text);
		auto silent = _listener->accept();
		silent.expectFrame(HELLO_AGAIN);
		silent.close();
		auto again = reopen(HELLO_AGAIN);
	}

	void testRefusalsForGoodAreFinal()
	{
		expectFinal("client port number not in allowed range", ExitCode::PortRefused);
		expectFinal("permission denied", ExitCode::PortRefused);
		expectFinal("server requires secret, but no secret was provided", ExitCode::AuthRefused);
		start().close();
		auto guarded = _listener->accept();
		guarded.sendFrame("{\"Challenge\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}");
		CPPUNIT_ASSERT(ExitCode::AuthRefused == _client->failure().code());
	}

	void testRefusedPortAtStartIsFinal()
	{
		_client.emplace(_config);
		refuse("{\"Hello\":0}", "port already in use");
		CPPUNIT_ASSERT(ExitCode::PortRefused == _client->failure().code());
	}

	void testUnreachableServerAtStartIsFinal()
	{
		_listener->close();
		_client.emplace(_config);
		CPPUNIT_ASSERT(ExitCode::Unreachable == _client->failure().code());
	}

	void testWaitIsForAnUnreachableServerAlone()
	{
		_config.reconnect.wait = true;
		_config.reconnect.enabled = false;
		_client.emplace(_config);
		auto nonsense = _listener->accept();
		nonsense.sendFrame("502");
		refuse("{\"Hello\":0}", "port already in use");
		CPPUNIT_ASSERT(ExitCode::PortRefused == _client->failure().code());
	}

	void testAttemptsAreLimited()
	{
		_config.reconnect.attempts = 3;
		auto server = start();
		_listener->close();
		server.close();
		const auto failure = _client->failure();
		CPPUNIT_ASSERT(ExitCode::Lost == failure.code());
		const std::string text = failure.what();
		CPPUNIT_ASSERT_MESSAGE(
			text, text.find("gave up after 3 attempts to connect: could not connect to ") == 0);
	}

	void testAttemptsAreCountedAnewAfterASuccess()
	{
		_config.reconnect.attempts = 2;
		start().close();
		for (int i = 0; i < 3; ++i)
		{
			refuse(HELLO_AGAIN, "port already in use");
			reopen(HELLO_AGAIN).close();
		}
		refuse(HELLO_AGAIN, "port already in use");
		refuse(HELLO_AGAIN, "port already in use");
		CPPUNIT_ASSERT(ExitCode::Lost == _client->failure().code());
	}

	void testStopEndsADelayAtOnce()
	{
		const CapturedLog log;
		_config.reconnect.firstDelay = _config.reconnect.maxDelay = 1h;
		start().close();
		CPPUNIT_ASSERT(eventually([&log] { return log.text().find("next attempt") != std::string::npos; }));
		_client->stop();
		_client->awaitEnd();
	}

	void testStopEndsAnAttempt()
	{
		start().close();
		auto server = _listener->accept();
		server.expectFrame(HELLO_AGAIN);
		_client->stop();
		_client->awaitEnd();
		server.expectClosed();
	}

	void testOneLineForEachChangeOfState()
	{
		const CapturedLog log;
		start().close();
		for (int i = 0; i < 5; ++i) refuse(HELLO_AGAIN, "port already in use");
		auto again = reopen(HELLO_AGAIN);
		CPPUNIT_ASSERT(eventually([&log] { return log.text().find("back after ") != std::string::npos; }));
		std::vector<std::string> told;
		for (const auto& line : lines(log.text()))
			if (line.find("Debug ") != 0) told.push_back(line);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(log.text(), std::size_t(3), told.size());
		CPPUNIT_ASSERT(told[0].find("127.0.0.1:40123 is open, and leads to ") != std::string::npos);
		CPPUNIT_ASSERT(told[1].find("lost: ") != std::string::npos);
		CPPUNIT_ASSERT(told[1].find(": reconnecting") != std::string::npos);
		CPPUNIT_ASSERT(told[2].find(" s: 127.0.0.1:40123 is open again, and leads to ") != std::string::npos);
	}

	void testAddressIsToldAgainOnlyIfItChanged()
	{
		std::mutex mutex;
		std::vector<std::string> told;
		Client client(_config,
			[&](const std::string& address, const TunnelConfig&)
			{
				const std::lock_guard<std::mutex> lock(mutex);
				told.push_back(address);
			});
		const auto run = std::async(std::launch::async, [&client] { client.run(); });
		auto first = answer("{\"Hello\":0}", 40123);
		first.close();
		auto second = answer(HELLO_AGAIN, 40123);
		second.close();
		auto third = answer(HELLO_AGAIN, 40124);
		third.close();
		auto fourth = answer("{\"Hello\":40124}", 40124);
		client.stop();
		CPPUNIT_ASSERT(run.wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT(told == std::vector<std::string>({"127.0.0.1:40123", "127.0.0.1:40124"}));
	}

	void testRunningConnectionsGoOn()
	{
		auto server = start();
		server.sendFrame(CONNECTION);
		auto visitor = _listener->accept();
		visitor.expect(acceptFrame(ID));
		visitor.send("before");
		visitor.expect("before");
		server.close();
		auto again = reopen(HELLO_AGAIN);
		visitor.send("after");
		visitor.expect("after");
	}

	void testVisitorTakenBeforeIsNotTakenAgain()
	{
		auto server = start();
		server.sendFrame(CONNECTION);
		auto visitor = _listener->accept();
		visitor.expect(acceptFrame(ID));
		server.close();
		auto again = reopen(HELLO_AGAIN);
		again.sendFrame(CONNECTION);
		_listener->expectNoConnection(30ms);
	}

	void testStandbyConnectionsBeginAnewWithTheNewTicket()
	{
		_config.tunnels.front().standby = 1;
		auto server = start();
		grant(server, TICKET);
		auto line = _listener->accept();
		line.expectFrame("{\"Standby\":\""s + TICKET + "\"}");
		server.close();
		line.expectClosed();
		auto again = reopen(RECLAIM);
		grant(again, OTHER_TICKET);
		auto fresh = _listener->accept();
		fresh.expectFrame("{\"Standby\":\""s + OTHER_TICKET + "\"}");
	}

private:
	static constexpr char TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001";
	static constexpr char OTHER_TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a002";
	static constexpr char RECLAIM[] = "{\"Reclaim\":\"0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001\"}";
	static constexpr char HELLO_AGAIN[] = "{\"Hello\":40123}";
	static constexpr char ID[] = "7844a870-eefb-4da6-a89d-2dac190e7292";
	static constexpr char CONNECTION[] = "{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}";

	[[nodiscard]] ScriptedPeer answer(const std::string& expected, std::uint16_t port)
	/// The server's end of a control connection that asked so, the tunnel open.
	{
		auto server = _listener->accept();
		server.expectFrame(expected);
		server.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
		server.expectFrame(
			"{\"Offer\":{\"standby\":" + std::to_string(_config.tunnels.front().standby) + "}}");
		return server;
	}

	[[nodiscard]] ScriptedPeer start()
	{
		_client.emplace(_config);
		return answer("{\"Hello\":0}", 40123);
	}

	[[nodiscard]] ScriptedPeer reopen(const std::string& expected) { return answer(expected, 40123); }

	void refuse(const std::string& expected, const std::string& text)
	{
		auto server = _listener->accept();
		server.expectFrame(expected);
		server.sendFrame("{\"Error\":\"" + text + "\"}");
	}

	void grant(ScriptedPeer& server, const std::string& ticket) const
	/// The client has it before anything else that the server does.
	{
		server.sendFrame("{\"Grant\":{\"standby\":" + std::to_string(_config.tunnels.front().standby) +
						 ",\"ticket\":\"" + ticket + "\"}}");
	}

	void expectFinal(const std::string& text, ExitCode code)
	{
		start().close();
		refuse(HELLO_AGAIN, text);
		const auto failure = _client->failure();
		CPPUNIT_ASSERT_EQUAL_MESSAGE(text, int(code), int(failure.code()));
		CPPUNIT_ASSERT_MESSAGE(failure.what(), std::string(failure.what()).find(text) != std::string::npos);
	}

	[[nodiscard]] static std::vector<std::string> lines(const std::string& text)
	{
		std::vector<std::string> result;
		for (std::size_t begin = 0; begin < text.size();)
		{
			const auto end = std::min(text.find('\n', begin), text.size());
			result.push_back(text.substr(begin, end - begin));
			begin = end + 1;
		}
		return result;
	}

	std::optional<ScriptedListener> _listener;
	std::optional<EchoService> _echo;
	ClientConfig _config;
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReconnectorTest);
