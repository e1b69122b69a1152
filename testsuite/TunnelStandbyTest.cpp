//
// TunnelStandbyTest.cpp
//
// Standby connections on the wire, with a test in the part of the client.
//

#include "Shared/Authenticator.h"
#include "Shared/Uuid.h"
#include "testsuite/support/DescriptorShortage.h"
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

class TunnelStandbyTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelStandbyTest);
	CPPUNIT_TEST(testOfferIsAnsweredByAGrant);
	CPPUNIT_TEST(testGrantKeepsToTheServersLimit);
	CPPUNIT_TEST(testServerThatAllowsNoneGrantsNone);
	CPPUNIT_TEST(testClientWithoutAnOfferHearsNothingNew);
	CPPUNIT_TEST(testVisitorGoesOutOnAStandbyConnection);
	CPPUNIT_TEST(testVisitorIsAnnouncedWhenNoneIsLeft);
	CPPUNIT_TEST(testUnknownTicketIsAnErrorThenTheEnd);
	CPPUNIT_TEST(testOneAboveTheGrantIsClosed);
	CPPUNIT_TEST(testBytesBehindStandbyEndIt);
	CPPUNIT_TEST(testBytesWhileItWaitsEndIt);
	CPPUNIT_TEST(testSecretIsProvedBeforeStandby);
	CPPUNIT_TEST(testTicketIsGoodForTheAddressItWasGrantedTo);
	CPPUNIT_TEST(testEndOfTheTunnelClosesThemAndVoidsTheTicket);
	CPPUNIT_TEST(testTheyGoFirstWhenDescriptorsRunShort);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { open(); }

	void tearDown() override
	{
		_client.reset();
		_parts.reset();
	}

	void testOfferIsAnsweredByAGrant()
	{
		_client->expectFrame("\"Heartbeat\"");
		_client->sendFrame("{\"Offer\":{\"standby\":8,\"later\":[true]}}");
		const std::string frame = _client->receiveFrame();
		const std::string ticket = ticketIn(frame);
		CPPUNIT_ASSERT_EQUAL("{\"Grant\":{\"standby\":8,\"ticket\":\"" + ticket + "\"}}", frame);
		_client->expectSilence(30ms);
	}

	void testGrantKeepsToTheServersLimit()
	{
		open(3);
		CPPUNIT_ASSERT(offered(4000000000).find("{\"Grant\":{\"standby\":3,") == 0);
		CPPUNIT_ASSERT(offered(2).find("{\"Grant\":{\"standby\":2,") == 0);
	}

	void testServerThatAllowsNoneGrantsNone()
	{
		open(0);
		const std::string frame = offered(8);
		CPPUNIT_ASSERT(frame.find("{\"Grant\":{\"standby\":0,") == 0);
		standBy(ticketIn(frame)).expectEof();
	}

	void testClientWithoutAnOfferHearsNothingNew()
	{
		_client->expectFrame("\"Heartbeat\"");
		for (const char* frame :
			{"{\"Offer\":8}", "\"Offer\"", "{\"offer\":{}}", "{\"Wish\":{\"standby\":8}}"})
			_client->sendFrame(frame);
		_client->expectSilence(50ms);
		expectOrdinary();
	}

	void testVisitorGoesOutOnAStandbyConnection()
	{
		auto standby = waiting(grantedTicket());
		auto visitor = visit();
		visitor.send("question");
		const std::string id = announcedVisitor(standby);
		CPPUNIT_ASSERT(parseUuid(id).has_value());
		standby.expect("question");
		standby.send("answer");
		visitor.expect("answer");
		_client->expectSilence(30ms);
		auto late = _parts->begin();
		late.send(acceptFrame(id));
		late.expectEof();
	}

	void testVisitorIsAnnouncedWhenNoneIsLeft()
	{
		auto standby = waiting(grantedTicket());
		auto first = visit();
		static_cast<void>(announcedVisitor(standby));
		expectOrdinary();
	}

	void testUnknownTicketIsAnErrorThenTheEnd()
	{
		static_cast<void>(grantedTicket());
		auto standby = standBy("67e55044-10b1-426f-9247-bb680e5fe0c8");
		standby.expect("{\"Error\":\"unknown ticket\"}\0"s);
		standby.expectEof();
	}

	void testOneAboveTheGrantIsClosed()
	{
		open(1);
		const std::string ticket = grantedTicket();
		auto first = waiting(ticket);
		standBy(ticket).expectEof();
		first.expectSilence(30ms);
	}

	void testBytesBehindStandbyEndIt()
	{
		const std::string ticket = grantedTicket();
		auto standby = _parts->begin();
		standby.send(standbyFrame(ticket) + "x");
		standby.expectEof();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->standbys().count());
	}

	void testBytesWhileItWaitsEndIt()
	{
		auto standby = waiting(grantedTicket());
		standby.sendFrame("\"Heartbeat\"");
		standby.expectClosed();
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 0; }));
		expectOrdinary();
	}

	void testSecretIsProvedBeforeStandby()
	{
		const Authenticator authenticator(Secret("a secret"));
		RunningServer server(RunningServer::onLoopback("a secret"));
		auto control = proved(server, authenticator);
		const auto port = openTunnel(control);
		control.sendFrame("{\"Offer\":{\"standby\":8}}");
		const std::string ticket = ticketIn(control.receiveMessage());

		auto stranger = ScriptedPeer::connectTo(server.port());
		static_cast<void>(stranger.receiveFrame());
		stranger.send(standbyFrame(ticket));
		stranger.expectFrame("{\"Error\":\"server requires secret, but no secret was provided\"}");
		stranger.expectEof();

		auto standby = proved(server, authenticator);
		standby.send(standbyFrame(ticket));
		CPPUNIT_ASSERT(eventually([&] { return server.parts().standbys.count() == 1; }));
		auto visitor = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(standby));
	}

	void testTicketIsGoodForTheAddressItWasGrantedTo()
	{
		RunningServer server;
		auto control = ScriptedPeer::connectTo(server.port());
		static_cast<void>(openTunnel(control));
		control.sendFrame("{\"Offer\":{\"standby\":8}}");
		const std::string ticket = ticketIn(control.receiveMessage());
		auto elsewhere = ScriptedPeer::connectFrom("127.0.0.2", server.port());
		elsewhere.send(standbyFrame(ticket));
		elsewhere.expectFrame("{\"Error\":\"unknown ticket\"}");
		elsewhere.expectEof();
		auto here = ScriptedPeer::connectFrom("127.0.0.1", server.port());
		here.send(standbyFrame(ticket));
		CPPUNIT_ASSERT(eventually([&] { return server.parts().standbys.count() == 1; }));
	}

	void testEndOfTheTunnelClosesThemAndVoidsTheTicket()
	{
		const std::string ticket = grantedTicket();
		auto first = waiting(ticket);
		auto second = waiting(ticket);
		_client->close();
		first.expectClosed();
		second.expectClosed();
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		standBy(ticket).expectFrame("{\"Error\":\"unknown ticket\"}");
	}

	void testTheyGoFirstWhenDescriptorsRunShort()
	{
		const std::string ticket = grantedTicket();
		auto oldest = waiting(ticket);
		auto freshest = waiting(ticket);
		// A socket made before: a dial would need a descriptor itself.
		Poco::Net::StreamSocket early(new Poco::Net::StreamSocketImpl(::socket(AF_INET, SOCK_STREAM, 0)));
		const DescriptorShortage shortage;
		early.connect(Poco::Net::SocketAddress("127.0.0.1", _port));
		oldest.expectClosed();
		ScriptedPeer visitor(early);
		visitor.send("question");
		static_cast<void>(announcedVisitor(freshest));
		freshest.expect("question");
	}

private:
	void open(std::size_t maxStandby = 64)
	{
		_client.reset();
		_parts.emplace("", 4096, maxStandby);
		_client.emplace(_parts->begin());
		_port = openTunnel(*_client);
	}

	[[nodiscard]] std::string offered(std::uint32_t standby)
	/// The answer to an Offer.
	{
		_client->sendFrame("{\"Offer\":{\"standby\":" + std::to_string(standby) + "}}");
		return _client->receiveMessage();
	}

	[[nodiscard]] std::string grantedTicket()
	/// After this the control connection is silent, until time goes on.
	{
		_client->expectFrame("\"Heartbeat\"");
		return ticketIn(offered(8));
	}

	[[nodiscard]] static std::string ticketIn(const std::string& grant)
	{
		constexpr std::size_t UUID_SIZE = 36;
		CPPUNIT_ASSERT_MESSAGE(grant, grant.size() > UUID_SIZE + 3);
		std::string ticket = grant.substr(grant.size() - UUID_SIZE - 3, UUID_SIZE);
		CPPUNIT_ASSERT_MESSAGE(grant, parseUuid(ticket).has_value());
		return ticket;
	}

	[[nodiscard]] static std::string standbyFrame(const std::string& ticket)
	{
		return "{\"Standby\":\"" + ticket + "\"}" + '\0';
	}

	[[nodiscard]] ScriptedPeer standBy(const std::string& ticket)
	{
		auto peer = _parts->begin();
		peer.send(standbyFrame(ticket));
		return peer;
	}

	[[nodiscard]] ScriptedPeer waiting(const std::string& ticket)
	/// One that was admitted.
	{
		const auto before = _parts->standbys().count();
		auto peer = standBy(ticket);
		CPPUNIT_ASSERT(eventually([&] { return _parts->standbys().count() == before + 1; }));
		return peer;
	}

	[[nodiscard]] ScriptedPeer visit() const { return ScriptedPeer::connectTo(_port); }

	void expectOrdinary()
	/// A visitor is announced on the control connection, and carried by Accept.
	{
		auto visitor = visit();
		auto data = _parts->begin();
		data.send(acceptFrame(announcedVisitor(*_client)));
		visitor.send("x");
		data.expect("x");
	}

	[[nodiscard]] static ScriptedPeer proved(RunningServer& server, const Authenticator& authenticator)
	{
		auto peer = ScriptedPeer::connectTo(server.port());
		const std::string challenge = peer.receiveFrame().substr(14, 36);
		peer.sendFrame("{\"Authenticate\":\"" + authenticator.tag(*parseUuid(challenge)) + "\"}");
		return peer;
	}

	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::uint16_t _port = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelStandbyTest);
