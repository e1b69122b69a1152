//
// FirstMessageTest.cpp
//

#include "Server/FirstMessage.h"
#include "Shared/Protocol.h"
#include "Shared/Relays.h"
#include "Shared/Uuid.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;
namespace ErrorText = Bore::Protocol::ErrorText;

class FirstMessageTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FirstMessageTest);
	CPPUNIT_TEST(testHelloBecomesATunnelOnceItIsHandedOn);
	CPPUNIT_TEST(testPortThatIsRefusedIsTold);
	CPPUNIT_TEST(testReclaimOfAnUnknownTicketIsTold);
	CPPUNIT_TEST(testAcceptBecomesARelayOnceItIsHandedOn);
	CPPUNIT_TEST(testBytesBehindTheAcceptAreTheRelays);
	CPPUNIT_TEST(testAcceptThatFindsNobodyIsRefusedWithoutAWord);
	CPPUNIT_TEST(testStandbyIsAdmittedByItsTicket);
	CPPUNIT_TEST(testStandbyOfAnUnknownTicketIsTold);
	CPPUNIT_TEST(testStandbyThatSaysMoreIsRefusedWithoutAWord);
	CPPUNIT_TEST(testStandbyTooManyIsRefusedWithoutAWord);
	CPPUNIT_TEST(testAuthenticateThatNobodyAskedForIsRefusedWithoutAWord);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		connect();
	}

	void tearDown() override
	{
		_peer.reset();
		_stream.reset();
		_client.reset();
		_parts.reset();
	}

	void testHelloBecomesATunnelOnceItIsHandedOn()
	{
		expectHandedOn(Hello{0}, [this] { return _parts->tunnels().count() == 0; });
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->tunnels().count());
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":"s, _client->receive(9));
	}

	void testPortThatIsRefusedIsTold() { expectRefused(Hello{80}, ErrorText::PORT_OUT_OF_RANGE); }

	void testReclaimOfAnUnknownTicketIsTold()
	{
		expectRefused(Reclaim{secureRandomUuid()}, ErrorText::UNKNOWN_TICKET);
	}

	void testAcceptBecomesARelayOnceItIsHandedOn()
	{
		const auto id = secureRandomUuid();
		auto visitor = addVisitor(id);
		expectHandedOn(
			Accept{id}, [this] { return _parts->visitors().count() == 0 && _parts->relays().count() == 0; });
		visitor.send("x");
		_client->expect("x");
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->relays().count());
	}

	void testBytesBehindTheAcceptAreTheRelays()
	{
		const auto id = secureRandomUuid();
		auto visitor = addVisitor(id);
		receive("more");
		expectHandedOn(Accept{id});
		visitor.expect("more");
	}

	void testAcceptThatFindsNobodyIsRefusedWithoutAWord() { expectRefused(Accept{secureRandomUuid()}, ""); }

	void testStandbyIsAdmittedByItsTicket()
	{
		const auto ticket = _parts->standbys().grant(1, 1, "127.0.0.1");
		expectHandedOn(Standby{ticket});
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->standbys().count());
	}

	void testStandbyOfAnUnknownTicketIsTold()
	{
		const auto ticket = _parts->standbys().grant(1, 1, "192.0.2.1");
		expectRefused(Standby{ticket}, ErrorText::UNKNOWN_TICKET);
	}

	void testStandbyThatSaysMoreIsRefusedWithoutAWord()
	{
		const auto ticket = _parts->standbys().grant(1, 1, "127.0.0.1");
		receive("more");
		expectRefused(Standby{ticket}, "");
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->standbys().count());
	}

	void testStandbyTooManyIsRefusedWithoutAWord()
	{
		const auto ticket = _parts->standbys().grant(1, 1, "127.0.0.1");
		expectHandedOn(Standby{ticket});
		const auto first = std::move(_client);
		connect();
		expectRefused(Standby{ticket}, "");
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->standbys().count());
	}

	void testAuthenticateThatNobodyAskedForIsRefusedWithoutAWord() { expectRefused(Authenticate{"00"}, ""); }

private:
	void connect()
	{
		auto [client, ours] = _parts->connect();
		_client.emplace(std::move(client));
		_stream.emplace(ours.socket(), _parts->clock());
		_peer.emplace(*_stream, _parts->context());
	}

	[[nodiscard]] ScriptedPeer addVisitor(const Poco::UUID& id)
	/// The visitor's own end.
	{
		auto [visitor, ours] = _parts->connect();
		_parts->visitors().add(id, {ours.socket(), "127.0.0.1:1", 1, 8080});
		return std::move(visitor);
	}

	void receive(const std::string& rest)
	/// Has the stream read a frame, and that behind it.
	{
		_client->send("{}\0"s + rest);
		CPPUNIT_ASSERT(eventually([this] { return _stream->poll().has_value(); }));
	}

	void expectHandedOn(
		const ClientMessage& message, const std::function<bool()>& isAsBefore = [] { return true; })
	/// Once, at a time when that is so.
	{
		int handedOn = 0;
		const UserPtr nobody;
		const auto refusal = FirstMessage(_parts->context(), *_stream, *_peer, nobody)
								 .fulfil(message,
									 [&]
									 {
										 ++handedOn;
										 CPPUNIT_ASSERT(isAsBefore());
									 });
		CPPUNIT_ASSERT_MESSAGE(refusal.value_or(""), !refusal);
		CPPUNIT_ASSERT_EQUAL(1, handedOn);
	}

	void expectRefused(const ClientMessage& message, const std::string& text)
	{
		const UserPtr nobody;
		const auto refusal = FirstMessage(_parts->context(), *_stream, *_peer, nobody)
								 .fulfil(message, [] { CPPUNIT_FAIL("it was handed on"); });
		CPPUNIT_ASSERT(refusal.has_value());
		CPPUNIT_ASSERT_EQUAL(text, *refusal);
	}

	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::optional<FrameStream> _stream;
	std::optional<HandshakePeer> _peer;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FirstMessageTest);
