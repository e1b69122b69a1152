//
// StandbyLineTest.cpp
//
// A client's standby connection, with a test in the part of the server.
//

#include "Client/StandbyLine.h"
#include "Shared/Relays.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace Bore::Test::RecordedProof;
using namespace std::chrono_literals;
using namespace std::string_literals;

class StandbyLineTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StandbyLineTest);
	CPPUNIT_TEST(testStandbyIsAllThatIsSaidWithoutSecret);
	CPPUNIT_TEST(testSecretIsProvedBeforeStandby);
	CPPUNIT_TEST(testVisitorIsServedAndTheLineReplacedAtOnce);
	CPPUNIT_TEST(testVisitorAndItsFirstBytesInOneSegment);
	CPPUNIT_TEST(testEndedLineIsDialledAgainAfterAPauseThatDoubles);
	CPPUNIT_TEST(testRefusedTicketIsTriedAgainAfterAPause);
	CPPUNIT_TEST(testVisitorMakesThePauseShortAgain);
	CPPUNIT_TEST(testSilentServerIsDropped);
	CPPUNIT_TEST(testHeartbeatsKeepIt);
	CPPUNIT_TEST(testNonsenseEndsIt);
	CPPUNIT_TEST(testNoticeOfAVisitorTakenFromStandbyIsIgnored);
	CPPUNIT_TEST(testStreamOfAVisitorTakenByNoticeIsDropped);
	CPPUNIT_TEST(testVisitorIsResetWhereTheServiceRefuses);
	CPPUNIT_TEST(testItEndsWithTheSession);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace(); // before the threads that log, and after them
		_echo.emplace();
		_listener.emplace();
	}

	void tearDown() override
	{
		_client.reset();
		_control.reset();
		_listener.reset();
		_echo.reset();
		_log.reset();
	}

	void testStandbyIsAllThatIsSaidWithoutSecret()
	{
		start();
		auto line = _listener->accept();
		line.expect("{\"Standby\":\""s + TICKET + "\"}\0"s);
		line.expectSilence(30ms);
		_listener->expectNoConnection(30ms);
	}

	void testSecretIsProvedBeforeStandby()
	{
		start("some secret string");
		auto line = _listener->accept();
		line.expectSilence(30ms);
		line.sendFrame(CHALLENGE);
		line.expectFrame(ANSWER);
		line.expectFrame("{\"Standby\":\""s + TICKET + "\"}");
	}

	void testVisitorIsServedAndTheLineReplacedAtOnce()
	{
		start();
		auto line = accept();
		line.sendFrame(CONNECTION);
		line.send("question");
		line.expect("question");
		auto next = accept();
		line.shutdownSend();
		line.expectEof();
		next.expectSilence(30ms);
	}

	void testVisitorAndItsFirstBytesInOneSegment()
	{
		start();
		auto line = accept();
		line.send("\"Heartbeat\"\0"s + CONNECTION + "\0question"s);
		line.expect("question");
	}

	void testEndedLineIsDialledAgainAfterAPauseThatDoubles()
	{
		start();
		int ended = 0;
		for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s})
		{
			accept().close();
			expectEnded(++ended);
			pass(pause - 1ms);
			_listener->expectNoConnection(20ms);
			pass(1ms);
		}
		auto line = accept();
	}

	void testRefusedTicketIsTriedAgainAfterAPause()
	{
		start();
		accept().sendFrame("{\"Error\":\"unknown ticket\"}");
		expectEnded(1);
		CPPUNIT_ASSERT(_log->text().find("unknown ticket; again in 1 s") != std::string::npos);
		pass(1s);
		auto line = accept();
	}

	void testVisitorMakesThePauseShortAgain()
	{
		start();
		accept().close();
		expectEnded(1);
		pass(1s);
		auto line = accept();
		line.sendFrame(CONNECTION);
		accept().close();
		expectEnded(2);
		pass(1s);
		auto next = accept();
	}

	void testSilentServerIsDropped()
	{
		start();
		auto line = accept();
		awaitParked();
		pass(64s);
		line.expectSilence(30ms);
		pass(1s);
		line.expectClosed();
		expectEnded(1);
	}

	void testHeartbeatsKeepIt()
	{
		start();
		auto line = accept();
		for (int i = 0; i < 8; ++i)
		{
			awaitParked();
			pass(20s);
			line.sendFrame("\"Heartbeat\"");
			line.expectSilence(20ms);
		}
	}

	void testNonsenseEndsIt()
	{
		start();
		auto line = accept();
		line.sendFrame("{\"Connection\":1}");
		line.expectClosed();
		expectEnded(1);
	}

	void testNoticeOfAVisitorTakenFromStandbyIsIgnored()
	{
		start();
		auto line = accept();
		line.sendFrame(CONNECTION);
		auto next = accept();
		_control->sendFrame(CONNECTION);
		_listener->expectNoConnection(50ms);
		line.send("still");
		line.expect("still");
	}

	void testStreamOfAVisitorTakenByNoticeIsDropped()
	{
		start();
		auto line = accept();
		_control->sendFrame(CONNECTION);
		auto data = _listener->accept();
		data.expectFrame("{\"Accept\":\""s + ID + "\"}");
		data.send("question");
		data.expect("question");
		line.sendFrame(CONNECTION);
		line.expectReset();
		auto next = accept();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _client->parts().relays.count());
	}

	void testVisitorIsResetWhereTheServiceRefuses()
	{
		const auto port = _echo->port();
		_echo.reset();
		start("", port);
		auto line = accept();
		line.sendFrame(CONNECTION);
		line.expectReset();
		auto next = accept();
	}

	void testItEndsWithTheSession()
	{
		start();
		auto line = accept();
		_control->close();
		line.expectClosed();
		_listener->expectNoConnection(30ms);
		CPPUNIT_ASSERT(ExitCode::Lost == _client->failure().code());
	}

private:
	static constexpr char TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001";
	static constexpr char ID[] = "7844a870-eefb-4da6-a89d-2dac190e7292";
	static constexpr char CONNECTION[] = "{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}";

	void start(const std::string& secret = "", std::uint16_t localPort = 0)
	/// A client that was granted one standby connection.
	{
		auto config =
			RunningClient::between(_listener->port(), localPort != 0 ? localPort : _echo->port(), secret);
		config.tunnels.front().standby = 1;
		config.silence =
			Duration::zero(); // the clock is moved for the lines, past what a server may be silent
		_client.emplace(config, _clock);
		_control.emplace(_listener->accept());
		if (!secret.empty())
		{
			_control->sendFrame(CHALLENGE);
			_control->expectFrame(ANSWER);
		}
		_control->expectFrame("{\"Hello\":0}");
		_control->sendFrame("{\"Hello\":40123}");
		_control->expectFrame("{\"Offer\":{\"standby\":1}}");
		_control->sendFrame("{\"Grant\":{\"standby\":1,\"ticket\":\""s + TICKET + "\"}}");
	}

	[[nodiscard]] ScriptedPeer accept()
	/// The server's end of a line that waits.
	{
		auto line = _listener->accept();
		line.expectFrame("{\"Standby\":\""s + TICKET + "\"}");
		return line;
	}

	void awaitParked()
	{
		CPPUNIT_ASSERT(eventually([this] { return _client->parts().relays.watch().size() == 1; }));
	}

	void pass(Duration time)
	{
		_clock.advance(time);
		_client->parts().relays.watch().recheck();
	}

	void expectEnded(int times)
	/// So often it has ended so far, and it knows when it will be dialled again.
	{
		CPPUNIT_ASSERT(eventually(
			[this, times]
			{
				const std::string text = _log->text();
				int found = 0;
				for (auto at = text.find("; again in "); at != std::string::npos;
					 at = text.find("; again in ", at + 1))
					++found;
				return found == times;
			}));
	}

	std::optional<CapturedLog> _log;
	ManualClock _clock;
	std::optional<EchoService> _echo;
	std::optional<ScriptedListener> _listener;
	std::optional<RunningClient> _client;
	std::optional<ScriptedPeer> _control;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandbyLineTest);
