//
// LimitsTest.cpp
//
// Each limit, met by connections.
//

#include "Server/Limits.h"
#include "Shared/Relays.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class LimitsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LimitsTest);
	CPPUNIT_TEST(testTunnelBeyondTheTotalIsToldSo);
	CPPUNIT_TEST(testTunnelBeyondThoseOfItsAddressIsToldSo);
	CPPUNIT_TEST(testRefusedPortTakesNoPlace);
	CPPUNIT_TEST(testNewTunnelsOfAMinuteAreBounded);
	CPPUNIT_TEST(testVisitorBeyondTheTotalIsReset);
	CPPUNIT_TEST(testVisitorBeyondThoseOfItsTunnelIsReset);
	CPPUNIT_TEST(testVisitorBeyondThoseOfItsAddressIsReset);
	CPPUNIT_TEST(testCarriedVisitorHoldsItsPlaceToTheEnd);
	CPPUNIT_TEST(testVisitorOnAStandbyConnectionHoldsItsPlace);
	CPPUNIT_TEST(testUnclaimedVisitorsAreBounded);
	CPPUNIT_TEST(testUnclaimedVisitorsOfOneTunnelLeaveRoomForOthers);
	CPPUNIT_TEST(testHandshakesOfAnAddressAreBounded);
	CPPUNIT_TEST(testRefusalsAreCountedAndLogged);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _log.emplace(); }

	void tearDown() override
	{
		_parts.reset();
		_log.reset();
	}

	void testTunnelBeyondTheTotalIsToldSo()
	{
		_limits.tunnels = 1;
		begin();
		auto first = client();
		expectRefused("too many tunnels");
		first.close();
		expectRoomForATunnel();
	}

	void testTunnelBeyondThoseOfItsAddressIsToldSo()
	{
		_limits.tunnelsPerAddress = 2;
		begin();
		auto first = client();
		auto second = client();
		expectRefused("too many tunnels from your address");
		first.reset();
		expectRoomForATunnel();
	}

	void testRefusedPortTakesNoPlace()
	{
		_limits.tunnels = 2;
		begin();
		auto first = client();
		for (int i = 0; i < 5; ++i)
		{
			auto peer = _parts->begin();
			peer.sendFrame("{\"Hello\":" + std::to_string(_port) + "}");
			peer.expectFrame("{\"Error\":\"port already in use\"}");
		}
		auto second = client();
	}

	void testNewTunnelsOfAMinuteAreBounded()
	{
		_limits.newTunnelsPerMinute = 2;
		begin();
		for (int i = 0; i < 2; ++i) client().close();
		expectRefused("too many new tunnels from your address: try again in a minute");
		_parts->advance(1min);
		auto later = client();
	}

	void testVisitorBeyondTheTotalIsReset()
	{
		_limits.connections = 2;
		begin();
		auto control = client();
		auto first = visit();
		auto second = visit();
		awaitUnclaimed(2);
		ScriptedPeer::expectTurnedAway(_port);
		_parts->advance(10s); // the two were not fetched
		first.expectReset();
		auto next = visit();
		awaitUnclaimed(1);
	}

	void testVisitorBeyondThoseOfItsTunnelIsReset()
	{
		_limits.connectionsPerTunnel = 1;
		begin();
		auto control = client();
		const auto port = _port;
		auto other = client();
		auto first = ScriptedPeer::connectTo(port);
		awaitUnclaimed(1);
		ScriptedPeer::expectTurnedAway(port);
		auto second = visit();
		awaitUnclaimed(2);
	}

	void testVisitorBeyondThoseOfItsAddressIsReset()
	{
		_limits.connectionsPerVisitor = 1;
		begin();
		auto control = client();
		auto other = client();
		auto first = visit();
		awaitUnclaimed(1);
		ScriptedPeer::expectTurnedAway(_port);
	}

	void testCarriedVisitorHoldsItsPlaceToTheEnd()
	{
		_limits.connections = 1;
		begin();
		auto control = client();
		auto first = visit();
		auto data = _parts->begin();
		data.send(acceptFrame(announcedVisitor(control)) + "x");
		first.expect("x");
		ScriptedPeer::expectTurnedAway(_port);
		control.close(); // a relay outlives its tunnel, and so does its place
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->admissions().connections().count());
		first.reset();
		data.expectReset();
		CPPUNIT_ASSERT(eventually([this] { return _parts->admissions().connections().count() == 0; }));
	}

	void testVisitorOnAStandbyConnectionHoldsItsPlace()
	{
		_limits.connections = 1;
		begin();
		auto control = client();
		control.sendFrame("{\"Offer\":{\"standby\":1}}");
		const auto grant = control.receiveMessage();
		const auto ticket = grant.substr(grant.find('-') - 8, 36);
		auto standby = _parts->begin();
		standby.sendFrame("{\"Standby\":\"" + ticket + "\"}");
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 1; }));
		auto first = visit();
		static_cast<void>(standby.receiveFrame());
		standby.send("x");
		first.expect("x");
		ScriptedPeer::expectTurnedAway(_port);
		standby.close();
		first.expectClosed();
		first.close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->admissions().connections().count() == 0; }));
	}

	void testUnclaimedVisitorsAreBounded()
	{
		_limits.unclaimed = 1;
		begin();
		auto control = client();
		auto first = visit();
		const auto id = announcedVisitor(control);
		ScriptedPeer::expectTurnedAway(_port);
		auto data = _parts->begin();
		data.send(acceptFrame(id) + "x");
		first.expect("x");
		auto second = visit();
		static_cast<void>(announcedVisitor(control)); // the one that was reset was never announced
		awaitUnclaimed(1);
	}

	void testUnclaimedVisitorsOfOneTunnelLeaveRoomForOthers()
	{
		_limits.unclaimedPerTunnel = 1;
		begin();
		auto deaf = client();
		auto first = visit();
		awaitUnclaimed(1);
		ScriptedPeer::expectTurnedAway(_port);
		auto other = client();
		auto second = visit();
		static_cast<void>(announcedVisitor(other));
	}

	void testHandshakesOfAnAddressAreBounded()
	{
		_limits.handshakesPerAddress = 2;
		begin();
		auto first = _parts->begin();
		auto second = _parts->begin();
		_parts->begin().expectReset();
		// Who is done with it holds no place.
		CPPUNIT_ASSERT(openTunnel(first) != 0);
		auto third = _parts->begin();
		_parts->begin().expectReset();
		second.close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 1; }));
		auto fourth = _parts->begin();
		CPPUNIT_ASSERT(openTunnel(fourth) != 0);
	}

	void testRefusalsAreCountedAndLogged()
	{
		_limits.connections = 1;
		begin();
		auto control = client();
		auto first = visit();
		awaitUnclaimed(1);
		for (int i = 0; i < 5; ++i) ScriptedPeer::expectTurnedAway(_port);
		CPPUNIT_ASSERT_EQUAL(std::size_t(5), _parts->admissions().refusals().count("limit.connections"));
		const std::string line =
			"on port " + std::to_string(_port) + " refused: limit.connections is reached";
		const auto log = _log->text();
		const auto at = log.find(line);
		CPPUNIT_ASSERT(at != std::string::npos && log.find(line, at + 1) == std::string::npos);
	}

private:
	void begin() { _parts.emplace("", 4096, 64, _limits); }

	[[nodiscard]] ScriptedPeer client()
	{
		auto peer = _parts->begin();
		_port = openTunnel(peer);
		return peer;
	}

	[[nodiscard]] ScriptedPeer visit() const { return ScriptedPeer::connectTo(_port); }

	void awaitUnclaimed(std::size_t count)
	{
		CPPUNIT_ASSERT(eventually([&] { return _parts->visitors().count() == count; }));
	}

	void expectRefused(const std::string& text)
	{
		auto peer = _parts->begin();
		peer.sendFrame("{\"Hello\":0}");
		peer.expectFrame("{\"Error\":\"" + text + "\"}");
		peer.expectEof();
	}

	void expectRoomForATunnel()
	{
		CPPUNIT_ASSERT(eventually(
			[this]
			{
				auto peer = _parts->begin();
				peer.sendFrame("{\"Hello\":0}");
				return peer.receiveFrame().rfind("{\"Hello\"", 0) == 0;
			}));
	}

	Limits _limits;
	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::uint16_t _port = 0; // of the tunnel opened last
};

CPPUNIT_TEST_SUITE_REGISTRATION(LimitsTest);
