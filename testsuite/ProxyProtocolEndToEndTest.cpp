//
// ProxyProtocolEndToEndTest.cpp
//
// The local service learns who calls: both roles in one process.
//

#include "Server/Admissions.h"
#include "Server/PendingVisitors.h"
#include "Server/Standbys.h"
#include "Shared/PeerAddress.h"
#include "Shared/ProxyHeader.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class ProxyProtocolEndToEndTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProxyProtocolEndToEndTest);
	CPPUNIT_TEST(testHeaderThenBytesOnTheOrdinaryWay);
	CPPUNIT_TEST(testHeaderThenBytesOnStandbyConnections);
	CPPUNIT_TEST(testHeaderComesBeforeTheVisitorSaysAnything);
	CPPUNIT_TEST(testIPv6Visitor);
	CPPUNIT_TEST(testIPv4VisitorOfAPortForBothFamilies);
	CPPUNIT_TEST(testTunnelWithoutItHasNoHeader);
	CPPUNIT_TEST(testAddressOfAProxysHeaderArrives);
	CPPUNIT_TEST(testUnknownAddressArrivesAsSuch);
	CPPUNIT_TEST(testAccessLogHasTheAddressInTheHeader);
	CPPUNIT_TEST(testClientThatPassesTheProxyByIsRefused);
	CPPUNIT_TEST(testHeaderDoesNotCountAsTheVisitorsBytes);
	CPPUNIT_TEST(testServerThatCannotIsRefusedAndOtherTunnelsGoOn);
	CPPUNIT_TEST(testServerThatCannotAfterAReconnectEndsTheClient);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace();
		_config = RunningServer::onLoopback();
		_local.emplace();
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_local.reset();
		_log.reset();
	}

	void testHeaderThenBytesOnTheOrdinaryWay()
	{
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
		{
			start(version, 0);
			for (int i = 0; i < 3; ++i) expectHeaderThenBytes(version);
			CPPUNIT_ASSERT_EQUAL(std::size_t(0), _server->parts().standbys.count());
		}
	}

	void testHeaderThenBytesOnStandbyConnections()
	{
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
		{
			start(version, 8);
			for (int i = 0; i < 3; ++i)
			{
				awaitStock(8);
				expectHeaderThenBytes(version);
			}
		}
	}

	void testHeaderComesBeforeTheVisitorSaysAnything()
	{
		for (const std::size_t standby : {0, 8})
		{
			start(ProxyProtocol::V1, standby);
			awaitStock(standby);
			auto visitor = visit();
			auto service = _local->accept();
			service.expect(headerOf(visitor).format(ProxyProtocol::V1));
			service.send("greeting");
			visitor.expect("greeting");
		}
	}

	void testIPv6Visitor()
	{
		_config.bindTunnels = "::1";
		start(ProxyProtocol::V1, 0);
		auto visitor = ScriptedPeer::connectTo(_client->port(), "::1");
		auto service = _local->accept();
		const auto own = std::to_string(visitor.socket().address().port());
		service.expect("PROXY TCP6 ::1 ::1 " + own + " " + std::to_string(_client->port()) + "\r\n");
	}

	void testIPv4VisitorOfAPortForBothFamilies()
	{
		_config.bindTunnels.clear();
		start(ProxyProtocol::V1, 0);
		auto visitor = visit();
		auto service = _local->accept();
		const auto own = std::to_string(visitor.socket().address().port());
		service.expect(
			"PROXY TCP4 127.0.0.5 127.0.0.1 " + own + " " + std::to_string(_client->port()) + "\r\n");
	}

	void testTunnelWithoutItHasNoHeader()
	{
		start(ProxyProtocol::Off, 0);
		auto visitor = visit();
		visitor.send("hello");
		_local->accept().expect("hello");
	}

	void testAddressOfAProxysHeaderArrives()
	{
		acceptProxies({}, "127.0.0.5");
		for (const std::size_t standby : {0, 8})
		{
			start(ProxyProtocol::V2, standby);
			awaitStock(standby);
			const std::string header = "PROXY TCP4 192.0.2.1 192.0.2.200 4711 80\r\n";
			auto visitor = visit();
			visitor.send(header + "hello");
			auto service = _local->accept();
			service.expect(ProxyHeader::parse(header).header.format(ProxyProtocol::V2) + "hello");
		}
	}

	void testUnknownAddressArrivesAsSuch()
	{
		acceptProxies({}, "127.0.0.5");
		start(ProxyProtocol::V1, 0);
		auto visitor = visit();
		visitor.send(ProxyHeader().format(ProxyProtocol::V2) + "hello");
		_local->accept().expect("PROXY UNKNOWN\r\nhello");
	}

	void testAccessLogHasTheAddressInTheHeader()
	{
		const TemporaryDirectory folder;
		_config.accessLog.target = LogOutputConfig::Target::File;
		_config.accessLog.file.path = folder.path("access.log");
		acceptProxies({}, "127.0.0.5");
		start(ProxyProtocol::Off, 0);
		{
			auto visitor = visit();
			visitor.send("PROXY TCP4 192.0.2.1 192.0.2.200 4711 80\r\nhello");
			_local->accept().expect("hello");
		}
		{
			auto visitor = visit();
			visitor.send("hello");
			visitor.expectReset();
		}
		const auto has = [&folder](const std::string& text)
		{
			std::ifstream file(folder.path("access.log"));
			const std::string all{std::istreambuf_iterator<char>(file), {}};
			return all.find(text) != std::string::npos;
		};
		CPPUNIT_ASSERT(eventually([&] { return has("192.0.2.1:4711"); }));
		CPPUNIT_ASSERT(eventually([&] { return has("127.0.0.5:"); })); // it is not known whose that was
	}

	void testClientThatPassesTheProxyByIsRefused()
	{
		// One that comes through a real proxy is in ProxyInteropTest.
		acceptProxies("127.0.0.1", {});
		_server.emplace(_config);
		_client.emplace(config(ProxyProtocol::V1, 8));
		CPPUNIT_ASSERT(ExitCode::PortRefused == _client->failure().code());
		CPPUNIT_ASSERT(
			_log->text().find("127.0.0.1/32 is in control.acceptProxyProtocol, but its PROXY header"
							  " is no good: it begins with something else") != std::string::npos);
	}

	void testHeaderDoesNotCountAsTheVisitorsBytes()
	{
		start(ProxyProtocol::V2, 0);
		auto visitor = visit();
		visitor.send("hello");
		auto service = _local->accept();
		service.expect(headerOf(visitor).format(ProxyProtocol::V2) + "hello");
		visitor.shutdownSend();
		service.expectEof();
		service.close();
		visitor.expectEof();
		CPPUNIT_ASSERT(eventually(
			[this] { return _log->text().find("bore.client.visitor: visitor ") != std::string::npos; }));
		const std::string log = _log->text();
		const auto begin = log.find("bore.client.visitor: visitor ");
		const std::string line = log.substr(begin, log.find('\n', begin) - begin);
		CPPUNIT_ASSERT_MESSAGE(line, line.find(" 5 bytes") != std::string::npos);
	}

	void testServerThatCannotIsRefusedAndOtherTunnelsGoOn()
	{
		ScriptedListener server;
		auto config = RunningClient::between(server.port(), _local->port());
		config.tunnels.front().name = "plain";
		config.tunnels.push_back(config.tunnels.front());
		config.tunnels.back().name = "named";
		config.tunnels.back().proxyProtocol = ProxyProtocol::V1;
		_client.emplace(config, _clock);
		auto first = server.accept();
		auto second = server.accept();
		for (auto* control : {&first, &second})
		{
			control->expectFrame("{\"Hello\":0}");
			control->sendFrame("{\"Hello\":40123}");
		}
		const bool isFirst = first.receiveFrame().find("visitor") == std::string::npos;
		auto& plain = isFirst ? first : second;
		auto& named = isFirst ? second : first;
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				_clock.advance(1s);
				sendHeartbeat(plain);
				sendHeartbeat(named);
				return _log->text().find("this tunnel is given up, the others go on") != std::string::npos;
			}));
		CPPUNIT_ASSERT(_log->text().find("tunnel named: 127.0.0.1:" + std::to_string(server.port()) +
										 " does not say who its visitors are") != std::string::npos);
		plain.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		server.accept().expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		CPPUNIT_ASSERT(!_client->ended());
	}

	void testServerThatCannotAfterAReconnectEndsTheClient()
	{
		ScriptedListener server;
		auto config = RunningClient::between(server.port(), _local->port());
		config.tunnels.front().proxyProtocol = ProxyProtocol::V1;
		config.reconnect.enabled = true;
		config.reconnect.firstDelay = config.reconnect.maxDelay = 1ms;
		_client.emplace(config);
		{
			auto control = server.accept();
			control.expectFrame("{\"Hello\":0}");
			control.sendFrame("{\"Hello\":40123}");
			static_cast<void>(control.receiveFrame());
			control.sendFrame(
				R"({"Grant":{"standby":0,"ticket":"67e55044-10b1-426f-9247-bb680e5fe0c8","visitor":1}})");
			static_cast<void>(_client->port());
		}
		auto control = server.accept();
		control.expectFrame("{\"Reclaim\":\"67e55044-10b1-426f-9247-bb680e5fe0c8\"}");
		control.sendFrame("{\"Hello\":40123}");
		static_cast<void>(control.receiveFrame());
		control.sendFrame(R"({"Grant":{"standby":0,"ticket":"67e55044-10b1-426f-9247-bb680e5fe0c9"}})");
		control.expectFrame("\"Goodbye\"");
		const auto failure = _client->failure();
		CPPUNIT_ASSERT(ExitCode::PortRefused == failure.code());
		CPPUNIT_ASSERT(
			std::string(failure.what()).find("does not say who its visitors are") != std::string::npos);
	}

private:
	void acceptProxies(const std::string& clients, const std::string& visitors)
	{
		const auto set = [](const std::string& text)
		{ return text.empty() ? NetworkSet() : NetworkSet::parse(text); };
		_config.access = AccessRules({}, {}, {}, {set(clients), set(visitors)});
	}

	[[nodiscard]] ClientConfig config(ProxyProtocol version, std::size_t standby)
	{
		auto result = RunningClient::between(_server->port(), _local->port());
		result.tunnels.front().standby = standby;
		result.tunnels.front().proxyProtocol = version;
		return result;
	}

	void start(ProxyProtocol version, std::size_t standby)
	{
		_client.reset();
		_server.emplace(_config);
		_client.emplace(config(version, standby));
		static_cast<void>(_client->port()); // once it is open
	}

	void awaitStock(std::size_t count)
	{
		CPPUNIT_ASSERT(eventually([&] { return _server->parts().standbys.count() == count; }));
	}

	[[nodiscard]] ScriptedPeer visit() { return ScriptedPeer::connectFrom("127.0.0.5", _client->port()); }

	[[nodiscard]] static ProxyHeader headerOf(ScriptedPeer& visitor)
	{
		return {ProxyHeader::Addresses{visitor.socket().address(), visitor.socket().peerAddress()}};
	}

	void expectHeaderThenBytes(ProxyProtocol version)
	{
		auto visitor = visit();
		visitor.send("question");
		auto service = _local->accept();
		service.expect(headerOf(visitor).format(version) + "question");
		service.send("answer");
		visitor.expect("answer");
		visitor.send("more");
		service.expect("more");
		visitor.shutdownSend();
		service.expectEof();
	}

	static void sendHeartbeat(ScriptedPeer& control)
	{
		try
		{
			control.sendFrame("\"Heartbeat\"");
		}
		catch (const std::exception&)
		{
			// It has been closed: that is what is waited for.
		}
	}

	std::optional<CapturedLog> _log;
	ServerConfig _config;
	std::optional<ScriptedListener> _local;
	std::optional<RunningServer> _server;
	ManualClock _clock; // outlives who uses it
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyProtocolEndToEndTest);
