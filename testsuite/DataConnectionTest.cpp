//
// DataConnectionTest.cpp
//
// How one visitor is fetched, with a test in the part of the server.
//

#include "Client/DataConnection.h"
#include "Client/CurrentOptions.h"
#include "Client/Dials.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Client/Transport.h"
#include "Shared/Quota.h"
#include "Shared/RelayEngine.h"
#include "Shared/Uuid.h"
#include "testsuite/support/BlackHole.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class DataConnectionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DataConnectionTest);
	CPPUNIT_TEST(testVisitorReachesTheLocalService);
	CPPUNIT_TEST(testClaimIsOnItsWayBeforeAThreadRunsIt);
	CPPUNIT_TEST(testWithASecretOnlyTheConnectIsOnItsWay);
	CPPUNIT_TEST(testServerThatCannotBeReachedAheadIsTriedAgain);
	CPPUNIT_TEST(testBytesSentBehindTheChallengeAreNotLost);
	CPPUNIT_TEST(testBytesSentBeforeTheLocalServiceAnswersAreNotLost);
	CPPUNIT_TEST(testServiceThatIsSlowGetsAllThatWasSent);
	CPPUNIT_TEST(testRefusedVisitorIsResetOnceItIsClaimed);
	CPPUNIT_TEST(testRefusedVisitorIsRefusedAgainIfTheServerDidNotNotice);
	CPPUNIT_TEST(testReasonOfARefusalIsLogged);
	CPPUNIT_TEST(testServerThatLeavesCostsTheVisitorAlone);
	CPPUNIT_TEST(testServerThatTalksNonsenseCostsTheVisitorAlone);
	CPPUNIT_TEST(testServiceThatDoesNotAnswerStallsNobody);
	CPPUNIT_TEST(testServiceByNameIsFound);
	CPPUNIT_TEST(testVisitorsBeyondTheTunnelsLimitAreReset);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace(); // before the threads that log, and after them
		_parts = std::make_unique<Parts>();
	}

	void tearDown() override
	{
		_parts.reset();
		_log.reset();
	}

	void testVisitorReachesTheLocalService()
	{
		auto server = fetch();
		server.expect(_accept);
		auto local = _parts->local.accept();
		server.send("question");
		local.expect("question");
		local.send("answer");
		server.expect("answer");
		server.shutdownSend();
		local.expectEof();
		local.shutdownSend();
		server.expectEof();
	}

	void testClaimIsOnItsWayBeforeAThreadRunsIt()
	{
		DataConnection connection(_parts->context, {_id}, serverAddress());
		connection.reach();
		auto server = _parts->server.accept();
		server.expect(_accept);
		_parts->local.expectNoConnection(10ms);
		connection.run();
		server.send("question");
		_parts->local.accept().expect("question");
	}

	void testWithASecretOnlyTheConnectIsOnItsWay()
	{
		_parts->setSecret("some secret string");
		DataConnection connection(_parts->context, {_id}, serverAddress());
		connection.reach();
		auto server = _parts->server.accept();
		server.expectSilence(10ms);
		server.sendFrame("{\"Challenge\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}");
		connection.run();
		server.expectFrame(
			"{\"Authenticate\":\"644048067903b23cb7641f8eb7060c6b20661200385b394443530ae12df659ad\"}");
		server.expect(_accept);
	}

	void testServerThatCannotBeReachedAheadIsTriedAgain()
	{
		const Poco::Net::SocketAddress dead("127.0.0.1", _parts->server.port());
		_parts->server.close();
		DataConnection connection(_parts->context, {_id}, dead);
		connection.reach();
		connection.run();
		CPPUNIT_ASSERT_MESSAGE(
			_log->text(), _log->text().find(" is lost: connection refused") != std::string::npos);
	}

	void testBytesSentBehindTheChallengeAreNotLost()
	{
		_parts->setSecret("some secret string");
		auto server = fetch();
		const std::string stream = ByteSource(1).next(1000);
		server.send(std::string("{\"Challenge\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}") + '\0' + stream);
		server.expectFrame(
			"{\"Authenticate\":\"644048067903b23cb7641f8eb7060c6b20661200385b394443530ae12df659ad\"}");
		server.expect(_accept);
		_parts->local.accept().expect(stream);
	}

	void testBytesSentBeforeTheLocalServiceAnswersAreNotLost()
	{
		auto server = fetch();
		const std::string stream = ByteSource(2).next(100000);
		server.send(stream);
		server.shutdownSend();
		server.expect(_accept);
		auto local = _parts->local.accept();
		local.expect(stream);
		local.expectEof();
		local.send("answer");
		local.close();
		server.expect("answer");
		server.expectEof();
	}

	void testServiceThatIsSlowGetsAllThatWasSent()
	{
		auto server = fetch();
		server.expect(_accept);
		auto local = _parts->local.accept();
		const std::string stream = ByteSource(3).next(3000000);
		auto sending = std::async(std::launch::async,
			[&server, &stream]
			{
				server.send(stream);
				server.shutdownSend();
			});
		// It answers before it reads, and takes its time.
		local.send("wait");
		server.expect("wait");
		for (std::size_t done = 0; done < stream.size(); done += 100000)
		{
			local.expect(std::string_view(stream).substr(done, 100000));
			local.send(".");
			server.expect(".");
		}
		local.expectEof();
		sending.get();
	}

	void testRefusedVisitorIsResetOnceItIsClaimed()
	{
		_parts->local.close();
		auto server = fetch();
		server.expect(_accept);
		server.expectReset();
	}

	void testRefusedVisitorIsRefusedAgainIfTheServerDidNotNotice()
	{
		_parts->local.close();
		CPPUNIT_ASSERT(_parts->taken.take(_id));
		auto standby = std::make_unique<DataConnection>(
			_parts->context, VisitorNotice{_id}, FrameStream(Poco::Net::StreamSocket(serverAddress())));
		auto server = _parts->server.accept();
		standby->run();
		standby.reset(); // its socket is closed with the last who has it
		server.expectReset();
		// As the session does with a second notice.
		CPPUNIT_ASSERT(_parts->taken.take(_id));
		auto again = fetch();
		again.expect(_accept);
		again.expectReset();
		CPPUNIT_ASSERT(!_parts->taken.take(_id)); // that one the server has noticed
	}

	void testReasonOfARefusalIsLogged()
	{
		_parts->local.close();
		auto server = fetch();
		server.expect(_accept);
		server.expectReset();
		const std::string text = _log->text();
		const std::string local = "127.0.0.1:" + std::to_string(_parts->config.tunnels.front().localPort);
		CPPUNIT_ASSERT_MESSAGE(
			text, text.find("the local service " + local + " cannot be reached: connection refused") !=
					  std::string::npos);
	}

	void testServerThatLeavesCostsTheVisitorAlone()
	{
		_parts->setSecret("some secret string");
		auto server = fetch();
		server.close();
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now() + PATIENCE));
		_parts->local.expectNoConnection(30ms);
	}

	void testServerThatTalksNonsenseCostsTheVisitorAlone()
	{
		_parts->setSecret("some secret string");
		for (const char* nonsense : {"", "{", "{\"Hello\":1}", "{\"Error\":\"\\n\"}"})
		{
			auto server = fetch();
			server.sendFrame(nonsense);
			server.expectClosed();
		}
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now() + PATIENCE));
		_parts->local.expectNoConnection(30ms);
	}

	void testServiceThatDoesNotAnswerStallsNobody()
	{
		constexpr int MANY = 200;
		BlackHole hole;
		_parts->config.tunnels.front().localPort = hole.port();
		auto carried = fetch();
		carried.expect(_accept);
		ScriptedPeer local(hole.accept());
		hole.swallow();
		std::vector<ScriptedPeer> waiting;
		for (int i = 0; i < MANY; ++i)
		{
			waiting.push_back(fetch());
			waiting.back().expect(_accept);
		}
		carried.send("still");
		local.expect("still");
		// The thread of the one that is carried may be on its way back.
		CPPUNIT_ASSERT(eventually([this] { return _parts->dials.count() == std::size_t(MANY); }));
		// Who gives them up does not wait for the service, either.
		const auto begin = Clock::system().now();
		_parts->cancelled = true;
		for (auto& server : waiting) server.expectReset();
		CPPUNIT_ASSERT(Clock::system().now() - begin < 5s);
	}

	void testServiceByNameIsFound()
	{
		_parts->config.tunnels.front().localHost = "localhost";
		auto server = fetch();
		server.expect(_accept);
		auto local = _parts->local.accept();
		server.send("x");
		local.expect("x");
	}

	void testVisitorsBeyondTheTunnelsLimitAreReset()
	{
		std::vector<Quota::Token> others(MOST);
		for (auto& other : others) other = _parts->visitors.admit("").place;
		auto refused = fetch();
		refused.expect(_accept);
		refused.expectReset();
		CPPUNIT_ASSERT(
			_log->text().find("the tunnel carries 250 already (maxConnections)") != std::string::npos);
		others.pop_back();
		auto carried = fetch();
		carried.expect(_accept);
		auto local = _parts->local.accept();
		local.close();
		carried.expectEof();
		carried.close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->visitors.count() == MOST - 1; }));
	}

private:
	static constexpr std::size_t MOST = 250; // whom the tunnel carries at once

	struct Parts
	/// What a data connection works with.
	{
		Parts()
		{
			config.tunnels.front().localHost = "127.0.0.1";
			config.tunnels.front().localPort = local.port();
		}

		~Parts()
		{
			cancelled = true;
			dials.stop();
			engine.stop();
		}

		void setSecret(const std::string& secret)
		{
			config.secret = Secret(secret);
			options.set(std::make_shared<const SessionOptions>(config));
			options.begin();
		}

		ScriptedListener local;
		ScriptedListener server;
		ClientConfig config;
		CurrentOptions options{std::make_shared<const SessionOptions>(config)};
		std::atomic<bool> cancelled{false};
		Connector connector{Clock::system(), &cancelled};
		Transport transport{std::nullopt, "127.0.0.1", false, Clock::system()};
		RelayEngine engine{RelayConfig{}, Clock::system()};
		Dials dials;
		TakenIds taken{Clock::system()};
		Quota visitors{{"maxConnections", MOST}, {"", 0}};
		ClientContext context{config, config.tunnels.front(), Clock::system(), options, connector,
			engine.relays(), dials, taken, standbys, visitors, transport};
		StandbyLines standbys{context};
	};

	[[nodiscard]] Poco::Net::SocketAddress serverAddress() const
	{
		return {"127.0.0.1", _parts->server.port()};
	}

	[[nodiscard]] ScriptedPeer fetch()
	/// The server's end.
	{
		_parts->dials.dial(_parts->context, {_id}, serverAddress());
		return _parts->server.accept();
	}

	const Poco::UUID _id = secureRandomUuid();
	const std::string _accept = acceptFrame(_id.toString());
	std::optional<CapturedLog> _log;
	std::unique_ptr<Parts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DataConnectionTest);
