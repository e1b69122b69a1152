//
// ClientReadyTest.cpp
//
// What a client tells of itself: that it is ready, that it stops, and how it is.
//

#include "Client/Client.h"
#include "testsuite/support/ClientFixture.h"
#include "testsuite/support/Eventually.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ClientReadyTest : public ClientFixture
{
	CPPUNIT_TEST_SUITE(ClientReadyTest);
	CPPUNIT_TEST(testReadyIsToldWhenEachTunnelHasBeenTried);
	CPPUNIT_TEST(testTunnelThatIsGivenUpIsNotWaitedFor);
	CPPUNIT_TEST(testClientThatFailsIsNeverReady);
	CPPUNIT_TEST(testClientThatMayWaitForItsServerIsReadyThen);
	CPPUNIT_TEST(testStatusFollowsTheTunnels);
	CPPUNIT_TEST_SUITE_END();

public:
	void testReadyIsToldWhenEachTunnelHasBeenTried()
	{
		const Told told(withTwo(_echo->port()));
		auto one = _listener->accept();
		auto other = _listener->accept();
		one.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(eventually([&] { return told.opened == 1; }));
		CPPUNIT_ASSERT(!told.isReady);
		other.sendFrame("{\"Hello\":40124}");
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
		CPPUNIT_ASSERT_EQUAL(2, told.opened.load());
		CPPUNIT_ASSERT(!told.isStopping);
	}

	void testTunnelThatIsGivenUpIsNotWaitedFor()
	{
		const Told told(withTwo(_echo->port()));
		auto one = _listener->accept();
		auto other = _listener->accept();
		one.sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(eventually([&] { return told.opened == 1; }));
		CPPUNIT_ASSERT(!told.isReady);
		other.sendFrame("{\"Error\":\"port already in use\"}");
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
	}

	void testClientThatFailsIsNeverReady()
	{
		Told told(withTwo(_echo->port()));
		for (int i = 0; i < 2; ++i) _listener->accept().sendFrame("{\"Error\":\"port already in use\"}");
		CPPUNIT_ASSERT(ExitCode::PortRefused == told.failure());
		CPPUNIT_ASSERT(!told.isReady);
		CPPUNIT_ASSERT(told.isStopping);
	}

	void testClientThatMayWaitForItsServerIsReadyThen()
	{
		auto waiting = config();
		waiting.reconnect.enabled = true;
		waiting.reconnect.wait = true;
		_listener->close();
		Told told(waiting);
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
		CPPUNIT_ASSERT_EQUAL(0, told.opened.load());
	}

	void testStatusFollowsTheTunnels()
	{
		auto lasting = config();
		lasting.reconnect.enabled = true;
		lasting.reconnect.firstDelay = lasting.reconnect.maxDelay = 1h;
		Told told(lasting);
		const std::string server = "127.0.0.1:" + std::to_string(_listener->port());
		CPPUNIT_ASSERT_EQUAL("connecting to " + server + "; 0 connections", told.client.status());
		auto control = accept();
		CPPUNIT_ASSERT(eventually([&] { return told.isReady.load(); }));
		CPPUNIT_ASSERT_EQUAL(std::string("open: 127.0.0.1:40123; 0 connections"), told.client.status());
		auto visitor = carried(control);
		CPPUNIT_ASSERT_EQUAL(std::string("open: 127.0.0.1:40123; 1 connection"), told.client.status());
		control.close();
		const std::string lost = "reconnecting to " + server + "; 1 connection";
		CPPUNIT_ASSERT(eventually([&] { return told.client.status() == lost; }));
	}

private:
	struct Told
	/// A client that runs, and what it tells. Stopped when this object ends.
	{
		explicit Told(const ClientConfig& config)
			: client(config, [this](const std::string&, const TunnelConfig&) { ++opened; })
		{
			client.whenReady([this] { isReady = true; });
			client.whenStopping([this] { isStopping = true; });
			run = std::async(std::launch::async, [this] { client.run(); });
		}

		Told(const Told&) = delete;
		Told& operator=(const Told&) = delete;

		~Told() { client.stopNow(); }

		[[nodiscard]] ExitCode failure()
		{
			CPPUNIT_ASSERT(run.wait_for(PATIENCE) == std::future_status::ready);
			try
			{
				run.get();
			}
			catch (const RoleFailure& failure)
			{
				return failure.code();
			}
			return ExitCode::Ok;
		}

		std::atomic<int> opened{0};
		std::atomic<bool> isReady{false};
		std::atomic<bool> isStopping{false};
		Client client;
		std::future<void> run; // last: it uses the others
	};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientReadyTest);
