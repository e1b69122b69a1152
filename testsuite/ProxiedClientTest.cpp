//
// ProxiedClientTest.cpp
//
// Clients behind a proxy that says who they are. Here the proxy is
// 127.0.0.1, and every connection comes from it.
//

#include "Server/Handshake.h"
#include "Shared/AnswerKey.h"
#include "Shared/Authenticator.h"
#include "Shared/Protocol.h"
#include "Shared/ProxyHeader.h"
#include "Shared/Uuid.h"
#include "testsuite/support/CapturedLog.h"
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

class ProxiedClientTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProxiedClientTest);
	CPPUNIT_TEST(testTunnelIsThatOfTheAddressInTheHeader);
	CPPUNIT_TEST(testBinaryHeaderOfAnIPv6Client);
	CPPUNIT_TEST(testHeaderByteByByte);
	CPPUNIT_TEST(testHeaderAndFramesInOneSegment);
	CPPUNIT_TEST(testChallengeFollowsTheHeader);
	CPPUNIT_TEST(testWithoutAnAddressItIsTheProxys);
	CPPUNIT_TEST(testHalfAHeaderIsResetAtTheDeadline);
	CPPUNIT_TEST(testHeaderDoesNotExtendTheDeadline);
	CPPUNIT_TEST(testConnectionThatEndsInItsHeaderIsReset);
	CPPUNIT_TEST(testNothingIsGuessed);
	CPPUNIT_TEST(testOldestThatWaitsMakesRoomForTheNewest);
	CPPUNIT_TEST(testFaultsAreOneLine);
	CPPUNIT_TEST(testHeaderOfANetworkNotListedIsPointedOut);
	CPPUNIT_TEST(testBinaryHeaderOfANetworkNotListedIsPointedOut);
	CPPUNIT_TEST(testHeaderWithoutMoreOfANetworkNotListedIsPointedOut);
	CPPUNIT_TEST(testMalformedFrameBehindAHeaderIsNotTakenForOne);
	CPPUNIT_TEST(testAccessListsJudgeTheAddressInTheHeader);
	CPPUNIT_TEST(testLimitsCountTheAddressInTheHeader);
	CPPUNIT_TEST(testFailedAuthenticationsAreThoseOfTheAddressInTheHeader);
	CPPUNIT_TEST(testTicketIsGoodForTheAddressInTheHeader);
	CPPUNIT_TEST(testUsersMayComeFromTheAddressInTheHeader);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _log.emplace(); }

	void tearDown() override
	{
		_parts.reset();
		_log.reset();
	}

	void testTunnelIsThatOfTheAddressInTheHeader()
	{
		open();
		auto client = from("192.0.2.1");
		static_cast<void>(openTunnel(client));
		expectLogged("opened for 192.0.2.1:4711");
	}

	void testBinaryHeaderOfAnIPv6Client()
	{
		open();
		auto client = _parts->begin();
		const ProxyHeader header{ProxyHeader::Addresses{
			Poco::Net::SocketAddress("2001:db8::1", 4711), Poco::Net::SocketAddress("2001:db8::2", 7835)}};
		auto bytes = header.format(ProxyProtocol::V2);
		bytes[15] = static_cast<char>(bytes[15] + 7); // and something of the proxy's
		client.send(bytes + "\x04\0\x04xyzz"s);
		static_cast<void>(openTunnel(client));
		expectLogged("opened for [2001:db8::1]:4711");
	}

	void testHeaderByteByByte()
	{
		open();
		auto client = _parts->begin();
		for (const char byte : headerFrom("192.0.2.1"))
		{
			client.send({&byte, 1});
			_parts->advance(10ms);
		}
		static_cast<void>(openTunnel(client));
		expectLogged("opened for 192.0.2.1:4711");
	}

	void testHeaderAndFramesInOneSegment()
	{
		open();
		auto client = _parts->begin();
		client.send(headerFrom("192.0.2.1") + "{\"Hello\":0}\0"s);
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":"s, client.receive(9));
		expectLogged("opened for 192.0.2.1:4711");
	}

	void testChallengeFollowsTheHeader()
	{
		open(SECRET);
		auto client = _parts->begin();
		client.expectSilence(30ms);
		client.send(headerFrom("192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL("{\"Challenge\":"s, client.receive(13));
	}

	void testWithoutAnAddressItIsTheProxys()
	{
		open();
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
		{
			auto client = _parts->begin();
			const auto own = std::to_string(client.socket().address().port());
			client.send(ProxyHeader().format(version));
			static_cast<void>(openTunnel(client));
			expectLogged("opened for 127.0.0.1:" + own);
		}
	}

	void testHalfAHeaderIsResetAtTheDeadline()
	{
		open(SECRET);
		auto client = _parts->begin();
		client.send("PROXY TCP4 192.0.2.1");
		_parts->advance(2999ms);
		client.expectSilence(30ms);
		_parts->advance(1ms);
		client.expectReset();
		expectFault("it did not come within 3 s");
		CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 0; }));
	}

	void testHeaderDoesNotExtendTheDeadline()
	{
		open(SECRET);
		auto client = _parts->begin();
		_parts->advance(2s);
		client.send(headerFrom("192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL("{\"Challenge\":"s, client.receiveFrame().substr(0, 13));
		_parts->advance(1s);
		client.expectFrame("{\"Error\":\""s + Protocol::ErrorText::SILENCE + "\"}");
	}

	void testConnectionThatEndsInItsHeaderIsReset()
	{
		open();
		auto client = _parts->begin();
		client.send("PROXY TCP4 ");
		client.shutdownSend();
		client.expectReset();
		expectFault("it ends before its end");
	}

	void testNothingIsGuessed()
	{
		open();
		for (const std::string& bytes :
			{"{\"Hello\":0}\0"s, "PROXY TCP4 192.0.2.1 x 1 2\r\n"s, "\x16\x03\x01"s})
		{
			auto client = _parts->begin();
			client.send(bytes);
			client.expectReset();
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), refused("control.acceptProxyProtocol"));
	}

	void testOldestThatWaitsMakesRoomForTheNewest()
	{
		open("", {}, 1);
		auto first = _parts->begin();
		auto second = _parts->begin();
		first.expectClosed();
		second.send(headerFrom("192.0.2.1"));
		static_cast<void>(openTunnel(second));
	}

	void testFaultsAreOneLine()
	{
		open();
		for (int i = 0; i < 3; ++i)
		{
			auto client = _parts->begin();
			client.send("x");
			client.expectReset();
		}
		const std::string line = "127.0.0.1/32 is in control.acceptProxyProtocol, but its PROXY header is no"
								 " good: it begins with something else";
		expectLogged(line);
		CPPUNIT_ASSERT_EQUAL(_log->text().find(line), _log->text().rfind(line));
	}

	void testHeaderOfANetworkNotListedIsPointedOut()
	{
		_parts.emplace(SECRET);
		auto client = _parts->begin();
		client.send(headerFrom("192.0.2.1") + "{\"Hello\":0}\0"s);
		static_cast<void>(client.receiveFrame()); // the challenge
		client.expectFrame("{\"Error\":\""s + Protocol::ErrorText::UNPARSABLE + "\"}");
		expectLogged("connection of 127.0.0.1:" + std::to_string(client.socket().address().port()) +
					 " refused: it begins with a PROXY header, but its address is not in"
					 " control.acceptProxyProtocol");
	}

	void testBinaryHeaderOfANetworkNotListedIsPointedOut()
	{
		_parts.emplace();
		auto client = _parts->begin();
		client.send(ProxyHeader().format(ProxyProtocol::V2) + "{\"Hello\":0}\0"s);
		client.expectClosed();
		expectLogged("its address is not in control.acceptProxyProtocol");
	}

	void testHeaderWithoutMoreOfANetworkNotListedIsPointedOut()
	{
		_parts.emplace();
		auto client = _parts->begin();
		client.send(headerFrom("192.0.2.1"));
		client.expectSilence(30ms);
		_parts->advance(3s);
		client.expectClosed();
		expectLogged("its address is not in control.acceptProxyProtocol");
	}

	void testMalformedFrameBehindAHeaderIsNotTakenForOne()
	{
		open();
		auto client = from("192.0.2.1");
		client.send(headerFrom("192.0.2.2") + "{\"Hello\":0}\0"s);
		client.expectClosed();
		CPPUNIT_ASSERT(_log->text().find("is not in control.acceptProxyProtocol") == std::string::npos);
	}

	void testAccessListsJudgeTheAddressInTheHeader()
	{
		// The proxy itself is in none of them.
		open(
			SECRET, AccessList("clients", NetworkSet::parse("192.0.2.0/24"), NetworkSet::parse("192.0.2.7")));
		auto allowed = from("192.0.2.1");
		static_cast<void>(allowed.receiveFrame());
		auto denied = from("192.0.2.7");
		denied.expectReset();
		auto other = from("198.51.100.1");
		other.expectReset();
		auto own = _parts->begin();
		own.send("PROXY UNKNOWN\r\n");
		own.expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("clients.deny"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), refused("clients.allow"));
		expectLogged("connection of 192.0.2.7:4711 refused: its address is in clients.deny");
	}

	void testLimitsCountTheAddressInTheHeader()
	{
		Limits limits;
		limits.tunnelsPerAddress = 1;
		limits.handshakesPerAddress = 1;
		open("", {}, 4096, limits);
		auto waiting = from("192.0.2.9");
		waiting.expectSilence(30ms);
		auto second = from("192.0.2.9");
		second.expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("limit.handshakesPerAddress"));
		auto one = from("192.0.2.1");
		static_cast<void>(openTunnel(one));
		auto other = from("192.0.2.2");
		static_cast<void>(openTunnel(other));
		auto again = from("192.0.2.1");
		again.sendFrame("{\"Hello\":0}");
		again.expectFrame("{\"Error\":\"too many tunnels from your address\"}");
		expectLogged("tunnel for 192.0.2.1:4711 refused: limit.tunnelsPerAddress is reached");
	}

	void testFailedAuthenticationsAreThoseOfTheAddressInTheHeader()
	{
		Limits limits;
		limits.delayAfter = 0;
		limits.refuseAfter = 1;
		open(SECRET, {}, 4096, limits);
		auto guess = from("192.0.2.1");
		static_cast<void>(guess.receiveFrame());
		guess.sendFrame("{\"Authenticate\":\"00\"}");
		guess.expectFrame("{\"Error\":\"invalid secret\"}");
		expectLogged("authentication failed for 192.0.2.1 (1 times within a minute)");
		auto again = from("192.0.2.1");
		again.expectReset();
		auto other = from("192.0.2.2");
		CPPUNIT_ASSERT_EQUAL("{\"Challenge\":"s, other.receive(13));
	}

	void testTicketIsGoodForTheAddressInTheHeader()
	{
		open();
		auto client = from("192.0.2.1");
		static_cast<void>(openTunnel(client));
		const auto ticket = grantedTicket(client);
		auto stranger = from("192.0.2.2");
		stranger.sendFrame("{\"Standby\":\"" + ticket + "\"}");
		stranger.expectFrame("{\"Error\":\"unknown ticket\"}");
		auto standby = from("192.0.2.1");
		standby.sendFrame("{\"Standby\":\"" + ticket + "\"}");
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 1; }));
		auto thief = from("192.0.2.2");
		thief.sendFrame(reclaimFrame(ticket));
		thief.expectFrame("{\"Error\":\"unknown ticket\"}");
		auto back = from("192.0.2.1");
		back.sendFrame(reclaimFrame(ticket));
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":"s, back.receive(9));
	}

	void testUsersMayComeFromTheAddressInTheHeader()
	{
		User user{"alice", AnswerKey(Secret(SECRET))};
		user.allowed = NetworkSet::parse("192.0.2.1");
		_parts.emplace("", 4096, 64, Limits(), std::vector<User>{user});
		accept({});
		auto here = proved("192.0.2.1");
		CPPUNIT_ASSERT(openTunnel(here) != 0);
		auto elsewhere = proved("192.0.2.2");
		elsewhere.expectFrame("{\"Error\":\"address not allowed\"}");
	}

private:
	static constexpr char SECRET[] = "some secret string";

	void open(const std::string& secret = "", const AccessList& clients = {}, std::size_t handshakes = 4096,
		const Limits& limits = {})
	{
		_parts.emplace(secret, handshakes, 64, limits);
		accept(clients);
	}

	void accept(const AccessList& clients)
	{
		_parts->admissions().replaceAccess(std::make_shared<const AccessRules>(clients, AccessList(),
			std::vector<AccessRules::OfPorts>(), AccessRules::Proxies{NetworkSet::parse("127.0.0.1"), {}}));
	}

	[[nodiscard]] static std::string headerFrom(const std::string& address)
	{
		return "PROXY TCP4 " + address + " 192.0.2.200 4711 7835\r\n";
	}

	[[nodiscard]] ScriptedPeer from(const std::string& address)
	{
		auto client = _parts->begin();
		client.send(headerFrom(address));
		return client;
	}

	[[nodiscard]] ScriptedPeer proved(const std::string& address)
	{
		auto client = from(address);
		const std::string challenge = client.receiveFrame().substr(14, 36);
		client.sendFrame(
			"{\"Authenticate\":\"" + Authenticator(Secret(SECRET)).tag(*parseUuid(challenge)) + "\"}");
		return client;
	}

	[[nodiscard]] std::size_t refused(const std::string& key)
	{
		return _parts->admissions().refusals().count(key);
	}

	void expectLogged(const std::string& text) const
	{
		CPPUNIT_ASSERT_MESSAGE(text + " in " + _log->text(),
			eventually([&] { return _log->text().find(text) != std::string::npos; }, 5s));
	}

	void expectFault(const std::string& fault) const
	{
		expectLogged(
			"127.0.0.1/32 is in control.acceptProxyProtocol, but its PROXY header is no good: " + fault);
	}

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxiedClientTest);
