//
// UsersEndToEndTest.cpp
//
// Several users of one server.
//

#include "Shared/Authenticator.h"
#include "Shared/Protocol.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
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
namespace ErrorText = Bore::Protocol::ErrorText;

class UsersEndToEndTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UsersEndToEndTest);
	CPPUNIT_TEST(testLogLinesNameTheUser);
	CPPUNIT_TEST(testOwnSecretStandsBesideTheUsers);
	CPPUNIT_TEST(testForeignAcceptIsRefusedAndTheVisitorStays);
	CPPUNIT_TEST(testForeignStandbyIsRefused);
	CPPUNIT_TEST(testForeignReclaimIsRefused);
	CPPUNIT_TEST(testReservedPortIsForItsUser);
	CPPUNIT_TEST(testPortsOutsideTheRangesAreRefused);
	CPPUNIT_TEST(testAnyPortIsOneOfTheRanges);
	CPPUNIT_TEST(testTunnelsOfAUserAreLimited);
	CPPUNIT_TEST(testConnectionsOfAUserAreLimited);
	CPPUNIT_TEST(testExpiredUserIsToldAfterTheRightAnswer);
	CPPUNIT_TEST(testTunnelEndsAsItsUserExpires);
	CPPUNIT_TEST(testAddressOutsideTheAllowListIsRefused);
	CPPUNIT_TEST(testWrongAnswersCountForTheAddress);
	CPPUNIT_TEST(testRefusedAddressIsNotSearchedFor);
	CPPUNIT_TEST(testTunnelsOfUsersThatAreGoneOrChangedEnd);
	CPPUNIT_TEST(testRaisedLimitHoldsForAStandingTunnel);
	CPPUNIT_TEST(testHandshakeOfAUserThatIsGoneOpensNothing);
	CPPUNIT_TEST(testUsersAreExchangedInARunningServer);
	CPPUNIT_TEST(testDataConnectionsAreTriedForLiveUsersFirst);
	CPPUNIT_TEST(testClientsOfOursAreUsers);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_users = {user("alice"), user("bob")};
		// More than are searched without looking for those who are live.
		for (const char* name : {"c", "d", "e", "f"}) _users.push_back(user(name));
		_limits = {};
	}

	void tearDown() override { _parts.reset(); }

	void testLogLinesNameTheUser()
	{
		const CapturedLog log;
		start();
		auto alice = proved("alice");
		const auto port = openTunnel(alice);
		auto visitor = ScriptedPeer::connectTo(port);
		auto data = fetched(alice, "alice");
		visitor.close();
		data.close();
		const std::string visitorLine = "on port " + std::to_string(port) + " user=alice: 0 bytes up";
		CPPUNIT_ASSERT(eventually([&] { return log.text().find(visitorLine) != std::string::npos; }));
		alice.close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		expectLine(log, "tunnel on port " + std::to_string(port) + " opened for 127.0.0.1:", " user=alice");
		expectLine(log, "tunnel on port " + std::to_string(port) + " of 127.0.0.1:", " user=alice ended");
	}

	void testOwnSecretStandsBesideTheUsers()
	{
		const CapturedLog log;
		start("own");
		auto own = provedBy("own");
		static_cast<void>(openTunnel(own));
		auto alice = proved("alice");
		static_cast<void>(openTunnel(alice));
		expectLine(log, "opened for", " user=-");
	}

	void testForeignAcceptIsRefusedAndTheVisitorStays()
	{
		start("own");
		auto alice = proved("alice");
		auto visitor = ScriptedPeer::connectTo(openTunnel(alice));
		const auto id = announcedVisitor(alice);
		for (const char* secret : {"bob's", "own"})
		{
			auto stranger = provedBy(secret);
			stranger.send(acceptFrame(id) + "stolen");
			stranger.expectEof();
		}
		auto data = proved("alice");
		data.send(acceptFrame(id) + "hers");
		visitor.expect("hers");
	}

	void testForeignStandbyIsRefused()
	{
		start();
		auto alice = proved("alice");
		static_cast<void>(openTunnel(alice));
		const std::string frame = "{\"Standby\":\"" + grantedTicket(alice) + "\"}";
		auto bob = proved("bob");
		bob.sendFrame(frame);
		expectError(bob, ErrorText::UNKNOWN_TICKET);
		auto standby = proved("alice");
		standby.sendFrame(frame);
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 1; }));
	}

	void testForeignReclaimIsRefused()
	{
		start();
		auto alice = proved("alice");
		const auto port = openTunnel(alice);
		const auto frame = reclaimFrame(grantedTicket(alice));
		auto bob = proved("bob");
		bob.sendFrame(frame);
		expectError(bob, ErrorText::UNKNOWN_TICKET);
		auto again = proved("alice");
		again.sendFrame(frame);
		again.expectFrame("{\"Hello\":" + std::to_string(port) + "}");
	}

	void testReservedPortIsForItsUser()
	{
		start();
		auto alice = proved("alice");
		const auto port = openTunnel(alice);
		static_cast<void>(grantedTicket(alice));
		alice.reset();
		CPPUNIT_ASSERT(eventually([&] { return _parts->reservations().holds(port); }));
		auto bob = proved("bob");
		bob.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
		expectError(bob, ErrorText::PORT_IN_USE);
		auto again = proved("alice");
		CPPUNIT_ASSERT_EQUAL(port, openTunnel(again, port));
	}

	void testPortsOutsideTheRangesAreRefused()
	{
		_users[0].ports = PortRanges::parse("21000-21999, 23000-23999");
		start();
		for (const char* port : {"20999", "22000", "24000", "1023"})
		{
			auto alice = proved("alice");
			alice.sendFrame("{\"Hello\":"s + port + "}");
			expectError(alice, ErrorText::PORT_OUT_OF_RANGE);
		}
	}

	void testAnyPortIsOneOfTheRanges()
	{
		_users[0].ports = PortRanges::parse("21000-21999, 23000-23999");
		_users[1].ports = PortRanges::parse("1-1023"); // the server gives none of them
		start();
		for (int i = 0; i < 10; ++i)
		{
			auto alice = proved("alice");
			const auto port = openTunnel(alice);
			CPPUNIT_ASSERT(_users[0].mayHave(port));
		}
		auto bob = proved("bob");
		bob.sendFrame("{\"Hello\":0}");
		expectError(bob, ErrorText::NO_PORT_AVAILABLE);
	}

	void testTunnelsOfAUserAreLimited()
	{
		const CapturedLog log;
		_users[0].maxTunnels = 1;
		start();
		std::optional<ScriptedPeer> first(proved("alice"));
		static_cast<void>(openTunnel(*first));
		auto second = proved("alice");
		second.sendFrame("{\"Hello\":0}");
		expectError(second, "too many tunnels of your user");
		expectLine(log, "tunnel for 127.0.0.1:", "refused: user.alice.maxTunnels is reached");
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->admissions().refusals().count("user.alice.maxTunnels"));
		auto bob = proved("bob");
		static_cast<void>(openTunnel(bob));
		first.reset();
		CPPUNIT_ASSERT(eventually([this] { return _parts->admissions().userTunnels().count("alice") == 0; }));
		auto third = proved("alice");
		static_cast<void>(openTunnel(third));
	}

	void testConnectionsOfAUserAreLimited()
	{
		_users[0].maxConnections = 1;
		start();
		auto alice = proved("alice");
		const auto port = openTunnel(alice);
		auto other = proved("alice");
		const auto otherPort = openTunnel(other);
		auto bob = proved("bob");
		const auto bobsPort = openTunnel(bob);
		auto visitor = ScriptedPeer::connectTo(port);
		auto data = fetched(alice, "alice");
		ScriptedPeer::expectTurnedAway(otherPort);
		CPPUNIT_ASSERT_EQUAL(
			std::size_t(1), _parts->admissions().refusals().count("user.alice.maxConnections"));
		auto bobsVisitor = ScriptedPeer::connectTo(bobsPort);
		static_cast<void>(announcedVisitor(bob));
		visitor.close();
		data.close();
		CPPUNIT_ASSERT(
			eventually([this] { return _parts->admissions().userConnections().count("alice") == 0; }));
		auto next = ScriptedPeer::connectTo(otherPort);
		static_cast<void>(announcedVisitor(other));
	}

	void testExpiredUserIsToldAfterTheRightAnswer()
	{
		const CapturedLog log;
		start();
		_users[0].expires = _parts->clock().wallNow() + 1h;
		replaceUsers();
		static_cast<void>(openTunnel(*std::make_unique<ScriptedPeer>(proved("alice"))));
		_parts->advance(1h);
		auto alice = proved("alice");
		expectError(alice, ErrorText::USER_EXPIRED);
		expectLine(log, "connection of 127.0.0.1:", "refused: user expired user=alice");
		auto stranger = provedBy("a guess");
		expectError(stranger, ErrorText::INVALID_SECRET);
		auto bob = proved("bob");
		static_cast<void>(openTunnel(bob));
	}

	void testTunnelEndsAsItsUserExpires()
	{
		start();
		_users[0].expires = _parts->clock().wallNow() + 5s;
		replaceUsers();
		auto alice = proved("alice");
		const auto port = openTunnel(alice);
		static_cast<void>(grantedTicket(alice));
		_parts->advance(5s);
		alice.expectMessage("{\"Error\":\"user expired\"}");
		alice.expectClosed();
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		CPPUNIT_ASSERT(!_parts->reservations().holds(port));
	}

	void testAddressOutsideTheAllowListIsRefused()
	{
		_users[0].allowed = NetworkSet::parse("192.0.2.0/24");
		_users[1].allowed = NetworkSet::parse("127.0.0.0/8");
		start();
		auto alice = proved("alice");
		expectError(alice, ErrorText::ADDRESS_NOT_ALLOWED);
		auto bob = proved("bob");
		static_cast<void>(openTunnel(bob));
	}

	void testWrongAnswersCountForTheAddress()
	{
		_limits.delayAfter = 0;
		_limits.refuseAfter = 2;
		start();
		for (int i = 0; i < 2; ++i)
		{
			auto guesser = provedBy("a guess");
			expectError(guesser, ErrorText::INVALID_SECRET);
		}
		auto next = _parts->begin();
		next.expectReset();
	}

	void testRefusedAddressIsNotSearchedFor()
	{
		_limits.delayAfter = 0;
		_limits.refuseAfter = 1;
		start();
		auto late = _parts->begin(); // challenged before the address is refused
		auto guesser = provedBy("a guess");
		expectError(guesser, ErrorText::INVALID_SECRET);
		prove(late, "alice's");
		expectError(late, ErrorText::INVALID_SECRET);
	}

	void testTunnelsOfUsersThatAreGoneOrChangedEnd()
	{
		_users[2].ports = PortRanges::parse("21000-21999");
		_users[3].expires = {};
		start();
		auto stays = proved("alice");
		auto gone = proved("bob");
		auto moved = proved("c");
		auto expired = proved("d");
		auto renamed = proved("e");
		auto elsewhere = proved("f");
		for (auto* client : {&stays, &gone, &moved, &expired, &renamed, &elsewhere})
			static_cast<void>(openTunnel(*client));
		_users[0].maxTunnels = 7;
		_users[2].ports = PortRanges::parse("22000-22999");
		_users[3].expires = _parts->clock().wallNow();
		_users[4].key = AnswerKey(Secret("another"));
		_users[5].allowed = NetworkSet::parse("192.0.2.0/24");
		_users.erase(_users.begin() + 1);
		CPPUNIT_ASSERT_EQUAL(std::size_t(5), replaceUsers());
		for (auto* client : {&gone, &moved, &expired, &renamed, &elsewhere})
			static_cast<void>(client->receiveToEnd());
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 1; }));
		stays.sendFrame("{\"Offer\":{\"standby\":8}}");
		static_cast<void>(stays.receiveMessage());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), replaceUsers());
	}

	void testRaisedLimitHoldsForAStandingTunnel()
	{
		_users[0].maxConnections = 1;
		start();
		auto alice = proved("alice");
		const auto port = openTunnel(alice);
		auto first = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(alice));
		_users[0].maxConnections = 2;
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), replaceUsers());
		auto second = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(alice));
		ScriptedPeer::expectTurnedAway(port);
	}

	void testHandshakeOfAUserThatIsGoneOpensNothing()
	{
		start();
		// Judged before the exchange, and opened behind it.
		const auto before = _parts->users().get()->find("alice");
		_users.erase(_users.begin());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), replaceUsers());
		auto [client, ours] = _parts->connect();
		CPPUNIT_ASSERT_THROW(
			_parts->tunnels().open(_parts->context(), FrameStream(ours.socket(), _parts->clock()),
				_parts->context().ports.allocate(0), std::nullopt, {}, before),
			std::runtime_error);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->tunnels().count());
	}

	void testUsersAreExchangedInARunningServer()
	{
		auto config = RunningServer::onLoopback();
		config.users = _users;
		Server server(config);
		server.start();
		auto alice = ScriptedPeer::connectTo(server.port());
		prove(alice, "alice's");
		static_cast<void>(openTunnel(alice));
		server.replaceUsers(std::make_shared<const Users>(std::vector<User>{user("bob")}, std::nullopt));
		static_cast<void>(alice.receiveToEnd());
		auto again = ScriptedPeer::connectTo(server.port());
		prove(again, "alice's");
		expectError(again, ErrorText::INVALID_SECRET);
		auto bob = ScriptedPeer::connectTo(server.port());
		prove(bob, "bob's");
		static_cast<void>(openTunnel(bob));
	}

	void testDataConnectionsAreTriedForLiveUsersFirst()
	{
		start();
		const Poco::Net::IPAddress here("127.0.0.1");
		CPPUNIT_ASSERT(_parts->liveUsers().from(here).empty());
		std::optional<ScriptedPeer> alice(proved("alice"));
		auto visitor = ScriptedPeer::connectTo(openTunnel(*alice));
		CPPUNIT_ASSERT(_parts->liveUsers().from(here) == std::vector<std::string>{"alice"});
		auto data = fetched(*alice, "alice");
		data.send("x");
		visitor.expect("x");
		alice.reset();
		CPPUNIT_ASSERT(eventually([&] { return _parts->liveUsers().from(here).empty(); }));
	}

	void testClientsOfOursAreUsers()
	{
		const EchoService echo;
		auto config = RunningServer::onLoopback("own");
		config.users = _users;
		RunningServer server(config);
		for (const char* secret : {"alice's", "bob's", "own"})
		{
			RunningClient client(RunningClient::between(server.port(), echo.port(), secret));
			for (int i = 0; i < 20; ++i)
			{
				auto visitor = ScriptedPeer::connectTo(client.port());
				visitor.send("hello");
				visitor.expect("hello");
			}
		}
	}

private:
	[[nodiscard]] static User user(const std::string& name) { return {name, AnswerKey(Secret(name + "'s"))}; }

	void start(const std::string& own = "")
	{
		_own = own.empty() ? std::nullopt : std::optional<Secret>(own);
		_parts = std::make_unique<ServerParts>(own, 4096, 64, _limits, _users);
	}

	std::size_t replaceUsers()
	/// As a reload does.
	{
		_parts->users().set(std::make_shared<const Users>(_users, _own));
		return _parts->tunnels().renewUsers(*_parts->users().get(), _parts->clock().wallNow());
	}

	static void prove(ScriptedPeer& peer, const std::string& secret)
	{
		const auto challenge = parseUuid(peer.receiveFrame().substr(14, 36));
		CPPUNIT_ASSERT(challenge);
		peer.sendFrame("{\"Authenticate\":\"" + Authenticator(Secret(secret)).tag(*challenge) + "\"}");
	}

	[[nodiscard]] ScriptedPeer provedBy(const std::string& secret)
	{
		auto peer = _parts->begin();
		prove(peer, secret);
		return peer;
	}

	[[nodiscard]] ScriptedPeer proved(const std::string& name) { return provedBy(name + "'s"); }

	[[nodiscard]] ScriptedPeer fetched(ScriptedPeer& control, const std::string& name)
	/// The data connection of the next visitor, which has been joined with it.
	{
		const auto id = announcedVisitor(control);
		auto data = proved(name);
		data.send(acceptFrame(id));
		CPPUNIT_ASSERT(eventually([this] { return _parts->visitors().count() == 0; }));
		return data;
	}

	static void expectError(ScriptedPeer& peer, const std::string& text)
	{
		peer.expectFrame("{\"Error\":\"" + text + "\"}");
		peer.expectEof();
	}

	static void expectLine(const CapturedLog& log, const std::string& begin, const std::string& part)
	/// A line that holds both.
	{
		const auto holds = [&]
		{
			const std::string text = log.text();
			for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1))
				if (text.substr(at, text.find('\n', at) - at).find(part) != std::string::npos) return true;
			return false;
		};
		CPPUNIT_ASSERT_MESSAGE(begin + "..." + part + " in:\n" + log.text(), eventually(holds));
	}

	std::vector<User> _users;
	Limits _limits;
	std::optional<Secret> _own;
	std::unique_ptr<ServerParts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsersEndToEndTest);
