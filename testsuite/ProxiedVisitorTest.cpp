//
// ProxiedVisitorTest.cpp
//
// Visitors behind a proxy that says who they are. Here the proxy is
// 127.0.0.2, and connections from 127.0.0.1 are visitors' own.
//

#include "Server/ProxiedVisitor.h"
#include "Shared/Relays.h"
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

class ProxiedVisitorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProxiedVisitorTest);
	CPPUNIT_TEST(testBytesBehindTheHeaderAreTheVisitors);
	CPPUNIT_TEST(testVisitorIsLoggedByTheAddressInTheHeader);
	CPPUNIT_TEST(testBinaryHeaderOfAnIPv6Visitor);
	CPPUNIT_TEST(testHeaderByteByByte);
	CPPUNIT_TEST(testWithoutAnAddressItIsTheProxys);
	CPPUNIT_TEST(testHeaderFromElsewhereIsTheVisitorsBytes);
	CPPUNIT_TEST(testNobodyIsAnnouncedBeforeTheHeaderIsWhole);
	CPPUNIT_TEST(testHalfAHeaderIsResetAtTheDeadline);
	CPPUNIT_TEST(testNothingIsGuessed);
	CPPUNIT_TEST(testConnectionThatEndsInItsHeaderIsReset);
	CPPUNIT_TEST(testThoseWhoWaitCountAsUnclaimed);
	CPPUNIT_TEST(testLimitsCountTheAddressInTheHeader);
	CPPUNIT_TEST(testAccessListsJudgeTheAddressInTheHeader);
	CPPUNIT_TEST(testOtherVisitorsComeMeanwhile);
	CPPUNIT_TEST(testVisitorOfATunnelThatHasEndedIsReset);
	CPPUNIT_TEST(testDrainingTunnelTakesNone);
	CPPUNIT_TEST(testServerThatStopsResetsThoseWhoWait);
	CPPUNIT_TEST(testOtherNetworksHoldForWhoComesNext);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace(); // before the threads that log, and after them
		open();
	}

	void tearDown() override
	{
		_client.reset();
		_parts.reset();
		_log.reset();
	}

	void testBytesBehindTheHeaderAreTheVisitors()
	{
		auto visitor = proxied("PROXY TCP4 192.0.2.1 192.0.2.200 4711 80\r\nGET /");
		auto data = claimed();
		data.expect("GET /");
		data.send("answer");
		visitor.expect("answer");
		visitor.send("PROXY UNKNOWN\r\n");
		data.expect("PROXY UNKNOWN\r\n");
	}

	void testVisitorIsLoggedByTheAddressInTheHeader()
	{
		auto visitor = proxied(headerFrom("192.0.2.1"));
		auto data = claimed();
		visitor.close();
		data.close();
		expectLogged("visitor 192.0.2.1:4711 on port " + std::to_string(_port) + ": ");
	}

	void testBinaryHeaderOfAnIPv6Visitor()
	{
		const ProxyHeader header{ProxyHeader::Addresses{
			Poco::Net::SocketAddress("2001:db8::1", 4711), Poco::Net::SocketAddress("2001:db8::2", 80)}};
		auto bytes = header.format(ProxyProtocol::V2);
		bytes[15] = static_cast<char>(bytes[15] + 5); // and something of the proxy's
		auto visitor = proxied(bytes + "\x04\0\x02xyhello"s);
		auto data = claimed();
		data.expect("hello");
		expectLogged("visitor [2001:db8::1]:4711 on port");
	}

	void testHeaderByteByByte()
	{
		auto visitor = proxied("");
		for (const char byte : headerFrom("192.0.2.1") + "hello")
		{
			visitor.send({&byte, 1});
			_parts->advance(10ms);
		}
		auto data = claimed();
		data.expect("hello");
	}

	void testWithoutAnAddressItIsTheProxys()
	{
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
		{
			auto visitor = proxied(ProxyHeader().format(version) + "hello");
			const auto own = std::to_string(visitor.socket().address().port());
			auto data = claimed();
			data.expect("hello");
			expectLogged("visitor 127.0.0.2:" + own + " on port");
		}
	}

	void testHeaderFromElsewhereIsTheVisitorsBytes()
	{
		auto visitor = ScriptedPeer::connectTo(_port);
		visitor.send(headerFrom("192.0.2.1") + "hello");
		auto data = claimed();
		data.expect(headerFrom("192.0.2.1") + "hello");
	}

	void testNobodyIsAnnouncedBeforeTheHeaderIsWhole()
	{
		_client->expectFrame("\"Heartbeat\"");
		auto visitor = proxied("PROXY TCP4 192.0.2.1 192.0.2.200 4711 80\r");
		_client->expectSilence(50ms);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->visitors().count());
		visitor.send("\n");
		static_cast<void>(announcedVisitor(*_client));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->visitors().count());
	}

	void testHalfAHeaderIsResetAtTheDeadline()
	{
		auto visitor = proxied("PROXY TCP4 192.0.2.1");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		_parts->advance(2999ms);
		visitor.expectSilence(30ms);
		_parts->advance(1ms);
		visitor.expectReset();
		expectLogged("visitor 127.0.0.2:" + std::to_string(_lastPort) + " on port " + std::to_string(_port) +
					 " refused: 127.0.0.2/32 is in visitors.acceptProxyProtocol, but its PROXY header is no"
					 " good: it did not come within 3 s");
		expectServed();
	}

	void testNothingIsGuessed()
	{
		for (const std::string& bytes :
			{"GET / HTTP/1.1\r\n"s, "PROXY TCP4 192.0.2.1 x 1 2\r\n"s, "\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0"s})
			proxied(bytes).expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), refused("visitors.acceptProxyProtocol"));
		const std::string line = "its PROXY header is no good: ";
		CPPUNIT_ASSERT_EQUAL(_log->text().find(line), _log->text().rfind(line));
		expectServed();
	}

	void testConnectionThatEndsInItsHeaderIsReset()
	{
		auto visitor = proxied("\r\n\r\n");
		visitor.shutdownSend();
		visitor.expectReset();
		expectLogged("it ends before its end");
	}

	void testThoseWhoWaitCountAsUnclaimed()
	{
		Limits limits;
		limits.unclaimedPerTunnel = 1;
		open(limits);
		auto first = proxied("PROXY ");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		proxied("").expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("limit.unclaimedPerTunnel"));
		first.send("UNKNOWN\r\n");
		const auto id = announcedVisitor(*_client);
		// It is announced, and still the one that there may be.
		proxied("").expectReset();
		auto data = claim(id);
		first.send("x");
		data.expect("x");
		expectServed();
	}

	void testLimitsCountTheAddressInTheHeader()
	{
		Limits limits;
		limits.connectionsPerVisitor = 1;
		open(limits);
		auto one = proxied(headerFrom("192.0.2.1"));
		auto data = claimed();
		auto other = proxied(headerFrom("192.0.2.2"));
		auto otherData = claimed();
		proxied(headerFrom("192.0.2.1")).expectReset();
		expectLogged("visitor 192.0.2.1:4711 on port " + std::to_string(_port) +
					 " refused: limit.connectionsPerVisitor is reached");
	}

	void testAccessListsJudgeTheAddressInTheHeader()
	{
		// The proxy itself is in none of them.
		accept("127.0.0.2", AccessList("visitors", NetworkSet::parse("192.0.2.0/24, 127.0.0.1"),
								NetworkSet::parse("192.0.2.7")));
		expectServed();
		proxied(headerFrom("192.0.2.7")).expectReset();
		proxied(headerFrom("198.51.100.1")).expectReset();
		proxied("PROXY UNKNOWN\r\n").expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("visitors.deny"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), refused("visitors.allow"));
		expectLogged("visitor 192.0.2.7:4711 on port " + std::to_string(_port) +
					 " refused: its address is in visitors.deny");
	}

	void testOtherVisitorsComeMeanwhile()
	{
		std::vector<ScriptedPeer> waiting;
		for (int i = 0; i < 50; ++i) waiting.push_back(proxied("PROXY "));
		auto own = ScriptedPeer::connectTo(_port);
		auto data = claimed();
		own.send("x");
		data.expect("x");
		expectServed();
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() >= 50; }));
	}

	void testVisitorOfATunnelThatHasEndedIsReset()
	{
		auto visitor = proxied("PROXY ");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		_client->close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		visitor.send("UNKNOWN\r\n");
		visitor.expectReset();
	}

	void testDrainingTunnelTakesNone()
	{
		auto visitor = proxied("PROXY ");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		_parts->tunnels().drain();
		visitor.send("UNKNOWN\r\n");
		visitor.expectReset();
	}

	void testServerThatStopsResetsThoseWhoWait()
	{
		auto visitor = proxied("PROXY ");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		_client.reset();
		_parts.reset();
		visitor.expectReset();
	}

	void testOtherNetworksHoldForWhoComesNext()
	{
		auto before = proxied("PROXY ");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		accept("127.0.0.3", {});
		before.send("UNKNOWN\r\nx");
		auto data = claimed();
		data.expect("x");
		auto after = proxied("PROXY UNKNOWN\r\n");
		auto itsData = claimed();
		itsData.expect("PROXY UNKNOWN\r\n");
	}

private:
	void open(const Limits& limits = {})
	{
		_client.reset();
		_parts.emplace("", 4096, 64, limits);
		accept("127.0.0.2", {});
		_client.emplace(_parts->begin());
		_port = openTunnel(*_client);
	}

	void accept(const std::string& proxies, const AccessList& visitors)
	{
		_parts->admissions().replaceAccess(std::make_shared<const AccessRules>(AccessList(), visitors,
			std::vector<AccessRules::OfPorts>(), AccessRules::Proxies{{}, NetworkSet::parse(proxies)}));
	}

	[[nodiscard]] static std::string headerFrom(const std::string& address)
	{
		return "PROXY TCP4 " + address + " 192.0.2.200 4711 80\r\n";
	}

	[[nodiscard]] ScriptedPeer proxied(const std::string& bytes)
	{
		auto peer = ScriptedPeer::connectFrom("127.0.0.2", _port);
		_lastPort = peer.socket().address().port();
		if (!bytes.empty()) peer.send(bytes);
		return peer;
	}

	[[nodiscard]] ScriptedPeer claim(const std::string& id)
	{
		auto data = _parts->begin();
		data.send(acceptFrame(id));
		return data;
	}

	[[nodiscard]] ScriptedPeer claimed() { return claim(announcedVisitor(*_client)); }

	void expectServed()
	{
		auto visitor = proxied(headerFrom("192.0.2.3") + "x");
		claimed().expect("x");
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

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::uint16_t _port = 0;
	std::uint16_t _lastPort = 0; // of the proxy's latest connection
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxiedVisitorTest);
