//
// PortClaimTest.cpp
//
// Reclaiming a port, with the test in the part of the client. That a cut
// connection's port is taken over is the matter of TakeOverTest.
//

#include "Server/PortClaim.h"
#include "Shared/Listener.h"
#include "Shared/Relays.h"
#include "Shared/Uuid.h"
#include "testsuite/support/CallFaults.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ServerParts.h"

#include <Poco/Net/StreamSocketImpl.h>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class PortClaimTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PortClaimTest);
	CPPUNIT_TEST(testLostPortIsReclaimed);
	CPPUNIT_TEST(testStandingTunnelIsReclaimed);
	CPPUNIT_TEST(testVisitorInTheBacklogSurvivesAReclaim);
	CPPUNIT_TEST(testRunningRelaysGoOn);
	CPPUNIT_TEST(testUnclaimedVisitorsAndStandbyConnectionsEnd);
	CPPUNIT_TEST(testUnknownTicketIsAnError);
	CPPUNIT_TEST(testTicketIsGoodForItsIdentityAlone);
	CPPUNIT_TEST(testTicketOfATunnelThatSaidGoodbyeIsUnknown);
	CPPUNIT_TEST(testOldTicketIsGoodUntilTheClientHasTheNewOne);
	CPPUNIT_TEST(testOldTicketIsVoidAfterTheNextFrame);
	CPPUNIT_TEST(testReclaimedTunnelLostBeforeItsGrantCanBeReclaimed);
	CPPUNIT_TEST(testPortThatCannotBeBoundLeavesTheTicketGood);
	CPPUNIT_TEST(testReservedPortIsGivenToAHelloOfTheSameIdentity);
	CPPUNIT_TEST(testReservedPortIsRefusedToOthers);
	CPPUNIT_TEST(testAnyPortIsNeverAReservedOne);
	CPPUNIT_TEST(testReservationCountsAsATunnelAndIsItsClientsPlace);
	CPPUNIT_TEST(testPlaceIsFreeWhenTheReservationIsOver);
	CPPUNIT_TEST(testStandingTunnelLeavesItsPlaceToWhoReclaimsIt);
	CPPUNIT_TEST(testLivingHolderKeepsItsPort);
	CPPUNIT_TEST(testNothingIsReclaimedWhileDraining);
	CPPUNIT_TEST(testClientIsToldThatDescriptorsHaveRunOut);
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

	void testLostPortIsReclaimed()
	{
		const std::string ticket = grantedTicket(*_client);
		lose();
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(_port));
		auto next = reclaimed(ticket);
		expectServed(next);
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
	}

	void testStandingTunnelIsReclaimed()
	{
		auto next = reclaimed(grantedTicket(*_client));
		static_cast<void>(_client->receiveToEnd());
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 1; }));
		expectServed(next);
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
		CPPUNIT_ASSERT(grantedTicket(next) != grantedTicket(next));
	}

	void testVisitorInTheBacklogSurvivesAReclaim()
	{
		std::string ticket;
		Poco::Net::StreamSocket early;
		{
			// The tunnel accepts nobody until time goes on, which it does not.
			const CallFaults shortage({Call::Accept, ENOMEM}, 1, CallFaults::ALL);
			early.connect(Poco::Net::SocketAddress("127.0.0.1", _port));
			CPPUNIT_ASSERT(eventually([this]
				{ return _log->text().find("cannot accept connections for now") != std::string::npos; }));
			ticket = grantedTicket(*_client); // so the tunnel is done with trying
		}
		auto next = reclaimed(ticket);
		ScriptedPeer visitor(early);
		visitor.send("question");
		auto data = claim(announcedVisitor(next));
		data.expect("question");
		data.send("answer");
		visitor.expect("answer");
	}

	void testRunningRelaysGoOn()
	{
		const std::string ticket = grantedTicket(*_client);
		auto visitor = visit();
		auto data = claim(announcedVisitor(*_client));
		visitor.send("before");
		data.expect("before");
		const auto next = reclaimed(ticket);
		static_cast<void>(_client->receiveToEnd());
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 1; }));
		visitor.send("after");
		data.expect("after");
		data.send("answer");
		visitor.expect("answer");
	}

	void testUnclaimedVisitorsAndStandbyConnectionsEnd()
	{
		const std::string ticket = grantedTicket(*_client);
		auto visitor = visit();
		static_cast<void>(announcedVisitor(*_client));
		auto standby = _parts->begin();
		standby.sendFrame("{\"Standby\":\"" + ticket + "\"}");
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 1; }));
		auto next = reclaimed(ticket);
		visitor.expectReset();
		standby.expectClosed();
		expectServed(next);
	}

	void testUnknownTicketIsAnError()
	{
		static_cast<void>(grantedTicket(*_client));
		expectRefused(secureRandomUuid().toString(), "unknown ticket");
		expectServed(*_client);
	}

	void testTicketIsGoodForItsIdentityAlone()
	{
		const RunningServer server;
		auto client = ScriptedPeer::connectTo(server.port());
		const auto port = openTunnel(client);
		const std::string ticket = grantedTicket(client);
		const auto tryFromElsewhere = [&]
		{
			auto elsewhere = ScriptedPeer::connectFrom("127.0.0.2", server.port());
			elsewhere.sendFrame(reclaimFrame(ticket));
			elsewhere.expectFrame("{\"Error\":\"unknown ticket\"}");
			elsewhere.expectEof();
		};
		tryFromElsewhere();
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(port));
		client.close();
		CPPUNIT_ASSERT(eventually([&] { return server.parts().tunnels.count() == 0; }));
		tryFromElsewhere();
		auto next = ScriptedPeer::connectTo(server.port());
		next.sendFrame(reclaimFrame(ticket));
		next.expectFrame("{\"Hello\":" + std::to_string(port) + "}");
	}

	void testTicketOfATunnelThatSaidGoodbyeIsUnknown()
	{
		const std::string ticket = grantedTicket(*_client);
		_client->sendFrame("\"Goodbye\"");
		lose();
		expectRefused(ticket, "unknown ticket");
	}

	void testOldTicketIsGoodUntilTheClientHasTheNewOne()
	{
		const std::string first = grantedTicket(*_client);
		lose();
		{
			auto next = reclaimed(first);
			const std::string second = grantedTicket(next);
			CPPUNIT_ASSERT(first != second);
			next.close();
			awaitNoTunnel();
		}
		{
			auto next = reclaimed(first);
			static_cast<void>(grantedTicket(next));
			auto another = reclaimed(first); // it still stands
			expectServed(another);
		}
	}

	void testOldTicketIsVoidAfterTheNextFrame()
	{
		const std::string first = grantedTicket(*_client);
		auto next = reclaimed(first);
		const std::string second = grantedTicket(next);
		next.sendFrame("\"Heartbeat\"");
		expectServed(next); // so it has been read
		expectRefused(first, "unknown ticket");
		next.close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->reservations().holds(_port); }));
		expectRefused(first, "unknown ticket");
		auto last = reclaimed(second);
		expectServed(last);
	}

	void testReclaimedTunnelLostBeforeItsGrantCanBeReclaimed()
	{
		const std::string ticket = grantedTicket(*_client);
		lose();
		reclaimed(ticket).close();
		awaitNoTunnel();
		auto next = reclaimed(ticket);
		expectServed(next);
	}

	void testPortThatCannotBeBoundLeavesTheTicketGood()
	{
		const std::string ticket = grantedTicket(*_client);
		lose();
		{
			const auto intruder = listenOn("127.0.0.1", _port);
			expectRefused(ticket, "port already in use");
		}
		auto next = reclaimed(ticket);
		expectServed(next);
	}

	void testReservedPortIsGivenToAHelloOfTheSameIdentity()
	{
		const std::string ticket = grantedTicket(*_client);
		lose();
		CPPUNIT_ASSERT(_parts->reservations().holds(_port));
		auto next = _parts->begin();
		static_cast<void>(openTunnel(next, _port));
		expectServed(next);
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
		expectRefused(ticket, "unknown ticket");
	}

	void testReservedPortIsRefusedToOthers()
	{
		const RunningServer server;
		auto client = ScriptedPeer::connectTo(server.port());
		const auto port = openTunnel(client);
		static_cast<void>(grantedTicket(client));
		client.close();
		CPPUNIT_ASSERT(eventually([&] { return server.parts().tunnels.count() == 0; }));
		const auto answerTo = [&](const std::string& address)
		{
			auto peer = ScriptedPeer::connectFrom(address, server.port());
			peer.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
			return peer.receiveFrame();
		};
		CPPUNIT_ASSERT_EQUAL("{\"Error\":\"port already in use\"}"s, answerTo("127.0.0.2"));
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":" + std::to_string(port) + "}", answerTo("127.0.0.1"));
	}

	void testAnyPortIsNeverAReservedOne()
	{
		ServerConfig config = RunningServer::onLoopback();
		config.minPort = config.maxPort = _port;
		_client.reset();
		awaitNoTunnel();
		const RunningServer server(config);
		auto client = ScriptedPeer::connectTo(server.port());
		CPPUNIT_ASSERT_EQUAL(_port, openTunnel(client));
		static_cast<void>(grantedTicket(client));
		client.close();
		CPPUNIT_ASSERT(eventually([&] { return server.parts().tunnels.count() == 0; }));
		auto other = ScriptedPeer::connectTo(server.port());
		other.sendFrame("{\"Hello\":0}");
		other.expectFrame("{\"Error\":\"failed to find an available port\"}");
	}

	void testReservationCountsAsATunnelAndIsItsClientsPlace()
	{
		allowOneTunnel();
		const std::string ticket = grantedTicket(*_client);
		lose();
		expectNoPlace();
		auto next = reclaimed(ticket);
		expectServed(next);
		expectNoPlace();
	}

	void testPlaceIsFreeWhenTheReservationIsOver()
	{
		allowOneTunnel();
		static_cast<void>(grantedTicket(*_client));
		lose();
		expectNoPlace();
		_parts->advance(31s);
		auto other = _parts->begin();
		static_cast<void>(openTunnel(other));
	}

	void testStandingTunnelLeavesItsPlaceToWhoReclaimsIt()
	{
		allowOneTunnel();
		auto next = reclaimed(grantedTicket(*_client));
		expectServed(next);
		expectNoPlace();
	}

	void testLivingHolderKeepsItsPort()
	{
		static_cast<void>(grantedTicket(*_client));
		auto other = _parts->begin();
		other.sendFrame("{\"Hello\":" + std::to_string(_port) + "}");
		other.expectFrame("{\"Error\":\"port already in use\"}");
		expectServed(*_client);
	}

	void testNothingIsReclaimedWhileDraining()
	{
		const std::string ticket = grantedTicket(*_client);
		_parts->tunnels().drain();
		expectRefused(ticket, "unknown ticket");
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->tunnels().count());
	}

	void testClientIsToldThatDescriptorsHaveRunOut()
	{
		auto next = _parts->begin();
		const CallFaults faulty({Call::EventFd, EMFILE}, 1);
		next.sendFrame("{\"Hello\":0}");
		next.expectFrame("{\"Error\":\"the server is out of threads, descriptors or memory\"}");
		next.expectEof();
		CPPUNIT_ASSERT(faulty.struck());
	}

private:
	void allowOneTunnel()
	{
		_client.reset();
		Limits limits;
		limits.tunnels = 1;
		_parts.emplace("", 4096, 64, limits);
		_client.emplace(_parts->begin());
		_port = openTunnel(*_client);
	}

	void expectNoPlace()
	{
		auto other = _parts->begin();
		other.sendFrame("{\"Hello\":0}");
		other.expectFrame("{\"Error\":\"too many tunnels\"}");
	}

	void lose()
	{
		_client->close();
		awaitNoTunnel();
	}

	void awaitNoTunnel()
	{
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
	}

	[[nodiscard]] ScriptedPeer reclaimed(const std::string& ticket)
	{
		auto peer = _parts->begin();
		peer.sendFrame(reclaimFrame(ticket));
		peer.expectFrame("{\"Hello\":" + std::to_string(_port) + "}");
		return peer;
	}

	void expectRefused(const std::string& ticket, const std::string& text)
	{
		auto peer = _parts->begin();
		peer.sendFrame(reclaimFrame(ticket));
		peer.expectFrame("{\"Error\":\"" + text + "\"}");
		peer.expectEof();
	}

	[[nodiscard]] ScriptedPeer visit() const { return ScriptedPeer::connectTo(_port); }

	[[nodiscard]] ScriptedPeer claim(const std::string& id)
	{
		auto data = _parts->begin();
		data.send(acceptFrame(id));
		return data;
	}

	void expectServed(ScriptedPeer& control)
	{
		auto visitor = visit();
		auto data = claim(announcedVisitor(control));
		visitor.send("x");
		data.expect("x");
	}

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::uint16_t _port = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PortClaimTest);
