//
// VisitorAccessTest.cpp
//
// Who is kept from public ports, and from the control port, over real
// connections: every address of 127.0.0.0/8 is this machine's.
//

#include "Server/Admissions.h"
#include "Server/Handshakes.h"
#include "Server/PendingVisitors.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class VisitorAccessTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(VisitorAccessTest);
	CPPUNIT_TEST(testDeniedVisitorIsResetAndOthersAreServed);
	CPPUNIT_TEST(testOnlyAllowedVisitorsAreServed);
	CPPUNIT_TEST(testMappedVisitorIsJudgedByItsIPv4Address);
	CPPUNIT_TEST(testRulesOfAPortHoldForThatPort);
	CPPUNIT_TEST(testDeniedVisitorCostsNothing);
	CPPUNIT_TEST(testDeniedVisitorTakesNoStandbyConnection);
	CPPUNIT_TEST(testCrowdOfDeniedVisitorsIsOneLine);
	CPPUNIT_TEST(testDeniedClientIsResetWithoutAWord);
	CPPUNIT_TEST(testDeniedClientThatResetsFirstIsNotHeard);
	CPPUNIT_TEST(testDeniedClientCannotFetchAVisitor);
	CPPUNIT_TEST(testDeniedClientProgramEnds);
	CPPUNIT_TEST(testOtherRulesHoldForWhoComesNext);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace();
		_config = RunningServer::onLoopback();
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_echo.reset();
		_log.reset();
	}

	void testDeniedVisitorIsResetAndOthersAreServed()
	{
		_config.access = visitors({}, NetworkSet::parse("127.0.0.2"));
		open();
		for (int i = 0; i < 3; ++i)
		{
			ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _client->port());
			expectServed("127.0.0.1");
			expectServed("127.0.0.3");
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), refused("visitors.deny"));
	}

	void testOnlyAllowedVisitorsAreServed()
	{
		_config.access = visitors(NetworkSet::parse("127.0.0.2/31"), NetworkSet::parse("127.0.0.3"));
		open();
		expectServed("127.0.0.2");
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.1", _client->port());
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.3", _client->port());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("visitors.allow"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("visitors.deny"));
	}

	void testMappedVisitorIsJudgedByItsIPv4Address()
	{
		_config.bindTunnels.clear(); // one socket for both families
		_config.access = visitors(NetworkSet::parse("127.0.0.2"), {});
		open();
		expectServed("127.0.0.2");
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.1", _client->port());
	}

	void testRulesOfAPortHoldForThatPort()
	{
		open();
		RunningClient other(RunningClient::between(_server->port(), _echo->port()));
		const auto port = PortRanges::parse(std::to_string(_client->port()));
		replace(AccessRules({}, AccessList("visitors", {}, NetworkSet::parse("127.0.0.4")),
			{{port, AccessList("access.web", NetworkSet::parse("127.0.0.1, 127.0.0.4"), {})}}));
		expectServed("127.0.0.1");
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _client->port());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("access.web.allow"));
		// Allowed by one list and denied by the other.
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.4", _client->port());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("visitors.deny"));
		auto visitor = ScriptedPeer::connectFrom("127.0.0.2", other.port());
		expectEcho(visitor);
	}

	void testDeniedVisitorCostsNothing()
	{
		_config.access = visitors({}, NetworkSet::parse("127.0.0.2"));
		_server.emplace(_config);
		auto control = ScriptedPeer::connectTo(_server->port());
		const auto port = openTunnel(control);
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", port);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _server->parts().admissions.connections().count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _server->parts().visitors.count());
		auto visitor = ScriptedPeer::connectTo(port);
		auto data = ScriptedPeer::connectTo(_server->port());
		// The first that is announced is not the first that came.
		data.send(acceptFrame(announcedVisitor(control)) + "x");
		visitor.expect("x");
	}

	void testDeniedVisitorTakesNoStandbyConnection()
	{
		_config.access = visitors({}, NetworkSet::parse("127.0.0.2"));
		open();
		auto& standbys = _server->parts().standbys;
		CPPUNIT_ASSERT(eventually([&] { return standbys.count() == 8; }));
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _client->port());
		CPPUNIT_ASSERT_EQUAL(std::size_t(8), standbys.count());
	}

	void testCrowdOfDeniedVisitorsIsOneLine()
	{
		_config.access = visitors({}, NetworkSet::parse("127.0.0.2"));
		open();
		for (int i = 0; i < 100; ++i) ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _client->port());
		expectServed("127.0.0.1");
		CPPUNIT_ASSERT_EQUAL(std::size_t(100), refused("visitors.deny"));
		const std::string log = _log->text();
		const std::string line = "Warning bore.server.access: visitor 127.0.0.2:";
		const auto at = log.find(line);
		CPPUNIT_ASSERT(at != std::string::npos);
		const std::string end =
			" on port " + std::to_string(_client->port()) + " refused: its address is in visitors.deny\n";
		CPPUNIT_ASSERT_EQUAL(end, log.substr(log.find(" on port", at), end.size()));
		CPPUNIT_ASSERT(log.find(line, log.find('\n', at)) == std::string::npos);
	}

	void testDeniedClientIsResetWithoutAWord()
	{
		_config = RunningServer::onLoopback("a secret");
		_config.access = clients({}, NetworkSet::parse("127.0.0.2"));
		_server.emplace(_config);
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _server->port()); // not even a challenge
		auto other = ScriptedPeer::connectFrom("127.0.0.3", _server->port());
		CPPUNIT_ASSERT_EQUAL(std::string("{\"Challenge\""), other.receiveFrame().substr(0, 12));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("clients.deny"));
		CPPUNIT_ASSERT(
			_log->text().find("Warning bore.server.access: connection of 127.0.0.2:") != std::string::npos);
	}

	void testDeniedClientThatResetsFirstIsNotHeard()
	{
		_config.access = clients(NetworkSet::parse("127.0.0.1"), {});
		Server server(_config);
		{
			// It has gone, with a Hello behind it, before anybody accepts.
			auto peer = ScriptedPeer::connectFrom("127.0.0.2", server.port());
			peer.sendFrame("{\"Hello\":0}");
			peer.reset();
		}
		server.start();
		auto& refusals = server.parts().admissions.refusals();
		CPPUNIT_ASSERT(eventually([&] { return refusals.count("clients.allow") == 1; }));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), server.parts().handshakes.count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), server.parts().tunnels.count());
		CPPUNIT_ASSERT(_log->text().find("opened for") == std::string::npos);
	}

	void testDeniedClientCannotFetchAVisitor()
	{
		_config.access = clients({}, NetworkSet::parse("127.0.0.2"));
		_server.emplace(_config);
		auto control = ScriptedPeer::connectTo(_server->port());
		auto visitor = ScriptedPeer::connectTo(openTunnel(control));
		const auto id = announcedVisitor(control);
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _server->port());
		auto data = ScriptedPeer::connectFrom("127.0.0.3", _server->port());
		data.send(acceptFrame(id) + "x");
		visitor.expect("x");
	}

	void testDeniedClientProgramEnds()
	{
		_config.access = clients({}, NetworkSet::parse("127.0.0.1"));
		_server.emplace(_config);
		_echo.emplace();
		_client.emplace(RunningClient::between(_server->port(), _echo->port()));
		// The reset may come before its connection stands, or behind its Hello.
		const ExitCode code = _client->failure().code();
		CPPUNIT_ASSERT(ExitCode::Unreachable == code || ExitCode::PortRefused == code);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refused("clients.deny"));
	}

	void testOtherRulesHoldForWhoComesNext()
	{
		open();
		auto early = ScriptedPeer::connectFrom("127.0.0.2", _client->port());
		expectEcho(early);
		replace(visitors({}, NetworkSet::parse("127.0.0.2")));
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.2", _client->port());
		expectEcho(early); // who is in stays
		replace(visitors(NetworkSet::parse("127.0.0.2"), {}));
		expectServed("127.0.0.2");
		ScriptedPeer::expectTurnedAwayFrom("127.0.0.1", _client->port());
		replace(AccessRules());
		expectServed("127.0.0.1");
	}

private:
	[[nodiscard]] static AccessRules visitors(NetworkSet allow, NetworkSet deny)
	{
		return AccessRules({}, AccessList("visitors", std::move(allow), std::move(deny)), {});
	}

	[[nodiscard]] static AccessRules clients(NetworkSet allow, NetworkSet deny)
	{
		return AccessRules(AccessList("clients", std::move(allow), std::move(deny)), {}, {});
	}

	void open()
	{
		_echo.emplace();
		_server.emplace(_config);
		_client.emplace(RunningClient::between(_server->port(), _echo->port()));
		static_cast<void>(_client->port()); // once it is open
	}

	void replace(const AccessRules& rules)
	{
		_server->parts().admissions.replaceAccess(std::make_shared<const AccessRules>(rules));
	}

	[[nodiscard]] std::size_t refused(const std::string& key) const
	{
		return _server->parts().admissions.refusals().count(key);
	}

	void expectServed(const std::string& address)
	{
		auto visitor = ScriptedPeer::connectFrom(address, _client->port());
		expectEcho(visitor);
	}

	static void expectEcho(ScriptedPeer& visitor)
	{
		visitor.send("hello");
		visitor.expect("hello");
	}

	std::optional<CapturedLog> _log;
	ServerConfig _config;
	std::optional<EchoService> _echo;
	std::optional<RunningServer> _server;
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(VisitorAccessTest);
