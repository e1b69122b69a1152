//
// SessionTest.cpp
//
// The client's control connection, as long as the server is willing.
//

#include "Client/Session.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/SessionRig.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace Bore;
using namespace Bore::Test;
using namespace Bore::Test::RecordedProof;
using namespace std::chrono_literals;
using namespace std::string_literals;

class SessionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SessionTest);
	CPPUNIT_TEST(testHelloAndOfferAreAllThatIsSaidWithoutSecret);
	CPPUNIT_TEST(testPortAskedForIsInHello);
	CPPUNIT_TEST(testSecretIsProvedBeforeHello);
	CPPUNIT_TEST(testVisitorIsFetchedByAccept);
	CPPUNIT_TEST(testServerThatEndsLaterIsLost);
	CPPUNIT_TEST(testServerThatResetsLaterIsLost);
	CPPUNIT_TEST(testErrorLaterIsLost);
	CPPUNIT_TEST(testGarbageLaterIsLost);
	CPPUNIT_TEST(testUnexpectedMessagesLaterAreIgnored);
	CPPUNIT_TEST(testTicketIsInReclaim);
	CPPUNIT_TEST(testHeartbeatsFollowAGrantEvery2Seconds);
	CPPUNIT_TEST(testNoHeartbeatWithoutAGrant);
	CPPUNIT_TEST(testSilentServerIsLost);
	CPPUNIT_TEST(testServerThatBeatsIsNotSilent);
	CPPUNIT_TEST(testWhatCameDuringAPauseOfTheMachineCountsFirst);
	CPPUNIT_TEST(testServerMayBeSilentForEverWhereTheConfigurationSaysSo);
	CPPUNIT_TEST(testStopSaysGoodbyeToAServerOfOurs);
	CPPUNIT_TEST(testStopSaysNothingWithoutAGrant);
	CPPUNIT_TEST(testStopBeforeItBegins);
	CPPUNIT_TEST(testStopWhileItWaitsForAChallenge);
	CPPUNIT_TEST(testStopWhileItWaitsForHello);
	CPPUNIT_TEST(testStopWhileItServes);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _rig = std::make_unique<SessionRig>(); }

	void tearDown() override { _rig.reset(); }

	void testHelloAndOfferAreAllThatIsSaidWithoutSecret()
	{
		auto server = _rig->start();
		server.expect("{\"Hello\":0}\0"s);
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), _rig->openedPort());
		server.expect("{\"Offer\":{\"standby\":0}}\0"s);
		server.sendFrame("\"Heartbeat\"");
		server.expectSilence(30ms);
	}

	void testPortAskedForIsInHello()
	{
		auto server = _rig->start("", 40123);
		server.expect("{\"Hello\":40123}\0"s);
	}

	void testSecretIsProvedBeforeHello()
	{
		auto server = _rig->start(SECRET);
		server.expectSilence(30ms);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), _rig->openedPort());
	}

	void testVisitorIsFetchedByAccept()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		auto data = _rig->listener().accept();
		data.expectSilence(30ms);
		data.sendFrame(CHALLENGE);
		data.expectFrame(ANSWER);
		data.expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
	}

	void testServerThatEndsLaterIsLost()
	{
		auto server = _rig->open();
		server.close();
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testServerThatResetsLaterIsLost()
	{
		auto server = _rig->open();
		server.reset();
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testErrorLaterIsLost()
	{
		auto server = _rig->open();
		server.sendFrame("{\"Error\":\"going down\"}");
		_rig->expectFailure(
			ExitCode::Lost, "connection to " + _rig->serverName() + " lost: server error: going down");
	}

	void testGarbageLaterIsLost()
	{
		auto server = _rig->open();
		server.sendFrame("{\"Connection\":\"1\"}");
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testUnexpectedMessagesLaterAreIgnored()
	{
		auto server = _rig->open();
		server.sendFrame(CHALLENGE);
		server.sendFrame("{\"Hello\":1}");
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		auto data = _rig->listener().accept();
		data.expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
	}

	void testTicketIsInReclaim()
	{
		_rig->setTicket(TICKET);
		auto server = _rig->start("", 40123);
		server.expect("{\"Reclaim\":\"0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001\"}\0"s);
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), _rig->openedPort());
	}

	void testHeartbeatsFollowAGrantEvery2Seconds()
	{
		auto server = granted();
		for (int i = 0; i < 3; ++i)
		{
			passTime(server, 1999ms);
			server.expectSilence(30ms);
			passTime(server, 1ms);
			server.expectFrame("\"Heartbeat\"");
		}
	}

	void testNoHeartbeatWithoutAGrant()
	{
		auto server = _rig->open();
		expectServes(server, 9);
		passTime(server, 10s);
		server.expectSilence(30ms);
	}

	void testSilentServerIsLost()
	{
		_rig->setSilence(8s);
		auto server = _rig->open();
		expectServes(server, 9);
		_rig->clock().advance(8s);
		server.send("\""); // no frame, but the session looks at its clock
		_rig->expectFailure(ExitCode::Lost,
			"connection to " + _rig->serverName() + " lost: nothing was heard of the server for 8 s");
	}

	void testServerThatBeatsIsNotSilent()
	{
		_rig->setSilence(8s);
		auto server = _rig->open();
		expectServes(server, 9);
		for (int i = 0; i < 4; ++i)
		{
			passTime(server, 7s);
			expectServes(server, i);
		}
	}

	void testWhatCameDuringAPauseOfTheMachineCountsFirst()
	{
		_rig->setSilence(8s);
		auto server = _rig->open();
		expectServes(server, 9);
		passTime(server, 1h);
		expectServes(server, 0);
	}

	void testServerMayBeSilentForEverWhereTheConfigurationSaysSo()
	{
		auto server = _rig->open();
		expectServes(server, 9);
		_rig->clock().advance(1h);
		server.send("\"");
		server.send("Heartbeat\"\0"s);
		expectServes(server, 0);
	}

	void testStopSaysGoodbyeToAServerOfOurs()
	{
		auto server = granted();
		expectStops();
		server.expect("\"Goodbye\"\0"s);
		server.expectClosed();
	}

	void testStopSaysNothingWithoutAGrant()
	{
		auto server = _rig->open();
		expectStops();
		_rig->forget();
		server.expectClosed();
	}

	void testStopBeforeItBegins()
	{
		_rig->prepare();
		_rig->stop();
		_rig->run();
		_rig->expectFailure(ExitCode::Lost, "stopped");
	}

	void testStopWhileItWaitsForAChallenge()
	{
		const auto server = _rig->start(SECRET);
		expectStops();
	}

	void testStopWhileItWaitsForHello()
	{
		auto server = _rig->start();
		server.expectFrame("{\"Hello\":0}");
		expectStops();
	}

	void testStopWhileItServes()
	{
		const auto server = _rig->open();
		expectStops();
	}

private:
	static constexpr char TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001";

	[[nodiscard]] ScriptedPeer granted()
	{
		auto server = _rig->open();
		server.sendFrame("{\"Grant\":{\"standby\":0,\"ticket\":\""s + TICKET + "\"}}");
		expectServes(server, 9); // it has read the Grant, too
		return server;
	}

	void passTime(ScriptedPeer& server, Duration span)
	/// A heartbeat has the session look at its clock.
	{
		_rig->clock().advance(span);
		server.sendFrame("\"Heartbeat\"");
	}

	void expectServes(ScriptedPeer& server, int visitor)
	{
		const std::string id = "7844a870-eefb-4da6-a89d-2dac190e729" + std::to_string(visitor);
		server.sendFrame("{\"Connection\":\"" + id + "\"}");
		_rig->listener().accept().expectFrame("{\"Accept\":\"" + id + "\"}");
	}

	void expectStops()
	/// Not by a deadline: with the clock that stands still none would ever pass.
	{
		_rig->stop();
		static_cast<void>(_rig->failure());
	}

	std::unique_ptr<SessionRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionTest);
