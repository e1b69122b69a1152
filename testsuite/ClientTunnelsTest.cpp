//
// ClientTunnelsTest.cpp
//

#include "Client/ClientTunnels.h"

#include "Client/Dials.h"
#include "Client/Transport.h"
#include "Shared/Connector.h"
#include "Shared/RelayEngine.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ClientTunnelsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClientTunnelsTest);
	CPPUNIT_TEST(testOpenTunnelIsToldWithItsPort);
	CPPUNIT_TEST(testReadyIsToldOnceEachHasBeenTried);
	CPPUNIT_TEST(testFailureIsThatOfTheFirst);
	CPPUNIT_TEST(testFailureOfARemovedTunnelIsForgotten);
	CPPUNIT_TEST(testEndIsNotBeforeTheLast);
	CPPUNIT_TEST(testReplacingAllIsNoEnd);
	CPPUNIT_TEST(testStatusCountsThemByHowTheyAre);
	CPPUNIT_TEST(testStatusLeavesOutWhatWasRemoved);
	CPPUNIT_TEST(testNoneIsAddedAfterTheEnd);
	CPPUNIT_TEST(testAdoptSaysWhetherTheSecretIsAnother);
	CPPUNIT_TEST(testGraceIsThatOfTheLatestConfiguration);
	CPPUNIT_TEST(testDestructionEndsWhatRuns);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _listener = std::make_unique<ScriptedListener>(); }

	void tearDown() override { _listener.reset(); }

	void testOpenTunnelIsToldWithItsPort()
	{
		Rig rig(config({41000}));
		rig.tunnels->start();
		const auto server = opened(41000, 40123);
		CPPUNIT_ASSERT(eventually([&] { return rig.openPorts() == std::vector<std::uint16_t>{40123}; }));
	}

	void testReadyIsToldOnceEachHasBeenTried()
	{
		Rig rig(config({41000, 42000}));
		rig.tunnels->start();
		auto servers = accepted(2);
		servers.front().sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(eventually([&] { return rig.openPorts().size() == 1; }));
		CPPUNIT_ASSERT_EQUAL(0, rig.ready.load());
		servers.back().sendFrame(REFUSAL);
		CPPUNIT_ASSERT(eventually([&] { return rig.ready == 1; }));
	}

	void testFailureIsThatOfTheFirst()
	{
		Rig rig(config({41000, 42000}));
		rig.tunnels->start();
		auto servers = accepted(2);
		servers.front().sendFrame(REFUSAL);
		CPPUNIT_ASSERT(eventually([&] { return rig.tunnels->status().givenUp == 1; }));
		servers.back().sendFrame("{\"Error\":\"invalid secret\"}");
		rig.tunnels->awaitEnd();
		CPPUNIT_ASSERT(ExitCode::PortRefused == rig.tunnels->failure().code());
		CPPUNIT_ASSERT_EQUAL(0, rig.ready.load());
	}

	void testFailureOfARemovedTunnelIsForgotten()
	{
		const auto two = config({41000, 42000});
		Rig rig(two);
		rig.tunnels->start();
		auto servers = accepted(2);
		const bool inOrder = servers.front().receiveFrame() == "{\"Hello\":41000}";
		servers[inOrder ? 0 : 1].sendFrame(REFUSAL);
		CPPUNIT_ASSERT(eventually([&] { return rig.tunnels->status().givenUp == 1; }));
		rig.tunnels->apply({two.tunnels.back()});
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.tunnels->status().givenUp);
		servers[inOrder ? 1 : 0].sendFrame("{\"Error\":\"invalid secret\"}");
		rig.tunnels->awaitEnd();
		CPPUNIT_ASSERT(ExitCode::AuthRefused == rig.tunnels->failure().code());
	}

	void testEndIsNotBeforeTheLast()
	{
		Rig rig(config({41000, 42000}));
		rig.tunnels->start();
		auto servers = accepted(2);
		servers.front().sendFrame(REFUSAL);
		CPPUNIT_ASSERT(eventually([&] { return rig.tunnels->status().givenUp == 1; }));
		auto end = std::async(std::launch::async, [&] { rig.tunnels->awaitEnd(); });
		CPPUNIT_ASSERT(end.wait_for(30ms) == std::future_status::timeout);
		servers.back().sendFrame(REFUSAL);
		CPPUNIT_ASSERT(end.wait_for(PATIENCE) == std::future_status::ready);
	}

	void testReplacingAllIsNoEnd()
	{
		Rig rig(config({41000}));
		rig.tunnels->start();
		auto before = opened(41000, 41000);
		auto end = std::async(std::launch::async, [&] { rig.tunnels->awaitEnd(); });
		rig.tunnels->apply(config({42000}).tunnels);
		before.expectClosed();
		auto after = opened(42000, 42000);
		CPPUNIT_ASSERT(end.wait_for(30ms) == std::future_status::timeout);
		rig.stop();
		CPPUNIT_ASSERT(end.wait_for(PATIENCE) == std::future_status::ready);
	}

	void testStatusCountsThemByHowTheyAre()
	{
		Rig rig(config({41000, 42000, 43000}));
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, rig.tunnels->status().opening);
		rig.tunnels->start();
		auto servers = accepted(3);
		servers[0].sendFrame("{\"Hello\":40123}");
		servers[1].sendFrame(REFUSAL);
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				const auto status = rig.tunnels->status();
				return status.open.size() == 1 && status.givenUp == 1 && status.opening == 1;
			}));
		const auto status = rig.tunnels->status();
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:40123"), status.open.front());
		CPPUNIT_ASSERT_EQUAL("127.0.0.1:" + std::to_string(_listener->port()), status.server);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, status.lost);
	}

	void testStatusLeavesOutWhatWasRemoved()
	{
		const auto two = config({41000, 42000});
		Rig rig(two);
		rig.tunnels->start();
		const auto servers = accepted(2);
		rig.tunnels->apply({two.tunnels.front()});
		const auto status = rig.tunnels->status();
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, status.opening);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, status.givenUp);
	}

	void testNoneIsAddedAfterTheEnd()
	{
		Rig rig(config({41000}));
		rig.tunnels->start();
		_listener->accept().sendFrame(REFUSAL);
		rig.tunnels->awaitEnd();
		rig.tunnels->apply(config({42000}).tunnels);
		_listener->expectNoConnection(30ms);
	}

	void testAdoptSaysWhetherTheSecretIsAnother()
	{
		auto now = config({41000});
		Rig rig(now);
		CPPUNIT_ASSERT(!rig.tunnels->adopt(now));
		now.secret = Secret("a");
		CPPUNIT_ASSERT(rig.tunnels->adopt(now));
		CPPUNIT_ASSERT(!rig.tunnels->adopt(now));
		now.secret = Secret("b");
		CPPUNIT_ASSERT(rig.tunnels->adopt(now));
		now.secret.reset();
		CPPUNIT_ASSERT(rig.tunnels->adopt(now));
	}

	void testGraceIsThatOfTheLatestConfiguration()
	{
		auto now = config({41000});
		now.grace = 7s;
		Rig rig(now);
		CPPUNIT_ASSERT(rig.tunnels->grace() == 7s);
		now.grace = 9s;
		static_cast<void>(rig.tunnels->adopt(now));
		CPPUNIT_ASSERT(rig.tunnels->grace() == 9s);
	}

	void testDestructionEndsWhatRuns()
	{
		auto rig = std::make_unique<Rig>(config({41000, 42000}));
		rig->tunnels->start();
		auto servers = accepted(2);
		servers.front().sendFrame("{\"Hello\":40123}");
		CPPUNIT_ASSERT(eventually([&] { return rig->openPorts().size() == 1; }));
		rig->tunnels.reset();
		for (auto& server : servers) static_cast<void>(server.receiveToEnd());
	}

private:
	static constexpr char REFUSAL[] = "{\"Error\":\"client port number not in allowed range\"}";

	struct Rig
	/// The tunnels, with what they need, and what they tell.
	{
		explicit Rig(const ClientConfig& config)
			: transport(config.tls, config.serverHost, false, clock)
			, engine(config.relay, clock)
			, tunnels(std::make_unique<ClientTunnels>(
				  ClientTunnel::Parts{clock, connector, connector, engine.relays(), dials, transport}, config,
				  ClientTunnels::Handlers{[this](std::uint16_t port, const TunnelConfig&)
					  {
						  const std::lock_guard<std::mutex> lock(mutex);
						  ports.push_back(port);
					  },
					  [this] { ++ready; }},
				  stopping))
		{
		}

		Rig(const Rig&) = delete;
		Rig& operator=(const Rig&) = delete;

		~Rig()
		{
			stop();
			if (tunnels) tunnels->awaitThreads();
			dials.stop();
			engine.stop();
		}

		void stop()
		{
			stopping = true;
			if (tunnels) tunnels->stop();
		}

		[[nodiscard]] std::vector<std::uint16_t> openPorts()
		{
			const std::lock_guard<std::mutex> lock(mutex);
			return ports;
		}

		const Clock& clock = Clock::system();
		std::atomic<bool> stopping{false};
		Connector connector{clock, &stopping};
		Transport transport;
		RelayEngine engine;
		Dials dials;
		std::atomic<int> ready{0};
		std::mutex mutex; // guards what follows
		std::vector<std::uint16_t> ports;
		std::unique_ptr<ClientTunnels> tunnels;
	};

	[[nodiscard]] ClientConfig config(const std::vector<std::uint16_t>& ports) const
	/// A tunnel for each of these public ports.
	{
		auto result = RunningClient::between(_listener->port(), 9); // discard: nobody's
		TunnelConfig tunnel = result.tunnels.front();
		tunnel.standby = 0;
		result.tunnels.clear();
		for (const auto port : ports)
		{
			tunnel.port = port;
			result.tunnels.push_back(tunnel);
		}
		return result;
	}

	[[nodiscard]] std::vector<ScriptedPeer> accepted(std::size_t count)
	/// The server's ends of so many control connections, as they come.
	{
		std::vector<ScriptedPeer> servers;
		for (std::size_t i = 0; i < count; ++i) servers.push_back(_listener->accept());
		return servers;
	}

	[[nodiscard]] ScriptedPeer opened(std::uint16_t wanted, std::uint16_t given)
	/// The server's end of the next control connection, its tunnel open.
	{
		auto server = _listener->accept();
		server.expectFrame("{\"Hello\":" + std::to_string(wanted) + "}");
		server.sendFrame("{\"Hello\":" + std::to_string(given) + "}");
		server.expectFrame("{\"Offer\":{\"standby\":0}}");
		return server;
	}

	std::unique_ptr<ScriptedListener> _listener;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTunnelsTest);
