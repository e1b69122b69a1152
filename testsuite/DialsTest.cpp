//
// DialsTest.cpp
//

#include "Client/Dials.h"
#include "Client/CurrentOptions.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Client/Transport.h"
#include "Shared/Quota.h"
#include "Shared/RelayEngine.h"
#include "Shared/Uuid.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class DialsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DialsTest);
	CPPUNIT_TEST(testDialEndsInARelay);
	CPPUNIT_TEST(testHundredsOfHeldDialsDoNotHoldUpAnother);
	CPPUNIT_TEST(testFailedDialIsOver);
	CPPUNIT_TEST(testWaitForNoneEndsAtItsDeadline);
	CPPUNIT_TEST(testNothingIsDialledAfterStop);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _parts = std::make_unique<Parts>(); }

	void tearDown() override { _parts.reset(); }

	void testDialEndsInARelay()
	{
		auto server = dial();
		server.send("hello");
		server.expect("hello");
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now() + PATIENCE));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->engine.relays().count());
	}

	void testHundredsOfHeldDialsDoNotHoldUpAnother()
	{
		constexpr std::size_t HELD = 300;
		_parts->setSecret("a secret"); // so that they wait for a Challenge
		std::vector<ScriptedPeer> held;
		for (std::size_t i = 0; i < HELD; ++i) held.push_back(begin());
		CPPUNIT_ASSERT_EQUAL(HELD, _parts->dials.count());
		auto server = begin();
		server.sendFrame("{\"Challenge\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}");
		CPPUNIT_ASSERT_EQUAL(std::string("{\"Authenticate\":\""), server.receiveFrame().substr(0, 17));
		server.expectFrame("{\"Accept\":\"" + _id.toString() + "\"}");
		server.send("hello");
		server.expect("hello");
		held.clear();
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now() + PATIENCE));
	}

	void testFailedDialIsOver()
	{
		_parts->listener.close();
		_parts->dials.dial(_parts->context, {_id}, _parts->server);
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now() + PATIENCE));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->engine.relays().count());
	}

	void testWaitForNoneEndsAtItsDeadline()
	{
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now()));
		_parts->setSecret("a secret");
		auto server = begin();
		CPPUNIT_ASSERT(!_parts->dials.awaitNone(Clock::system().now() + 10ms));
		server.close();
		CPPUNIT_ASSERT(_parts->dials.awaitNone(Clock::system().now() + PATIENCE));
	}

	void testNothingIsDialledAfterStop()
	{
		_parts->dials.stop();
		_parts->dials.dial(_parts->context, {_id}, _parts->server);
		_parts->listener.expectNoConnection(30ms);
	}

private:
	struct Parts
	/// What dials are made with.
	{
		Parts()
		{
			config.tunnels.front().localHost = "127.0.0.1";
			config.tunnels.front().localPort = echo.port();
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

		EchoService echo;
		ScriptedListener listener;
		const Poco::Net::SocketAddress server{"127.0.0.1", listener.port()};
		ClientConfig config;
		CurrentOptions options{std::make_shared<const SessionOptions>(config)};
		std::atomic<bool> cancelled{false};
		Connector connector{Clock::system(), &cancelled};
		Transport transport{std::nullopt, "127.0.0.1", false, Clock::system()};
		RelayEngine engine{RelayConfig{}, Clock::system()};
		Dials dials;
		TakenIds taken{Clock::system()};
		Quota visitors{{"maxConnections", 0}, {"", 0}};
		ClientContext context{config, config.tunnels.front(), Clock::system(), options, connector,
			engine.relays(), dials, taken, standbys, visitors, transport};
		StandbyLines standbys{context};
	};

	[[nodiscard]] ScriptedPeer begin()
	/// The server's end of a dial that has connected.
	{
		_parts->dials.dial(_parts->context, {_id}, _parts->server);
		return _parts->listener.accept();
	}

	[[nodiscard]] ScriptedPeer dial()
	{
		auto server = begin();
		server.expect(acceptFrame(_id.toString()));
		return server;
	}

	const Poco::UUID _id = secureRandomUuid();
	std::unique_ptr<Parts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DialsTest);
