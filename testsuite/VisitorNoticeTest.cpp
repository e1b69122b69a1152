//
// VisitorNoticeTest.cpp
//
// What the server tells a client that asks who its visitors are, with a
// test in the part of the client.
//

#include "Server/Tunnels.h"
#include "Shared/Extension.h"
#include "Shared/PeerAddress.h"
#include "Shared/Uuid.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class VisitorNoticeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(VisitorNoticeTest);
	CPPUNIT_TEST(testItIsGrantedToWhoAsks);
	CPPUNIT_TEST(testItIsNotGrantedToWhoDoesNotAsk);
	CPPUNIT_TEST(testVisitorIsAnnouncedWithItsAddress);
	CPPUNIT_TEST(testVisitorOnAStandbyConnectionHasItsAddress);
	CPPUNIT_TEST(testAddressesAreThoseOfAProxysHeader);
	CPPUNIT_TEST(testUnknownAddressesAreLeftOut);
	CPPUNIT_TEST(testVisitorBeforeTheGrantIsAnnouncedAgainBehindIt);
	CPPUNIT_TEST(testVisitorBeforeTheGrantIsAnnouncedAgainOnce);
	CPPUNIT_TEST(testClaimedVisitorIsNotAnnouncedAgain);
	CPPUNIT_TEST(testVisitorOfADeadStandbyConnectionHasItsAddress);
	CPPUNIT_TEST(testReclaimedTunnelNeedsAnOfferOfItsOwn);
	CPPUNIT_TEST(testLaterOfferWithoutItTakesItBack);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		_client.emplace(_parts->begin());
		_port = openTunnel(*_client);
	}

	void tearDown() override
	{
		_client.reset();
		_parts.reset();
	}

	void testItIsGrantedToWhoAsks()
	{
		for (const char* wish : {"1", "2", "4294967295"}) CPPUNIT_ASSERT_EQUAL(1U, offer(wish).visitor);
	}

	void testItIsNotGrantedToWhoDoesNotAsk()
	{
		for (const char* wish : {"0", "true", "\"1\"", "-1"}) CPPUNIT_ASSERT_EQUAL(0U, offer(wish).visitor);
		static_cast<void>(grantedTicket(*_client));
		auto visitor = visit();
		static_cast<void>(announcedVisitor(*_client));
	}

	void testVisitorIsAnnouncedWithItsAddress()
	{
		static_cast<void>(offer("1"));
		auto visitor = visit();
		expectAddresses(visitor, noticed(*_client));
		claimAndExpectServed(visitor);
	}

	void testVisitorOnAStandbyConnectionHasItsAddress()
	{
		auto standby = waiting(offer("1").ticket.toString());
		auto visitor = visit();
		visitor.send("question");
		expectAddresses(visitor, noticed(standby));
		standby.expect("question");
		standby.send("answer");
		visitor.expect("answer");
	}

	void testAddressesAreThoseOfAProxysHeader()
	{
		acceptProxies();
		static_cast<void>(offer("1"));
		auto visitor = visit();
		visitor.send("PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\nhello");
		const auto notice = noticed(*_client);
		CPPUNIT_ASSERT_EQUAL("[2001:db8::1]:4711"s, addressText(notice.addresses.value().from));
		CPPUNIT_ASSERT_EQUAL("[2001:db8::2]:80"s, addressText(notice.addresses.value().to));
		claim(notice.id.toString()).expect("hello");
	}

	void testUnknownAddressesAreLeftOut()
	{
		acceptProxies();
		static_cast<void>(offer("1"));
		for (const std::string& header : {"PROXY UNKNOWN\r\n"s, "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s})
		{
			auto visitor = visit();
			visitor.send(header);
			const std::string frame = _client->receiveMessage();
			const auto notice = parseVisitorNotice(frame);
			CPPUNIT_ASSERT_MESSAGE(frame, notice && !notice->addresses);
		}
	}

	void testVisitorBeforeTheGrantIsAnnouncedAgainBehindIt()
	{
		auto visitor = visit();
		const auto id = announcedVisitor(*_client);
		static_cast<void>(offer("1"));
		const auto notice = noticed(*_client);
		CPPUNIT_ASSERT_EQUAL(id, notice.id.toString());
		expectAddresses(visitor, notice);
		auto data = claim(id);
		visitor.send("x");
		data.expect("x");
	}

	void testVisitorBeforeTheGrantIsAnnouncedAgainOnce()
	{
		_client->expectFrame("\"Heartbeat\"");
		auto visitor = visit();
		static_cast<void>(announcedVisitor(*_client));
		static_cast<void>(offer("1"));
		static_cast<void>(noticed(*_client));
		static_cast<void>(offer("1"));
		_client->expectSilence(50ms);
	}

	void testClaimedVisitorIsNotAnnouncedAgain()
	{
		_client->expectFrame("\"Heartbeat\"");
		auto visitor = visit();
		auto data = claim(announcedVisitor(*_client));
		visitor.send("x");
		data.expect("x");
		static_cast<void>(offer("1"));
		_client->expectSilence(50ms);
	}

	void testVisitorOfADeadStandbyConnectionHasItsAddress()
	{
		static_cast<void>(offer("1"));
		auto visitor = visit();
		auto taken = _parts->visitors().take(noticed(*_client).id).value();
		CPPUNIT_ASSERT(taken.isNamed);
		// As Handover gives it back.
		const auto id = secureRandomUuid();
		_parts->tunnels().announceAgain(_parts->context(), id, std::move(taken));
		const auto notice = noticed(*_client);
		CPPUNIT_ASSERT_EQUAL(id.toString(), notice.id.toString());
		expectAddresses(visitor, notice);
	}

	void testReclaimedTunnelNeedsAnOfferOfItsOwn()
	{
		const auto ticket = offer("1").ticket.toString();
		auto back = _parts->begin();
		back.sendFrame(reclaimFrame(ticket));
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":" + std::to_string(_port) + "}", back.receiveFrame());
		_client.emplace(std::move(back));
		auto visitor = visit();
		const auto id = announcedVisitor(*_client);
		static_cast<void>(offer("1"));
		const auto notice = noticed(*_client);
		CPPUNIT_ASSERT_EQUAL(id, notice.id.toString());
		expectAddresses(visitor, notice);
	}

	void testLaterOfferWithoutItTakesItBack()
	{
		static_cast<void>(offer("1"));
		CPPUNIT_ASSERT_EQUAL(0U, offer("0").visitor);
		auto visitor = visit();
		static_cast<void>(announcedVisitor(*_client));
	}

private:
	[[nodiscard]] Grant offer(const std::string& wish)
	{
		_client->sendFrame("{\"Offer\":{\"standby\":8,\"visitor\":" + wish + "}}");
		const std::string frame = _client->receiveMessage();
		const auto grant = parseGrant(frame);
		CPPUNIT_ASSERT_MESSAGE(frame, grant);
		return *grant;
	}

	void acceptProxies()
	{
		_parts->admissions().replaceAccess(std::make_shared<const AccessRules>(AccessList(), AccessList(),
			std::vector<AccessRules::OfPorts>(), AccessRules::Proxies{{}, NetworkSet::parse("127.0.0.0/8")}));
	}

	[[nodiscard]] ScriptedPeer visit() const { return ScriptedPeer::connectFrom("127.0.0.5", _port); }

	[[nodiscard]] VisitorNotice noticed(ScriptedPeer& client)
	{
		const std::string frame = client.receiveMessage();
		const auto notice = parseVisitorNotice(frame);
		CPPUNIT_ASSERT_MESSAGE(frame, notice);
		_lastId = notice->id.toString();
		return *notice;
	}

	[[nodiscard]] ScriptedPeer claim(const std::string& id)
	{
		auto data = _parts->begin();
		data.send(acceptFrame(id));
		return data;
	}

	void claimAndExpectServed(ScriptedPeer& visitor)
	{
		auto data = claim(_lastId);
		visitor.send("x");
		data.expect("x");
	}

	[[nodiscard]] ScriptedPeer waiting(const std::string& ticket)
	{
		auto peer = _parts->begin();
		peer.sendFrame("{\"Standby\":\"" + ticket + "\"}");
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 1; }));
		return peer;
	}

	static void expectAddresses(ScriptedPeer& visitor, const VisitorNotice& notice)
	{
		CPPUNIT_ASSERT(notice.addresses);
		CPPUNIT_ASSERT_EQUAL(addressText(visitor.socket().address()), addressText(notice.addresses->from));
		CPPUNIT_ASSERT_EQUAL(addressText(visitor.socket().peerAddress()), addressText(notice.addresses->to));
	}

	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::uint16_t _port = 0;
	std::string _lastId;
};

CPPUNIT_TEST_SUITE_REGISTRATION(VisitorNoticeTest);
