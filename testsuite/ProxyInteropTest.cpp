//
// ProxyInteropTest.cpp
//
// The PROXY protocol with real programs: nginx as the local service, and
// HAProxy in front of the server.
//

#include "Server/Standbys.h"
#include "Shared/PeerAddress.h"
#include "Shared/ProxyHeader.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ProxyPrograms.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

namespace
{

const std::string PROXY = "127.0.0.9"; // where HAProxy comes from

} // namespace

class ProxyInteropTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProxyInteropTest);
	CPPUNIT_TEST(testNginxReadsOurHeaders);
	CPPUNIT_TEST(testNginxReadsOurHeadersOfIPv6Visitors);
	CPPUNIT_TEST(testHAProxyInFrontOfAPublicPort);
	CPPUNIT_TEST(testHAProxyInFrontOfTheControlPort);
	CPPUNIT_TEST(testHAProxyNotListedIsPointedOut);
	CPPUNIT_TEST(testFromHAProxyToNginx);
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
		_log.reset();
	}

	void testNginxReadsOurHeaders()
	{
		Nginx nginx;
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
			for (const std::size_t standby : {0, 4})
			{
				start(nginx.host(), nginx.port(), version, standby);
				auto visitor = ScriptedPeer::connectFrom("127.0.0.5", _client->port());
				const auto from = "127.0.0.5|" + std::to_string(visitor.socket().address().port());
				expectAnswer(visitor, from + "|127.0.0.1|" + std::to_string(_client->port()));
			}
		nginx.expectNoFaults();
	}

	void testNginxReadsOurHeadersOfIPv6Visitors()
	{
		Nginx nginx;
		_config.bindTunnels = "::1";
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
		{
			start(nginx.host(), nginx.port(), version, 0);
			auto visitor = ScriptedPeer::connectTo(_client->port(), "::1");
			const auto from = "::1|" + std::to_string(visitor.socket().address().port());
			expectAnswer(visitor, from + "|::1|" + std::to_string(_client->port()));
		}
		nginx.expectNoFaults();
	}

	void testHAProxyInFrontOfAPublicPort()
	{
		acceptProxies({}, PROXY);
		for (const char* version :
			{"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"})
		{
			ScriptedListener service;
			start("127.0.0.1", service.port(), ProxyProtocol::V1, 4);
			HAProxy proxy(_client->port(), version, PROXY);
			auto visitor = connectFrom("127.0.0.5", proxy);
			auto local = arrived(service, "127.0.0.5 " + proxy.host() + " " +
											  std::to_string(visitor.socket().address().port()) + " " +
											  std::to_string(proxy.port()));
			visitor.send("question");
			local.expect("question");
			local.send("answer");
			visitor.expect("answer");
			proxy.expectNoFaults();
		}
	}

	void testHAProxyInFrontOfTheControlPort()
	{
		acceptProxies(PROXY, {});
		for (const char* version : {"send-proxy", "send-proxy-v2"})
		{
			ScriptedListener service;
			_client.reset();
			_server.emplace(_config);
			HAProxy proxy(_server->port(), version, PROXY);
			auto config = RunningClient::between(proxy.port(), service.port());
			config.serverHost = proxy.host();
			config.tunnels.front().standby = 4;
			_client.emplace(config);
			const auto port = _client->port();
			CPPUNIT_ASSERT(eventually([this] { return _server->parts().standbys.count() == 4; }));
			auto visitor = ScriptedPeer::connectTo(port);
			visitor.send("question");
			auto local = service.accept();
			local.expect("question");
			local.send("answer");
			visitor.expect("answer");
			CPPUNIT_ASSERT(_log->text().find("opened for " + PROXY) == std::string::npos);
			CPPUNIT_ASSERT(_log->text().find("tunnel on port " + std::to_string(port) +
											 " opened for 127.0.0.1:") != std::string::npos);
			proxy.expectNoFaults();
		}
	}

	void testHAProxyNotListedIsPointedOut()
	{
		_server.emplace(_config);
		HAProxy proxy(_server->port(), "send-proxy-v2", PROXY);
		auto config = RunningClient::between(proxy.port(), 9);
		config.serverHost = proxy.host();
		_client.emplace(config);
		CPPUNIT_ASSERT(ExitCode::PortRefused == _client->failure().code());
		CPPUNIT_ASSERT(_log->text().find("refused: it begins with a PROXY header, but its address is not in"
										 " control.acceptProxyProtocol") != std::string::npos);
	}

	void testFromHAProxyToNginx()
	{
		Nginx nginx;
		acceptProxies({}, PROXY);
		start(nginx.host(), nginx.port(), ProxyProtocol::V2, 4);
		HAProxy proxy(_client->port(), "send-proxy-v2", PROXY);
		auto visitor = connectFrom("127.0.0.5", proxy);
		expectAnswer(visitor, "127.0.0.5|" + std::to_string(visitor.socket().address().port()) + "|" +
								  proxy.host() + "|" + std::to_string(proxy.port()));
		nginx.expectNoFaults();
		proxy.expectNoFaults();
	}

private:
	void acceptProxies(const std::string& clients, const std::string& visitors)
	{
		const auto set = [](const std::string& text)
		{ return text.empty() ? NetworkSet() : NetworkSet::parse(text); };
		_config.access = AccessRules({}, {}, {}, {set(clients), set(visitors)});
	}

	void start(
		const std::string& localHost, std::uint16_t localPort, ProxyProtocol version, std::size_t standby)
	{
		_client.reset();
		_server.emplace(_config);
		auto config = RunningClient::between(_server->port(), localPort);
		config.tunnels.front().localHost = localHost;
		config.tunnels.front().standby = standby;
		config.tunnels.front().proxyProtocol = version;
		_client.emplace(config);
		static_cast<void>(_client->port()); // once it is open
		CPPUNIT_ASSERT(eventually([&] { return _server->parts().standbys.count() == standby; }));
	}

	[[nodiscard]] static ScriptedPeer connectFrom(const std::string& address, const ProxyProgram& proxy)
	{
		return ScriptedPeer::connectFrom(address, proxy.port(), ProxyProgram::host());
	}

	[[nodiscard]] static ScriptedPeer arrived(ScriptedListener& service, const std::string& addresses)
	/// The connection with that header; others are those that looked whether
	/// the proxy listens.
	{
		for (;;)
		{
			auto local = service.accept();
			std::string line;
			while (line.find("\r\n") == std::string::npos) line += local.receive(1);
			if (line == "PROXY TCP4 " + addresses + "\r\n") return local;
			CPPUNIT_ASSERT_MESSAGE(line, line.find("PROXY TCP4 127.0.0.1 ") == 0);
		}
	}

	static void expectAnswer(ScriptedPeer& visitor, const std::string& text)
	{
		visitor.send("GET / HTTP/1.1\r\nHost: bore\r\nConnection: close\r\n\r\n");
		const std::string answer = visitor.receiveToEnd();
		const auto body = answer.find("\r\n\r\n");
		CPPUNIT_ASSERT_MESSAGE(answer, body != std::string::npos);
		CPPUNIT_ASSERT_EQUAL(text, answer.substr(body + 4));
	}

	std::optional<CapturedLog> _log;
	ServerConfig _config;
	std::optional<RunningServer> _server;
	std::optional<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyInteropTest);
