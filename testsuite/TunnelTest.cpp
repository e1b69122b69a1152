//
// TunnelTest.cpp
//

#include "Server/Tunnel.h"
#include "Shared/Relays.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <Poco/Net/StreamSocketImpl.h>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class TunnelTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelTest);
	CPPUNIT_TEST(testHeartbeatsComeEveryHalfSecond);
	CPPUNIT_TEST(testVisitorIsAnnouncedUnderAnIdOfItsOwn);
	CPPUNIT_TEST(testListenerClosesWhenTheClientLeaves);
	CPPUNIT_TEST(testListenerClosesWhenTheClientResets);
	CPPUNIT_TEST(testWaitingVisitorsAreResetWhenTheClientLeaves);
	CPPUNIT_TEST(testRunningRelaysOutliveTheTunnel);
	CPPUNIT_TEST(testPortIsFreeForTheNextClient);
	CPPUNIT_TEST(testUnclaimedVisitorIsResetAfterTenSeconds);
	CPPUNIT_TEST(testVisitorThatLeftCanStillBeClaimed);
	CPPUNIT_TEST(testDrainTakesNoVisitorsButKeepsHeartbeats);
	CPPUNIT_TEST(testUnknownFrameIsIgnored);
	CPPUNIT_TEST(testMalformedFrameEndsTheTunnel);
	CPPUNIT_TEST(testOverlongFrameEndsTheTunnel);
	CPPUNIT_TEST(testHundredFramesInASecondAreAllowed);
	CPPUNIT_TEST(testHundredAndOneFramesInASecondEndTheTunnel);
	CPPUNIT_TEST(testVisitorsAreResetInAShortageOfDescriptorsAndServedAfterIt);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace(); // before the threads that log, and after them
		_parts.emplace();
		_client.emplace(_parts->begin());
		_port = openTunnel(*_client);
	}

	void tearDown() override
	{
		_client.reset();
		_parts.reset();
		_log.reset();
	}

	void testHeartbeatsComeEveryHalfSecond()
	{
		_client->expectFrame("\"Heartbeat\"");
		_parts->advance(499ms);
		_client->expectSilence(600ms);
		_parts->advance(1ms);
		_client->expectFrame("\"Heartbeat\"");
		_client->expectSilence(30ms);
	}

	void testVisitorIsAnnouncedUnderAnIdOfItsOwn()
	{
		const auto first = visit();
		const std::string firstId = announcedVisitor(*_client);
		const auto second = visit();
		CPPUNIT_ASSERT(firstId != announcedVisitor(*_client));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), _parts->visitors().count());
	}

	void testListenerClosesWhenTheClientLeaves()
	{
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(_port));
		_client->close();
		expectGone();
	}

	void testListenerClosesWhenTheClientResets()
	{
		_client->reset();
		expectGone();
	}

	void testWaitingVisitorsAreResetWhenTheClientLeaves()
	{
		auto visitor = visit();
		static_cast<void>(announcedVisitor(*_client));
		_client->close();
		visitor.expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->visitors().count());
	}

	void testRunningRelaysOutliveTheTunnel()
	{
		auto visitor = visit();
		auto data = claim(announcedVisitor(*_client));
		visitor.send("before");
		data.expect("before");
		_client->close();
		expectGone();
		visitor.send("after");
		data.expect("after");
		data.send("answer");
		visitor.expect("answer");
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->relays().count());
	}

	void testPortIsFreeForTheNextClient()
	{
		auto visitor = visit();
		const auto data = claim(announcedVisitor(*_client));
		_client->close();
		expectGone();
		auto next = _parts->begin();
		CPPUNIT_ASSERT_EQUAL(_port, openTunnel(next, _port));
	}

	void testUnclaimedVisitorIsResetAfterTenSeconds()
	{
		auto visitor = visit();
		const std::string id = announcedVisitor(*_client);
		_parts->advance(10s);
		visitor.expectReset();
		auto late = _parts->begin();
		late.send(acceptFrame(id));
		late.expectEof();
	}

	void testVisitorThatLeftCanStillBeClaimed()
	{
		auto visitor = visit();
		const std::string id = announcedVisitor(*_client);
		visitor.send("a request, and no wait for its answer");
		visitor.close();
		auto data = claim(id);
		data.expect("a request, and no wait for its answer");
		data.expectEof();
		auto other = visit();
		const std::string otherId = announcedVisitor(*_client);
		other.reset();
		auto otherData = claim(otherId);
		otherData.expectReset();
	}

	void testDrainTakesNoVisitorsButKeepsHeartbeats()
	{
		_client->expectFrame("\"Heartbeat\"");
		_parts->tunnels().drain();
		CPPUNIT_ASSERT(eventually([this] { return ScriptedPeer::isRefused(_port); }));
		for (int i = 0; i < 2; ++i)
		{
			_parts->advance(500ms);
			_client->expectFrame("\"Heartbeat\"");
		}
	}

	void testUnknownFrameIsIgnored()
	{
		for (const char* frame :
			{"{\"Wish\":{\"standby\":16}}", "\"Goodbye\"", "[1, {\"a\": null}]", "{\"Hello\":1}"})
			_client->sendFrame(frame);
		expectServed();
	}

	void testMalformedFrameEndsTheTunnel()
	{
		_client->sendFrame("{\"Offer\":");
		expectGone();
		CPPUNIT_ASSERT_EQUAL("\"Heartbeat\"\0"s, untilClosed());
	}

	void testOverlongFrameEndsTheTunnel()
	{
		_client->send("\"" + std::string(300, 'x'));
		expectGone();
	}

	void testHundredFramesInASecondAreAllowed()
	{
		for (int second = 0; second < 3; ++second)
		{
			sendFramesThatAreRead(100);
			_parts->advance(1s);
		}
		expectServed();
	}

	void testHundredAndOneFramesInASecondEndTheTunnel()
	{
		sendFramesThatAreRead(100);
		_parts->advance(999ms);
		_client->sendFrame("1");
		expectGone();
	}

	void testVisitorsAreResetInAShortageOfDescriptorsAndServedAfterIt()
	{
		// A socket made before: a dial would need a descriptor itself.
		Poco::Net::StreamSocket early(new Poco::Net::StreamSocketImpl(::socket(AF_INET, SOCK_STREAM, 0)));
		{
			const DescriptorShortage shortage;
			ScriptedPeer::expectTurnedAway(_port, early);
			CPPUNIT_ASSERT(_log->text().find("cannot accept connections for now") != std::string::npos);
			CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->visitors().count());
		}
		auto visitor = visit();
		auto data = claim(announcedVisitor(*_client));
		visitor.send("x");
		data.expect("x");
	}

private:
	[[nodiscard]] ScriptedPeer visit() const { return ScriptedPeer::connectTo(_port); }

	[[nodiscard]] ScriptedPeer claim(const std::string& id)
	{
		auto data = _parts->begin();
		data.send(acceptFrame(id));
		return data;
	}

	void sendFramesThatAreRead(int count)
	/// The last is answered, and so all have been read.
	{
		for (int i = 1; i < count; ++i) _client->sendFrame("{\"Unknown\":1}");
		static_cast<void>(grantedTicket(*_client));
	}

	void expectServed()
	{
		auto visitor = visit();
		auto data = claim(announcedVisitor(*_client));
		visitor.send("x");
		data.expect("x");
	}

	void expectGone()
	{
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(_port));
	}

	[[nodiscard]] std::string untilClosed() { return _client->receiveToEnd(); }

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::uint16_t _port = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelTest);
