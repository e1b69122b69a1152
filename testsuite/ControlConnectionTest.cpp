//
// ControlConnectionTest.cpp
//

#include "Client/ControlConnection.h"

#include "Client/ClientConfig.h"
#include "Client/SessionFailure.h"
#include "Client/Transport.h"
#include "Shared/Connector.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class ControlConnectionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ControlConnectionTest);
	CPPUNIT_TEST(testFramesGoBothWays);
	CPPUNIT_TEST(testItKnowsWhereItGoes);
	CPPUNIT_TEST(testNobodyListensIsUnreachable);
	CPPUNIT_TEST(testUnknownNameIsUnreachable);
	CPPUNIT_TEST(testStopBeforeConnectIsNotForgotten);
	CPPUNIT_TEST(testStopEndsAWaitAndLeavesRoomForGoodbye);
	CPPUNIT_TEST(testSecondStopEndsSendingToo);
	CPPUNIT_TEST(testGoodbyeToAServerThatHasGoneIsNoFailure);
	CPPUNIT_TEST(testItsEndClosesTheConnection);
	CPPUNIT_TEST(testServerThatEndsTheTlsHandshakeIsUnreachable);
	CPPUNIT_TEST(testServerWithoutTlsIsUnreachable);
	CPPUNIT_TEST(testSilentServerIsUnreachableByTls);
	CPPUNIT_TEST(testServerThatRefusesByTlsIsARefusal);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_clock = std::make_unique<ManualClock>();
		_listener = std::make_unique<ScriptedListener>();
		_config.serverHost = "127.0.0.1";
		_config.serverPort = _listener->port();
		_config.tls.reset();
	}

	void tearDown() override
	{
		_connection.reset();
		_transport.reset();
		_connector.reset();
		_listener.reset();
		_clock.reset();
	}

	void testFramesGoBothWays()
	{
		auto server = connected();
		_connection->secure(_clock->now()); // without TLS nothing is to be done
		_connection->frames().send("one", _clock->now() + 1s);
		server.expect("one\0"s);
		server.sendFrame("other");
		CPPUNIT_ASSERT_EQUAL("other"s, _connection->frames().receive(std::nullopt));
	}

	void testItKnowsWhereItGoes()
	{
		const auto server = connected();
		const std::string name = "127.0.0.1:" + std::to_string(_listener->port());
		CPPUNIT_ASSERT_EQUAL(name, _connection->server().toString());
		CPPUNIT_ASSERT_EQUAL(name, _connection->serverName());
	}

	void testNobodyListensIsUnreachable()
	{
		_listener->close();
		make();
		expectFailure([this] { _connection->connect(); }, ExitCode::Unreachable,
			"could not connect to " + _connection->serverName() +
				": connection refused (is bore-server running there");
	}

	void testUnknownNameIsUnreachable()
	{
		_config.serverHost = std::string(64, 'x') + ".invalid"; // too long for a label
		make();
		const auto text =
			expectFailure([this] { _connection->connect(); }, ExitCode::Unreachable, "check the name");
		CPPUNIT_ASSERT_MESSAGE(text, text.find("is bore-server running") == std::string::npos);
	}

	void testStopBeforeConnectIsNotForgotten()
	{
		make();
		CPPUNIT_ASSERT(!_connection->isStopped());
		_connection->stop();
		CPPUNIT_ASSERT(_connection->isStopped());
		expectFailure([this] { _connection->connect(); }, ExitCode::Lost, "stopped");
	}

	void testStopEndsAWaitAndLeavesRoomForGoodbye()
	{
		auto server = connected();
		auto waiting = std::async(
			std::launch::async, [this] { static_cast<void>(_connection->frames().receive(std::nullopt)); });
		_connection->stop();
		CPPUNIT_ASSERT(waiting.wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT_THROW(waiting.get(), PeerGoneException);
		_connection->sayGoodbye();
		server.expect("\"Goodbye\"\0"s);
		server.expectEof();
	}

	void testSecondStopEndsSendingToo()
	{
		auto server = connected();
		_connection->stop();
		_connection->stop();
		CPPUNIT_ASSERT_THROW(_connection->frames().send("x", _clock->now() + 1s), PeerGoneException);
		server.expectEof();
	}

	void testGoodbyeToAServerThatHasGoneIsNoFailure()
	{
		auto server = connected();
		server.reset();
		CPPUNIT_ASSERT_THROW(
			static_cast<void>(_connection->frames().receive(std::nullopt)), PeerGoneException);
		_connection->sayGoodbye();
	}

	void testItsEndClosesTheConnection()
	{
		auto server = connected();
		_connection.reset();
		server.expectEof();
	}

	void testServerThatEndsTheTlsHandshakeIsUnreachable()
	{
		useTls();
		for (const bool resets : {true, false})
		{
			auto server = connected();
			auto securing = std::async(std::launch::async, [this] { _connection->secure(deadline()); });
			CPPUNIT_ASSERT(!server.receiveSome().empty()); // the handshake has begun
			if (resets)
				server.reset();
			else
				server.shutdownSend();
			expectFailure([&] { securing.get(); }, ExitCode::Unreachable,
				"no TLS with " + _connection->serverName() +
					": the server ended the connection in the TLS handshake");
		}
	}

	void testServerWithoutTlsIsUnreachable()
	{
		useTls();
		auto server = connected();
		server.sendFrame(R"({"Challenge":"00000000-0000-4000-8000-000000000000"})");
		expectFailure(
			[this] { _connection->secure(deadline()); }, ExitCode::Unreachable, "does not speak TLS");
	}

	void testSilentServerIsUnreachableByTls()
	{
		useTls();
		const auto server = connected();
		expectFailure([this] { _connection->secure(_clock->now()); }, ExitCode::Unreachable,
			"did not answer in the TLS handshake");
	}

	void testServerThatRefusesByTlsIsARefusal()
	{
		useTls();
		auto server = connected();
		server.send("\x15\x03\x03\x00\x02\x02\x28"s); // a fatal alert: handshake_failure (RFC 8446, 6)
		expectFailure([this] { _connection->secure(deadline()); }, ExitCode::AuthRefused,
			"the server agrees to none of our ciphers");
	}

private:
	[[nodiscard]] TimePoint deadline() const { return _clock->now() + 3s; }

	void useTls()
	{
		_config.tls.emplace();
		_config.tls->verifies = false;
	}

	void make()
	{
		_connection.reset();
		_connector = std::make_unique<Connector>(*_clock);
		_transport = std::make_unique<Transport>(_config.tls, _config.serverHost, false, *_clock);
		_connection = std::make_unique<ControlConnection>(_config, *_connector, *_transport, *_clock);
	}

	[[nodiscard]] ScriptedPeer connected()
	/// The server's end of a new one.
	{
		make();
		_connection->connect();
		return _listener->accept();
	}

	template <class Action>
	static std::string expectFailure(const Action& action, ExitCode code, const std::string& words)
	{
		try
		{
			action();
		}
		catch (const SessionFailure& failure)
		{
			std::string text = failure.what();
			CPPUNIT_ASSERT_EQUAL_MESSAGE(text, static_cast<int>(code), static_cast<int>(failure.code()));
			CPPUNIT_ASSERT_MESSAGE(text, text.find(words) != std::string::npos);
			CPPUNIT_ASSERT_MESSAGE(text, failure.remedy() == SessionFailure::Remedy::Time);
			return text;
		}
		CPPUNIT_FAIL("no failure");
		return {};
	}

	ClientConfig _config;
	std::unique_ptr<ManualClock> _clock;
	std::unique_ptr<ScriptedListener> _listener;
	std::unique_ptr<Connector> _connector;
	std::unique_ptr<Transport> _transport;
	std::unique_ptr<ControlConnection> _connection;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ControlConnectionTest);
