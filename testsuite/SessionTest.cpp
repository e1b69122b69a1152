//
// SessionTest.cpp
//
// The client's control connection, as long as the server is willing.
//

#include "Client/Session.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/SessionRig.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace
{

constexpr char SECRET[] = "some secret string";
constexpr char CHALLENGE[] = "{\"Challenge\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}";
constexpr char ANSWER[] =
	"{\"Authenticate\":\"644048067903b23cb7641f8eb7060c6b20661200385b394443530ae12df659ad\"}";

} // namespace

class SessionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SessionTest);
	CPPUNIT_TEST(testHelloIsAllThatIsSaidWithoutSecret);
	CPPUNIT_TEST(testPortAskedForIsInHello);
	CPPUNIT_TEST(testSecretIsProvedBeforeHello);
	CPPUNIT_TEST(testVisitorIsFetchedByAccept);
	CPPUNIT_TEST(testServerThatEndsLaterIsLost);
	CPPUNIT_TEST(testServerThatResetsLaterIsLost);
	CPPUNIT_TEST(testErrorLaterIsLost);
	CPPUNIT_TEST(testGarbageLaterIsLost);
	CPPUNIT_TEST(testUnexpectedMessagesLaterAreIgnored);
	CPPUNIT_TEST(testStopBeforeItBegins);
	CPPUNIT_TEST(testStopWhileItWaitsForAChallenge);
	CPPUNIT_TEST(testStopWhileItWaitsForHello);
	CPPUNIT_TEST(testStopWhileItServes);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _rig = std::make_unique<SessionRig>(); }

	void tearDown() override { _rig.reset(); }

	void testHelloIsAllThatIsSaidWithoutSecret()
	{
		auto server = _rig->start();
		server.expect("{\"Hello\":0}\0"s);
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), _rig->openedPort());
		server.sendFrame("\"Heartbeat\"");
		server.expectSilence(30ms);
	}

	void testPortAskedForIsInHello()
	{
		auto server = _rig->start("", 40123);
		server.expect("{\"Hello\":40123}\0"s);
	}

	void testSecretIsProvedBeforeHello()
	{
		auto server = _rig->start(SECRET);
		server.expectSilence(30ms);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), _rig->openedPort());
	}

	void testVisitorIsFetchedByAccept()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		auto data = _rig->listener().accept();
		data.expectSilence(30ms);
		data.sendFrame(CHALLENGE);
		data.expectFrame(ANSWER);
		data.expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
	}

	void testServerThatEndsLaterIsLost()
	{
		auto server = _rig->open();
		server.close();
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testServerThatResetsLaterIsLost()
	{
		auto server = _rig->open();
		server.reset();
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testErrorLaterIsLost()
	{
		auto server = _rig->open();
		server.sendFrame("{\"Error\":\"going down\"}");
		_rig->expectFailure(
			ExitCode::Lost, "connection to " + _rig->serverName() + " lost: server error: going down");
	}

	void testGarbageLaterIsLost()
	{
		auto server = _rig->open();
		server.sendFrame("{\"Connection\":\"1\"}");
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testUnexpectedMessagesLaterAreIgnored()
	{
		auto server = _rig->open();
		server.sendFrame(CHALLENGE);
		server.sendFrame("{\"Hello\":1}");
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		auto data = _rig->listener().accept();
		data.expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
	}

	void testStopBeforeItBegins()
	{
		_rig->prepare();
		_rig->stop();
		_rig->run();
		_rig->expectFailure(ExitCode::Lost, "stopped");
	}

	void testStopWhileItWaitsForAChallenge()
	{
		const auto server = _rig->start(SECRET);
		expectStops();
	}

	void testStopWhileItWaitsForHello()
	{
		auto server = _rig->start();
		server.expectFrame("{\"Hello\":0}");
		expectStops();
	}

	void testStopWhileItServes()
	{
		const auto server = _rig->open();
		expectStops();
	}

private:
	void expectStops()
	/// In far less than any deadline: with the clock that stands still, one would never pass.
	{
		const auto begin = Clock::system().now();
		_rig->stop();
		static_cast<void>(_rig->failure());
		CPPUNIT_ASSERT(Clock::system().now() - begin < 1s);
	}

	std::unique_ptr<SessionRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionTest);
