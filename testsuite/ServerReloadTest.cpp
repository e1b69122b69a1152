//
// ServerReloadTest.cpp
//
// A server that is given another configuration while it serves.
//

#include "Server/Server.h"
#include "Shared/Authenticator.h"
#include "Shared/Protocol.h"
#include "Shared/Uuid.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <netinet/tcp.h>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ServerReloadTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServerReloadTest);
	CPPUNIT_TEST(testSameConfigurationChangesNothing);
	CPPUNIT_TEST(testOtherSecretEndsTheTunnelsOfTheFormer);
	CPPUNIT_TEST(testTunnelsOfUsersWhoStayStand);
	CPPUNIT_TEST(testLimitsHoldForWhoComesAndCountWhoIsThere);
	CPPUNIT_TEST(testListsHoldForWhoComes);
	CPPUNIT_TEST(testPortsAreThoseOfTunnelsToCome);
	CPPUNIT_TEST(testStandbyConnectionsAreGrantedAsNow);
	CPPUNIT_TEST(testPortsAreKeptAsNow);
	CPPUNIT_TEST(testKeepaliveIsThatOfConnectionsToCome);
	CPPUNIT_TEST(testGraceIsThatOfNow);
	CPPUNIT_TEST(testBeforeTheStartAndBehindTheEndItDoesNoHarm);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _log.emplace(); }

	void tearDown() override
	{
		_server.reset();
		_log.reset();
	}

	void testSameConfigurationChangesNothing()
	{
		_config.secret = Secret("a");
		_config.users = {user("alice")};
		start();
		auto client = proved("a");
		auto alice = proved("alice's");
		static_cast<void>(openTunnel(client));
		static_cast<void>(openTunnel(alice));
		const auto difference = _server->apply(_config);
		CPPUNIT_ASSERT(!difference.own && !difference.named);
		expectStands(client);
		expectStands(alice);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, _log->text().find("exchanged"));
	}

	void testOtherSecretEndsTheTunnelsOfTheFormer()
	{
		_config.secret = Secret("a");
		start();
		auto before = proved("a");
		static_cast<void>(openTunnel(before));
		_config.secret = Secret("b");
		const auto difference = _server->apply(_config);
		CPPUNIT_ASSERT(difference.own && !difference.named);
		static_cast<void>(before.receiveToEnd());
		auto wrong = proved("a");
		wrong.expectFrame("{\"Error\":\"invalid secret\"}");
		auto after = proved("b");
		static_cast<void>(openTunnel(after));
	}

	void testTunnelsOfUsersWhoStayStand()
	{
		_config.users = {user("alice"), user("bob")};
		start();
		auto alice = proved("alice's");
		auto bob = proved("bob's");
		static_cast<void>(openTunnel(alice));
		static_cast<void>(openTunnel(bob));
		_config.users = {user("bob"), user("carol")};
		const auto difference = _server->apply(_config);
		CPPUNIT_ASSERT(difference.named && !difference.own);
		static_cast<void>(alice.receiveToEnd());
		expectStands(bob);
		auto carol = proved("carol's");
		static_cast<void>(openTunnel(carol));
	}

	void testLimitsHoldForWhoComesAndCountWhoIsThere()
	{
		start();
		auto first = connect();
		const auto port = openTunnel(first);
		auto visitor = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(first));
		_config.limits.tunnels = 1;
		_config.limits.connectionsPerTunnel = 1;
		static_cast<void>(_server->apply(_config));
		auto second = connect();
		second.sendFrame("{\"Hello\":0}");
		second.expectFrame("{\"Error\":\"too many tunnels\"}");
		ScriptedPeer::expectTurnedAway(port);
		_config.limits.connectionsPerTunnel = 0;
		_config.limits.unclaimedPerTunnel = 1;
		static_cast<void>(_server->apply(_config));
		ScriptedPeer::expectTurnedAway(port);
		_config.limits = {};
		static_cast<void>(_server->apply(_config));
		auto other = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(first));
		auto third = connect();
		static_cast<void>(openTunnel(third));
	}

	void testListsHoldForWhoComes()
	{
		start();
		auto client = connect();
		const auto port = openTunnel(client);
		auto inside = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(client));
		const AccessList nobody("visitors", {}, NetworkSet::parse("127.0.0.0/8"));
		_config.access = AccessRules(AccessList(), nobody, {});
		static_cast<void>(_server->apply(_config));
		ScriptedPeer::expectTurnedAway(port);
		_config.access = {};
		static_cast<void>(_server->apply(_config));
		auto later = ScriptedPeer::connectTo(port);
		static_cast<void>(announcedVisitor(client));
	}

	void testPortsAreThoseOfTunnelsToCome()
	{
		start();
		auto client = connect();
		const auto port = openTunnel(client);
		_config.minPort = _config.maxPort = port;
		static_cast<void>(_server->apply(_config));
		auto full = connect();
		full.sendFrame("{\"Hello\":0}");
		full.expectFrame("{\"Error\":\"failed to find an available port\"}");
		_config.minPort = _config.maxPort = static_cast<std::uint16_t>(port == 65535 ? port - 1 : port + 1);
		static_cast<void>(_server->apply(_config));
		expectStands(client);
		auto other = connect();
		other.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
		other.expectFrame("{\"Error\":\"client port number not in allowed range\"}");
	}

	void testStandbyConnectionsAreGrantedAsNow()
	{
		start();
		_config.maxStandby = 3;
		static_cast<void>(_server->apply(_config));
		auto client = connect();
		static_cast<void>(openTunnel(client));
		client.sendFrame("{\"Offer\":{\"standby\":8}}");
		const std::string grant = client.receiveMessage();
		CPPUNIT_ASSERT_MESSAGE(grant, grant.find("\"standby\":3") != std::string::npos);
	}

	void testPortsAreKeptAsNow()
	{
		start();
		auto client = connect();
		const auto port = openTunnel(client);
		static_cast<void>(grantedTicket(client));
		_config.portReservation = 0s;
		static_cast<void>(_server->apply(_config));
		client.reset();
		CPPUNIT_ASSERT(eventually([&] { return _log->text().find("ended: ") != std::string::npos; }));
		CPPUNIT_ASSERT(!_server->parts().reservations.holds(port));
	}

	void testKeepaliveIsThatOfConnectionsToCome()
	{
		start();
		_config.keepalive = {17, 5, 3};
		_config.userTimeout = 7s;
		static_cast<void>(_server->apply(_config));
		CPPUNIT_ASSERT(_server->parts().userTimeout.load() == 7s);
		const auto listener = _server->parts().ports.allocate(0);
		int idle = 0;
		listener.impl()->getOption(IPPROTO_TCP, TCP_KEEPIDLE, idle);
		CPPUNIT_ASSERT_EQUAL(17, idle);
	}

	void testGraceIsThatOfNow()
	{
		_config.grace = 1h;
		RunningServer server(_config);
		auto client = ScriptedPeer::connectTo(server.port());
		auto visitor = ScriptedPeer::connectTo(openTunnel(client));
		auto data = ScriptedPeer::connectTo(server.port());
		data.send(acceptFrame(announcedVisitor(client)));
		visitor.send("x");
		data.expect("x");
		_config.grace = 0s;
		static_cast<void>(server.apply(_config));
		server.stop();
		server.awaitEnd();
		visitor.expectReset();
	}

	void testBeforeTheStartAndBehindTheEndItDoesNoHarm()
	{
		_server.emplace(_config);
		_config.limits.tunnels = 1;
		static_cast<void>(_server->apply(_config));
		_server->stop();
		_server->run();
		_config.keepalive = {17, 5, 3};
		_config.secret = Secret("late");
		CPPUNIT_ASSERT(_server->apply(_config).own);
	}

private:
	[[nodiscard]] static User user(const std::string& name) { return {name, AnswerKey(Secret(name + "'s"))}; }

	void start()
	{
		_server.emplace(_config);
		_server->start();
	}

	[[nodiscard]] ScriptedPeer connect() { return ScriptedPeer::connectTo(_server->port()); }

	[[nodiscard]] ScriptedPeer proved(const std::string& secret)
	{
		auto peer = connect();
		const auto challenge = parseUuid(peer.receiveFrame().substr(14, 36));
		CPPUNIT_ASSERT(challenge);
		peer.sendFrame("{\"Authenticate\":\"" + Authenticator(Secret(secret)).tag(*challenge) + "\"}");
		return peer;
	}

	static void expectStands(ScriptedPeer& client)
	{
		client.sendFrame("{\"Offer\":{\"standby\":8}}");
		const std::string grant = client.receiveMessage();
		CPPUNIT_ASSERT_MESSAGE(grant, grant.find("Grant") != std::string::npos);
	}

	std::optional<CapturedLog> _log;
	ServerConfig _config = RunningServer::onLoopback();
	std::optional<Server> _server;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerReloadTest);
