//
// SessionAddressesTest.cpp
//
// A session whose tunnel wants to know who its visitors are, and servers
// that say so, or cannot.
//

#include "Client/Session.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/SessionRig.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class SessionAddressesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SessionAddressesTest);
	CPPUNIT_TEST(testTunnelIsOpenOnceItIsGranted);
	CPPUNIT_TEST(testVisitorIsFetchedByItsNotice);
	CPPUNIT_TEST(testVisitorBeforeTheGrantIsFetchedWhenItIsAnnouncedAgain);
	CPPUNIT_TEST(testVisitorIsFetchedOnce);
	CPPUNIT_TEST(testVisitorWithoutItsAddressEndsItsStandbyConnection);
	CPPUNIT_TEST(testServerThatAnswersNothingIsRefused);
	CPPUNIT_TEST(testServerThatGrantsLessIsRefusedAndToldGoodbye);
	CPPUNIT_TEST(testSilentServerIsLost);
	CPPUNIT_TEST(testServerThatEndsMeanwhileIsLost);
	CPPUNIT_TEST(testErrorMeanwhileIsLost);
	CPPUNIT_TEST(testMalformedNoticeIsLost);
	CPPUNIT_TEST(testStopMeanwhile);
	CPPUNIT_TEST(testStopAfterItSaysGoodbye);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_rig = std::make_unique<SessionRig>();
		_rig->setProxyProtocol(ProxyProtocol::V2);
	}

	void tearDown() override { _rig.reset(); }

	void testTunnelIsOpenOnceItIsGranted()
	{
		auto server = offered();
		CPPUNIT_ASSERT(!_rig->isOpen());
		server.sendFrame("\"Heartbeat\"");
		server.sendFrame(GRANT);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), _rig->openedPort());
		server.expectSilence(30ms); // no second Offer
		_rig->clock().advance(2s);
		server.sendFrame("\"Heartbeat\"");
		server.expectFrame("\"Heartbeat\"");
	}

	void testVisitorIsFetchedByItsNotice()
	{
		auto server = offered();
		server.sendFrame(GRANT);
		server.sendFrame(NOTICE);
		_rig->listener().accept().expectFrame(ACCEPT);
	}

	void testVisitorBeforeTheGrantIsFetchedWhenItIsAnnouncedAgain()
	{
		auto server = offered();
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		_rig->listener().expectNoConnection(50ms);
		server.sendFrame(GRANT);
		server.sendFrame(NOTICE);
		_rig->listener().accept().expectFrame(ACCEPT);
	}

	void testVisitorIsFetchedOnce()
	{
		auto server = offered();
		server.sendFrame(GRANT);
		server.sendFrame(NOTICE);
		server.sendFrame(NOTICE);
		_rig->listener().accept().expectFrame(ACCEPT);
		_rig->listener().expectNoConnection(50ms);
	}

	void testVisitorWithoutItsAddressEndsItsStandbyConnection()
	{
		_rig->setStandby(1);
		auto server = offered(1);
		server.sendFrame(
			R"({"Grant":{"standby":1,"ticket":"67e55044-10b1-426f-9247-bb680e5fe0c8","visitor":1}})");
		auto standby = _rig->listener().accept();
		standby.expectFrame(R"({"Standby":"67e55044-10b1-426f-9247-bb680e5fe0c8"})");
		standby.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		standby.expectClosed();
		// It has not been taken: its notice is good.
		server.sendFrame(NOTICE);
		_rig->listener().accept().expectFrame(ACCEPT);
	}

	void testServerThatAnswersNothingIsRefused()
	{
		auto server = offered();
		for (int i = 0; i < 4; ++i)
		{
			server.sendFrame("\"Heartbeat\"");
			_rig->clock().advance(1s);
		}
		server.sendFrame("\"Heartbeat\"");
		_rig->expectFailure(ExitCode::PortRefused,
			_rig->serverName() + " does not say who its visitors are, which proxyProtocol needs");
	}

	void testServerThatGrantsLessIsRefusedAndToldGoodbye()
	{
		auto server = offered();
		server.sendFrame("{\"Grant\":{\"standby\":8,\"ticket\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}}");
		server.expectFrame("\"Goodbye\"");
		server.expectClosed();
		_rig->expectFailure(ExitCode::PortRefused,
			_rig->serverName() + " does not say who its visitors are, which proxyProtocol needs");
	}

	void testSilentServerIsLost()
	{
		auto server = offered();
		_rig->clock().advance(3s);
		server.send("\""); // has it look at its clock, and is no word
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testServerThatEndsMeanwhileIsLost()
	{
		auto server = offered();
		server.close();
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testErrorMeanwhileIsLost()
	{
		auto server = offered();
		server.sendFrame("{\"Error\":\"going down\"}");
		_rig->expectFailure(ExitCode::Lost, "lost: server error: going down");
	}

	void testMalformedNoticeIsLost()
	{
		auto server = offered();
		server.sendFrame(GRANT);
		server.sendFrame(
			R"({"Visitor":{"id":"7844a870-eefb-4da6-a89d-2dac190e7292","from":"example.org:1","to":"192.0.2.2:1"}})");
		_rig->expectFailure(ExitCode::Lost, "connection to " + _rig->serverName() + " lost: ");
	}

	void testStopMeanwhile()
	{
		auto server = offered();
		_rig->stop();
		_rig->expectFailure(ExitCode::Lost, "lost: ");
	}

	void testStopAfterItSaysGoodbye()
	{
		auto server = offered();
		server.sendFrame(GRANT);
		static_cast<void>(_rig->openedPort());
		_rig->stop();
		server.expectFrame("\"Goodbye\"");
		_rig->expectFailure(ExitCode::Lost, "lost: ");
	}

private:
	static constexpr char GRANT[] =
		R"({"Grant":{"standby":0,"ticket":"67e55044-10b1-426f-9247-bb680e5fe0c8","visitor":1}})";
	static constexpr char NOTICE[] =
		R"({"Visitor":{"id":"7844a870-eefb-4da6-a89d-2dac190e7292","from":"192.0.2.1:4711","to":"192.0.2.2:80"}})";
	static constexpr char ACCEPT[] = R"({"Accept":"7844a870-eefb-4da6-a89d-2dac190e7292"})";

	[[nodiscard]] ScriptedPeer offered(std::size_t standby = 0)
	{
		auto server = _rig->start();
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		server.expectFrame("{\"Offer\":{\"standby\":" + std::to_string(standby) + ",\"visitor\":1}}");
		return server;
	}

	std::unique_ptr<SessionRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionAddressesTest);
