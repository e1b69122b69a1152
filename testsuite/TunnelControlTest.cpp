//
// TunnelControlTest.cpp
//
// Here the test's own thread is the tunnel's.
//

#include "Server/TunnelControl.h"
#include "Shared/AnswerKey.h"
#include "Shared/Descriptor.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <Poco/Timespan.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class TunnelControlTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelControlTest);
	CPPUNIT_TEST(testClientIsToldItsPort);
	CPPUNIT_TEST(testClientIsWhereItsConnectionComesFrom);
	CPPUNIT_TEST(testClientOfAProxyIsWhomTheProxyNames);
	CPPUNIT_TEST(testHeartbeatSaysWhenTheNextIsDue);
	CPPUNIT_TEST(testSilenceCountsAfterTheGrant);
	CPPUNIT_TEST(testClientOfAnExpiredUserIsTold);
	CPPUNIT_TEST(testUserIsTheOneAdoptedLast);
	CPPUNIT_TEST(testAddressesAreWantedUntilTheGrantSaysNo);
	CPPUNIT_TEST(testAddressesAreNamedWhereTheOfferAsks);
	CPPUNIT_TEST(testGoodbyeCountsAfterTheGrant);
	CPPUNIT_TEST(testLastWordsOfALostClientAreRead);
	CPPUNIT_TEST(testPortIsKeptForBothTicketsUntilTheNewOneHasArrived);
	CPPUNIT_TEST(testPortIsNotKeptForAClientWithoutATicket);
	CPPUNIT_TEST(testFramesOfOtherThreadsAreSentOnceByItsOwn);
	CPPUNIT_TEST(testDisconnectEndsTheClient);
	CPPUNIT_TEST(testClosedControlIsLeftAlone);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		connect();
	}

	void tearDown() override
	{
		_control.reset();
		_client.reset();
		_parts.reset();
	}

	void testClientIsToldItsPort()
	{
		_control->open(4711);
		_client->expectFrame("{\"Hello\":4711}");
	}

	void testClientIsWhereItsConnectionComesFrom()
	{
		CPPUNIT_ASSERT_EQUAL(_client->socket().address().toString(), _control->address());
		CPPUNIT_ASSERT_EQUAL("127.0.0.1"s, _control->identity());
	}

	void testClientOfAProxyIsWhomTheProxyNames()
	{
		connect({}, Poco::Net::SocketAddress("192.0.2.1", 4711));
		CPPUNIT_ASSERT_EQUAL("192.0.2.1:4711"s, _control->address());
		CPPUNIT_ASSERT_EQUAL("192.0.2.1"s, _control->identity());
		User user{"alice", AnswerKey(Secret("a secret"))};
		user.allowed = NetworkSet::parse("192.0.2.1");
		CPPUNIT_ASSERT(_control->mayCome(user, _parts->clock().wallNow()));
		user.allowed = NetworkSet::parse("127.0.0.1");
		CPPUNIT_ASSERT(!_control->mayCome(user, _parts->clock().wallNow()));
	}

	void testHeartbeatSaysWhenTheNextIsDue()
	{
		_control->heartbeat();
		_client->expectFrame("\"Heartbeat\"");
		CPPUNIT_ASSERT(_control->nextHeartbeat() == _parts->clock().now() + 500ms);
	}

	void testSilenceCountsAfterTheGrant()
	{
		_parts->clock().advance(20s);
		_control->heartbeat();
		_client->expectFrame("\"Heartbeat\"");
		static_cast<void>(granted());
		_parts->clock().advance(10s - 1ns);
		_control->heartbeat();
		_parts->clock().advance(1ns);
		CPPUNIT_ASSERT_THROW(_control->heartbeat(), PeerTimeoutException);
	}

	void testClientOfAnExpiredUserIsTold()
	{
		User user{"alice", AnswerKey(Secret("a secret"))};
		connect(std::make_shared<const User>(user));
		_control->heartbeat();
		user.expires = _parts->clock().wallNow();
		_control->adopt(std::make_shared<const User>(user));
		_parts->clock().advance(1s);
		CPPUNIT_ASSERT_THROW(_control->heartbeat(), std::runtime_error);
		_client->expectFrame("\"Heartbeat\"");
		_client->expectFrame("{\"Error\":\"user expired\"}");
	}

	void testUserIsTheOneAdoptedLast()
	{
		CPPUNIT_ASSERT(!_control->user());
		const auto user = std::make_shared<const User>(User{"alice", AnswerKey(Secret("a secret"))});
		_control->adopt(user);
		CPPUNIT_ASSERT(_control->user() == user);
	}

	void testAddressesAreWantedUntilTheGrantSaysNo()
	{
		CPPUNIT_ASSERT(_control->wantsAddresses());
		CPPUNIT_ASSERT(!_control->namesVisitors());
		static_cast<void>(granted());
		CPPUNIT_ASSERT(!_control->wantsAddresses());
		CPPUNIT_ASSERT(!_control->namesVisitors());
	}

	void testAddressesAreNamedWhereTheOfferAsks()
	{
		_client->sendFrame("{\"Offer\":{\"standby\":1,\"visitor\":1}}");
		readUntil([this] { return _control->namesVisitors(); });
		CPPUNIT_ASSERT(_control->wantsAddresses());
	}

	void testGoodbyeCountsAfterTheGrant()
	{
		_client->sendFrame("\"Goodbye\"");
		static_cast<void>(granted());
		CPPUNIT_ASSERT(!_control->isLeaving());
		_client->sendFrame("\"Goodbye\"");
		readUntil([this] { return _control->isLeaving(); });
	}

	void testLastWordsOfALostClientAreRead()
	{
		static_cast<void>(granted());
		CPPUNIT_ASSERT(!_control->hasSaidGoodbye());
		_client->sendFrame("\"Goodbye\"");
		_client->close();
		CPPUNIT_ASSERT(eventually([this] { return _control->hasSaidGoodbye(); }));
	}

	void testPortIsKeptForBothTicketsUntilTheNewOneHasArrived()
	{
		const auto first = granted();
		const auto second = granted();
		auto kept = _control->reserve(8080, {});
		CPPUNIT_ASSERT(kept.has_value());
		CPPUNIT_ASSERT(_parts->reservations().find(first, "127.0.0.1").has_value());
		CPPUNIT_ASSERT(_parts->reservations().find(second, "127.0.0.1").has_value());
		_client->sendFrame("\"Goodbye\"");
		readUntil([this] { return _control->isLeaving(); });
		kept = _control->reserve(8080, {});
		CPPUNIT_ASSERT(!_parts->reservations().find(first, "127.0.0.1"));
		CPPUNIT_ASSERT(_parts->reservations().find(second, "127.0.0.1").has_value());
	}

	void testPortIsNotKeptForAClientWithoutATicket()
	{
		CPPUNIT_ASSERT(!_control->reserve(8080, {}));
		static_cast<void>(granted());
		_control->forgetTickets();
		CPPUNIT_ASSERT(!_control->reserve(8080, {}));
		CPPUNIT_ASSERT(!_parts->reservations().holds(8080));
	}

	void testFramesOfOtherThreadsAreSentOnceByItsOwn()
	{
		_control->announceAgain("1");
		_control->announceAgain("2");
		_control->send("0");
		_control->sendAgain();
		_control->sendAgain();
		_control->send("3");
		for (const char* frame : {"0", "1", "2", "3"}) _client->expectFrame(frame);
	}

	void testDisconnectEndsTheClient()
	{
		_control->disconnect();
		_client->expectEof();
		CPPUNIT_ASSERT_THROW(_control->read(), PeerGoneException);
		CPPUNIT_ASSERT_THROW(_control->send("x"), PeerGoneException);
	}

	void testClosedControlIsLeftAlone()
	{
		auto [peer, ours] = _parts->connect();
		const int descriptor = _control->descriptor();
		_control->close();
		_client->expectEof();
		// Another's, under the number that it had.
		const Descriptor another(::dup2(ours.socket().impl()->sockfd(), descriptor));
		_control->disconnect();
		CPPUNIT_ASSERT(!_control->isStalled());
		peer.send("x");
		ours.expect("x");
	}

private:
	static constexpr std::uint64_t TUNNEL = 1;

	void connect(UserPtr user = {}, const std::optional<Poco::Net::SocketAddress>& client = {})
	{
		_control.reset();
		_client.reset();
		auto [peer, ours] = _parts->connect();
		_client.emplace(std::move(peer));
		_control.emplace(_parts->context(), TUNNEL, FrameStream(ours.socket(), _parts->clock()), std::nullopt,
			std::move(user), client);
	}

	void readUntil(const std::function<bool()>& condition)
	{
		CPPUNIT_ASSERT(eventually([&] { return _control->read(), condition(); }));
	}

	[[nodiscard]] Poco::UUID granted()
	/// The ticket of one more Grant.
	{
		_client->sendFrame("{\"Offer\":{\"standby\":8}}");
		readUntil(
			[this] { return _client->socket().poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ); });
		const auto grant = parseGrant(_client->receiveMessage());
		CPPUNIT_ASSERT(grant.has_value());
		return grant->ticket;
	}

	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::optional<TunnelControl> _control;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelControlTest);
