//
// HandshakePeerTest.cpp
//
// Here the proxy is 127.0.0.1, and every connection comes from it.
//

#include "Server/HandshakePeer.h"
#include "Shared/PeerAddress.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class HandshakePeerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HandshakePeerTest);
	CPPUNIT_TEST(testPeerWithoutAProxyIsWhereItComesFrom);
	CPPUNIT_TEST(testAddressOutlastsAReset);
	CPPUNIT_TEST(testPeerThatWasResetFirstHasNoAddress);
	CPPUNIT_TEST(testPeerIsAwaitedUntilItsHeaderIsWhole);
	CPPUNIT_TEST(testProxyThatSaysNothingSpeaksForItself);
	CPPUNIT_TEST(testBytesBehindTheHeaderAreLeft);
	CPPUNIT_TEST(testFaultIsRefusedAndLogged);
	CPPUNIT_TEST(testLateHeaderIsLogged);
	CPPUNIT_TEST(testDeniedAddressIsRefused);
	CPPUNIT_TEST(testPlaceIsThatOfTheAddressInTheHeader);
	CPPUNIT_TEST(testHeaderOfOneThatIsNoProxyIsMentioned);
	CPPUNIT_TEST(testHeaderInPiecesOfFramesIsMentioned);
	CPPUNIT_TEST(testOtherBytesAreNotMentioned);
	CPPUNIT_TEST(testSecondHeaderOfAProxyIsNotMentioned);
	CPPUNIT_TEST_SUITE_END();

	using Introduction = HandshakePeer::Introduction;

public:
	void setUp() override
	{
		_log.emplace();
		start();
	}

	void tearDown() override
	{
		_parts.reset();
		_log.reset();
	}

	void testPeerWithoutAProxyIsWhereItComesFrom()
	{
		Connection direct(*_parts, false);
		CPPUNIT_ASSERT(!direct.peer.isAwaited());
		const auto own = direct.client.socket().address();
		CPPUNIT_ASSERT_EQUAL(own.toString(), addressText(direct.peer.address()));
		CPPUNIT_ASSERT_EQUAL(own.toString(), direct.peer.name());
	}

	void testAddressOutlastsAReset()
	{
		Connection direct(*_parts, false);
		const auto before = addressText(direct.peer.address());
		direct.resetByClient();
		CPPUNIT_ASSERT_EQUAL(before, addressText(direct.peer.address()));
		CPPUNIT_ASSERT_EQUAL(before, direct.peer.name());
	}

	void testPeerThatWasResetFirstHasNoAddress()
	{
		Connection direct(*_parts, false);
		direct.resetByClient();
		CPPUNIT_ASSERT_THROW(static_cast<void>(direct.peer.address()), PeerGoneException);
		CPPUNIT_ASSERT_EQUAL("(gone)"s, direct.peer.name());
	}

	void testPeerIsAwaitedUntilItsHeaderIsWhole()
	{
		Connection proxied(*_parts);
		CPPUNIT_ASSERT(proxied.peer.isAwaited());
		CPPUNIT_ASSERT(proxied.peer.introduce() == Introduction::Incomplete);
		const std::string header = headerFrom("192.0.2.1");
		proxied.client.send(header.substr(0, 20));
		CPPUNIT_ASSERT(proxied.peer.introduce() == Introduction::Incomplete);
		CPPUNIT_ASSERT(proxied.peer.isAwaited());
		proxied.client.send(header.substr(20));
		CPPUNIT_ASSERT(proxied.settled() == Introduction::Admitted);
		CPPUNIT_ASSERT(!proxied.peer.isAwaited());
		CPPUNIT_ASSERT_EQUAL("192.0.2.1:4711"s, addressText(proxied.peer.address()));
		CPPUNIT_ASSERT_EQUAL("192.0.2.1:4711"s, proxied.peer.name());
	}

	void testProxyThatSaysNothingSpeaksForItself()
	{
		Connection proxied(*_parts);
		proxied.client.send("PROXY UNKNOWN\r\n");
		CPPUNIT_ASSERT(proxied.settled() == Introduction::Admitted);
		CPPUNIT_ASSERT_EQUAL(
			proxied.client.socket().address().toString(), addressText(proxied.peer.address()));
	}

	void testBytesBehindTheHeaderAreLeft()
	{
		Connection proxied(*_parts);
		proxied.client.send(headerFrom("192.0.2.1") + "frames");
		CPPUNIT_ASSERT(proxied.settled() == Introduction::Admitted);
		ScriptedPeer(proxied.stream.socket()).expect("frames");
	}

	void testFaultIsRefusedAndLogged()
	{
		Connection proxied(*_parts);
		proxied.client.send("{\"Hello\":0}\0"s);
		CPPUNIT_ASSERT(proxied.settled() == Introduction::Refused);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("control.acceptProxyProtocol"));
		expectLogged("its PROXY header is no good: it begins with something else");
	}

	void testLateHeaderIsLogged()
	{
		Connection proxied(*_parts);
		proxied.peer.expire();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("control.acceptProxyProtocol"));
		expectLogged("its PROXY header is no good: it did not come within 3 s");
	}

	void testDeniedAddressIsRefused()
	{
		accept(AccessList("clients", {}, NetworkSet::parse("192.0.2.7")));
		Connection denied(*_parts);
		denied.client.send(headerFrom("192.0.2.7"));
		CPPUNIT_ASSERT(denied.settled() == Introduction::Refused);
		CPPUNIT_ASSERT(!denied.peer.isAwaited());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("clients.deny"));
		Connection other(*_parts);
		other.client.send(headerFrom("192.0.2.8"));
		CPPUNIT_ASSERT(other.settled() == Introduction::Admitted);
	}

	void testPlaceIsThatOfTheAddressInTheHeader()
	{
		Limits limits;
		limits.handshakesPerAddress = 1;
		start(limits);
		CPPUNIT_ASSERT(introduced("192.0.2.9") == Introduction::Admitted); // and has gone
		Connection first(*_parts);
		first.client.send(headerFrom("192.0.2.9"));
		CPPUNIT_ASSERT(first.settled() == Introduction::Admitted);
		CPPUNIT_ASSERT(introduced("192.0.2.9") == Introduction::Refused);
		CPPUNIT_ASSERT(introduced("192.0.2.8") == Introduction::Admitted);
		first.peer.leave();
		CPPUNIT_ASSERT(introduced("192.0.2.9") == Introduction::Admitted);
	}

	void testHeaderOfOneThatIsNoProxyIsMentioned()
	{
		Connection direct(*_parts, false);
		direct.peer.mentionHeader(headerFrom("192.0.2.1") + "{\"Hello\":0}");
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("control.acceptProxyProtocol (not in it)"));
	}

	void testHeaderInPiecesOfFramesIsMentioned()
	{
		Connection direct(*_parts, false);
		// Version 2 has a NUL in its signature: to a stream of frames it is a frame, and a rest.
		direct.client.send("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s);
		std::optional<std::string> frame;
		CPPUNIT_ASSERT(eventually([&] { return (frame = direct.stream.poll()).has_value(); }));
		direct.peer.mentionHeader(*frame);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("control.acceptProxyProtocol (not in it)"));
	}

	void testOtherBytesAreNotMentioned()
	{
		Connection direct(*_parts, false);
		direct.peer.mentionHeader("{\"Hello\":");
		direct.peer.mentionHeader({});
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), refused("control.acceptProxyProtocol (not in it)"));
	}

	void testSecondHeaderOfAProxyIsNotMentioned()
	{
		Connection proxied(*_parts);
		proxied.client.send(headerFrom("192.0.2.1"));
		CPPUNIT_ASSERT(proxied.settled() == Introduction::Admitted);
		proxied.peer.mentionHeader(headerFrom("192.0.2.2"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), refused("control.acceptProxyProtocol (not in it)"));
	}

private:
	struct Connection
	/// One of a proxy, unless it is said that it is none.
	{
		explicit Connection(ServerParts& parts, bool isOfProxy = true)
			: Connection(parts, parts.connect(), isOfProxy)
		{
		}

		Connection(ServerParts& parts, std::pair<ScriptedPeer, ScriptedPeer> ends, bool isOfProxy)
			: client(std::move(ends.first))
			, stream(ends.second.socket(), parts.clock())
			, peer(stream, parts.context(), {}, isOfProxy)
		{
		}

		[[nodiscard]] Introduction settled()
		{
			auto introduction = Introduction::Incomplete;
			CPPUNIT_ASSERT(
				eventually([&] { return (introduction = peer.introduce()) != Introduction::Incomplete; }));
			return introduction;
		}

		void resetByClient()
		{
			client.reset();
			CPPUNIT_ASSERT(eventually([this] { return peerText(stream.socket()) == "(gone)"; }));
		}

		ScriptedPeer client;
		FrameStream stream;
		HandshakePeer peer;
	};

	void start(const Limits& limits = {})
	{
		_parts.emplace("", 4096, 64, limits);
		accept({});
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

	[[nodiscard]] Introduction introduced(const std::string& address)
	/// Of one that goes at once.
	{
		Connection proxied(*_parts);
		proxied.client.send(headerFrom(address));
		return proxied.settled();
	}

	[[nodiscard]] std::size_t refused(const std::string& key)
	{
		return _parts->admissions().refusals().count(key);
	}

	void expectLogged(const std::string& text) const
	{
		CPPUNIT_ASSERT_MESSAGE(text + " in " + _log->text(), _log->text().find(text) != std::string::npos);
	}

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakePeerTest);
