//
// TlsEndToEndTest.cpp
//

#include "Server/Admissions.h"
#include "Server/Handshakes.h"
#include "Server/PendingVisitors.h"
#include "Server/SelfSignedCertificate.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/Fingerprint.h"
#include "testsuite/support/AuthorityFixture.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/Transfer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class TlsEndToEndTest : public AuthorityFixture
/// Both roles, with TLS between them, and certificates made here.
{
	CPPUNIT_TEST_SUITE(TlsEndToEndTest);
	CPPUNIT_TEST(testVisitorIsServedByDataConnection);
	CPPUNIT_TEST(testVisitorIsServedByStandbyConnection);
	CPPUNIT_TEST(testSecretIsProvedInside);
	CPPUNIT_TEST(testHalfCloseAndLargeTransfersGoThrough);
	CPPUNIT_TEST(testLaterConnectionsResumeTheSession);
	CPPUNIT_TEST(testPlainAndTlsClientsShareAServer);
	CPPUNIT_TEST(testThePlainPortCanBeOff);
	CPPUNIT_TEST(testPinnedCertificateNeedsNoAuthorityAndNoName);
	CPPUNIT_TEST(testAReplacedCertificateIsRefusedByThePin);
	CPPUNIT_TEST(testUnknownAuthorityIsRefusedWithTheFingerprint);
	CPPUNIT_TEST(testWrongNameIsRefused);
	CPPUNIT_TEST(testGivenServerNameIsTheOneThatCounts);
	CPPUNIT_TEST(testExpiredCertificateIsRefused);
	CPPUNIT_TEST(testCertificateOfTomorrowIsRefused);
	CPPUNIT_TEST(testVerificationCanBeTurnedOffAndIsWarnedOf);
	CPPUNIT_TEST(testClientWithTheRightCertificateIsLetIn);
	CPPUNIT_TEST(testClientWithoutACertificateIsToldSo);
	CPPUNIT_TEST(testClientWithACertificateOfAnotherAuthorityIsToldSo);
	CPPUNIT_TEST(testPlainClientOnTheTlsPortIsToldSo);
	CPPUNIT_TEST(testPlainClientWithASecretOnTheTlsPortIsToldSo);
	CPPUNIT_TEST(testTlsClientOnThePlainPortIsToldSo);
	CPPUNIT_TEST(testServerThatEndsTheHandshakeIsUnreachable);
	CPPUNIT_TEST(testCertificateIsReplacedUnderRunningConnections);
	CPPUNIT_TEST(testABadReplacementLeavesTheOldOne);
	CPPUNIT_TEST(testAClientThatCannotComeBackForTheNewCertificateSaysSo);
	CPPUNIT_TEST(testSilentAndSlowTlsPeersAreDroppedAtTheDeadline);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		AuthorityFixture::setUp();
		_echo = std::make_unique<EchoService>(); // its thread is for its test alone
	}

	void tearDown() override
	{
		_echo.reset();
		AuthorityFixture::tearDown();
	}

	void testVisitorIsServedByDataConnection()
	{
		RunningServer server(serverConfig());
		auto config = clientConfig(server);
		config.tunnels.front().standby = 0;
		RunningClient client(config);
		expectService(client);
	}

	void testVisitorIsServedByStandbyConnection()
	{
		RunningServer server(serverConfig());
		auto config = clientConfig(server);
		config.tunnels.front().standby = 2;
		RunningClient client(config);
		for (int i = 0; i < 5; ++i)
		{
			CPPUNIT_ASSERT(eventually([&] { return server.parts().standbys.count() == 2; }));
			expectService(client);
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, server.parts().visitors.count());
	}

	void testSecretIsProvedInside()
	{
		auto config = serverConfig();
		config.secret = Secret("sesame");
		RunningServer server(config);
		auto theirs = clientConfig(server);
		theirs.secret = Secret("sesame");
		RunningClient client(theirs);
		expectService(client);
		theirs.secret = Secret("other");
		expectFailure(theirs, ExitCode::AuthRefused, {"invalid secret"});
	}

	void testHalfCloseAndLargeTransfersGoThrough()
	{
		constexpr std::uint64_t BYTES = 20UL * 1024 * 1024;
		RunningServer server(serverConfig());
		for (const std::size_t standby : {0, 2})
		{
			ScriptedListener service;
			auto config = clientConfig(server);
			config.tunnels.front().localPort = service.port();
			config.tunnels.front().standby = standby;
			RunningClient client(config);
			const auto port = client.port();
			CPPUNIT_ASSERT(eventually([&] { return server.parts().standbys.count() == standby; }));
			auto visitor = ScriptedPeer::connectTo(port);
			auto local = service.accept();
			Transfer up = Transfer::send(visitor.socket(), 1, BYTES);
			Transfer atService = Transfer::receive(local.socket(), 1, BYTES);
			up.await();
			atService.await();
			Transfer down = Transfer::send(local.socket(), 2, BYTES);
			Transfer atVisitor = Transfer::receive(visitor.socket(), 2, BYTES);
			down.await();
			atVisitor.await();
		}
	}

	void testLaterConnectionsResumeTheSession()
	{
		RunningServer server(serverConfig());
		const auto& handshakes = server.parts().handshakes;
		auto config = clientConfig(server);
		config.tunnels.front().standby = 0;
		RunningClient client(config);
		// The session comes with the control connection's first bytes.
		expectService(client);
		const auto before = handshakes.resumed();
		for (int i = 0; i < 5; ++i) expectService(client);
		CPPUNIT_ASSERT_EQUAL(before + 5, handshakes.resumed());
	}

	void testPlainAndTlsClientsShareAServer()
	{
		RunningServer server(serverConfig());
		RunningClient secure(clientConfig(server));
		RunningClient plain(RunningClient::between(server.port(), _echo->port()));
		expectService(secure);
		expectService(plain);
	}

	void testThePlainPortCanBeOff()
	{
		auto config = serverConfig();
		config.plainControl = false;
		RunningServer server(config);
		CPPUNIT_ASSERT_EQUAL(server.tlsPort(), server.port());
		RunningClient client(clientConfig(server));
		expectService(client);
	}

	void testPinnedCertificateNeedsNoAuthorityAndNoName()
	{
		const auto files = _authority->issue({"DNS:elsewhere.test", -1h, 24h, 0, true});
		RunningServer server(serverConfig(files));
		auto config = clientConfig(server);
		config.tls->ca.clear();
		config.tls->fingerprint = fingerprintOf(files);
		RunningClient client(config);
		expectService(client);
	}

	void testAReplacedCertificateIsRefusedByThePin()
	{
		RunningServer server(serverConfig());
		auto config = clientConfig(server);
		config.tls->fingerprint = fingerprintOf(_authority->issue({}));
		expectFailure(config, ExitCode::AuthRefused,
			{"another fingerprint", fingerprintOf(_files).text(), "somebody is in between"});
	}

	void testUnknownAuthorityIsRefusedWithTheFingerprint()
	{
		RunningServer server(serverConfig());
		auto config = clientConfig(server);
		config.tls->ca.clear();
		const CapturedLog log;
		expectFailure(config, ExitCode::AuthRefused,
			{"nobody whom we trust", "--tls-ca", "--tls-fingerprint " + fingerprintOf(_files).text()});
		// The server's side hears of it, too.
		CPPUNIT_ASSERT(eventually([&] { return says(log, "tls.certificate"); }));
	}

	void testWrongNameIsRefused()
	{
		RunningServer server(serverConfig(_authority->issue({"DNS:example.test,IP:192.0.2.7"})));
		expectFailure(clientConfig(server), ExitCode::AuthRefused,
			{"not for 127.0.0.1 but for example.test, 192.0.2.7", "--tls-server-name"});
	}

	void testGivenServerNameIsTheOneThatCounts()
	{
		RunningServer server(serverConfig(_authority->issue({"DNS:*.example.test"})));
		auto config = clientConfig(server);
		config.tls->serverName = "bore.example.test";
		RunningClient client(config);
		expectService(client);
		config.tls->serverName = "example.test";
		expectFailure(config, ExitCode::AuthRefused, {"not for example.test but for *.example.test"});
	}

	void testExpiredCertificateIsRefused()
	{
		const CapturedLog log;
		RunningServer server(serverConfig(_authority->issue({"IP:127.0.0.1", -48h, -24h})));
		CPPUNIT_ASSERT(eventually([&] { return says(log, "has expired"); }));
		expectFailure(clientConfig(server), ExitCode::AuthRefused, {"has expired", "renewed"});
	}

	void testCertificateOfTomorrowIsRefused()
	{
		const CapturedLog log;
		RunningServer server(serverConfig(_authority->issue({"IP:127.0.0.1", 24h, 48h})));
		CPPUNIT_ASSERT(eventually([&] { return says(log, "is not valid before"); }));
		expectFailure(clientConfig(server), ExitCode::AuthRefused, {"is not valid yet", "clock"});
	}

	void testVerificationCanBeTurnedOffAndIsWarnedOf()
	{
		RunningServer server(serverConfig(_authority->issue({"DNS:elsewhere.test", -48h, -24h, 0, true})));
		auto config = clientConfig(server);
		config.tls->ca.clear();
		config.tls->verifies = false;
		const CapturedLog log;
		RunningClient client(config);
		expectService(client);
		CPPUNIT_ASSERT(says(log, "not verified"));
	}

	void testClientWithTheRightCertificateIsLetIn()
	{
		RunningServer server(mutualConfig());
		auto config = clientConfig(server);
		const auto own = _authority->issue({"DNS:client.test"});
		config.tls->certificate = own.certificate;
		config.tls->key = own.key;
		config.tunnels.front().standby = 2;
		RunningClient client(config);
		for (int i = 0; i < 3; ++i) expectService(client);
	}

	void testClientWithoutACertificateIsToldSo()
	{
		RunningServer server(mutualConfig());
		const CapturedLog log;
		expectFailure(clientConfig(server), ExitCode::AuthRefused, {"--tls-cert and --tls-key"});
		CPPUNIT_ASSERT(eventually([&] { return says(log, "it shows no certificate, and tls.clientCa"); }));
	}

	void testClientWithACertificateOfAnotherAuthorityIsToldSo()
	{
		const TemporaryDirectory elsewhere;
		TestAuthority other(elsewhere);
		const auto own = other.issue({"DNS:client.test"});
		RunningServer server(mutualConfig());
		auto config = clientConfig(server);
		config.tls->certificate = own.certificate;
		config.tls->key = own.key;
		const CapturedLog log;
		expectFailure(config, ExitCode::AuthRefused, {"does not know who issued our certificate"});
		CPPUNIT_ASSERT(eventually([&] { return says(log, "tls.clientCa says who may issue it"); }));
	}

	void testPlainClientOnTheTlsPortIsToldSo()
	{
		RunningServer server(serverConfig());
		const CapturedLog log;
		expectFailure(RunningClient::between(server.tlsPort(), _echo->port()), ExitCode::Unreachable,
			{"this port speaks TLS", "--tls"});
		CPPUNIT_ASSERT(eventually([&] { return says(log, "a client without TLS on the port for TLS"); }));
	}

	void testPlainClientWithASecretOnTheTlsPortIsToldSo()
	{
		RunningServer server(serverConfig());
		const CapturedLog log;
		expectFailure(RunningClient::between(server.tlsPort(), _echo->port(), "sesame"),
			ExitCode::AuthRefused, {"--tls"});
		CPPUNIT_ASSERT(eventually([&] { return says(log, "it said nothing on the port for TLS"); }));
		CPPUNIT_ASSERT(eventually([&] { return server.parts().handshakes.count() == 0; }));
	}

	void testTlsClientOnThePlainPortIsToldSo()
	{
		for (const char* secret : {"", "sesame"})
		{
			auto config = serverConfig();
			if (*secret != '\0') config.secret = Secret(secret);
			RunningServer server(config);
			auto theirs = clientConfig(server);
			theirs.serverPort = server.port();
			const CapturedLog log;
			expectFailure(theirs, ExitCode::Unreachable, {"port for TLS", "no TLS with"});
			CPPUNIT_ASSERT(eventually([&] { return says(log, "a client with TLS on the plain port"); }));
		}
	}

	void testServerThatEndsTheHandshakeIsUnreachable()
	{
		for (const bool resets : {true, false})
		{
			ScriptedListener listener;
			auto config = RunningClient::between(listener.port(), _echo->port());
			config.tls.emplace();
			RunningClient client(config);
			auto server = listener.accept();
			CPPUNIT_ASSERT(!server.receiveSome().empty()); // the handshake has begun
			if (resets)
				server.reset();
			else
				server.shutdownSend();
			expectFailure(
				client, ExitCode::Unreachable, {"no TLS with", "ended the connection in the TLS handshake"});
		}
	}

	void testCertificateIsReplacedUnderRunningConnections()
	{
		RunningServer server(serverConfig());
		RunningClient client(clientConfig(server));
		auto visitor = ScriptedPeer::connectTo(client.port());
		expectEcho(visitor);

		const auto next = _authority->issue({});
		const CapturedLog log;
		server.server().replaceCertificate(*serverConfig(next).tls);
		CPPUNIT_ASSERT(says(log, fingerprintOf(next).text()));
		expectEcho(visitor);
		auto config = clientConfig(server);
		config.tls->ca.clear();
		config.tls->fingerprint = fingerprintOf(next);
		RunningClient later(config);
		expectService(later);
		// The older one dials anew, and its session is not resumed.
		expectService(client);
	}

	void testABadReplacementLeavesTheOldOne()
	{
		RunningServer server(serverConfig());
		auto bad = *serverConfig().tls;
		bad.key = _authority->issue({}).key;
		CPPUNIT_ASSERT_THROW(server.server().replaceCertificate(bad), TlsContextException);
		RunningClient client(clientConfig(server));
		expectService(client);
	}

	void testAClientThatCannotComeBackForTheNewCertificateSaysSo()
	{
		auto server = std::make_unique<RunningServer>(serverConfig());
		const auto port = server->tlsPort();
		auto config = clientConfig(*server);
		config.tls->fingerprint = fingerprintOf(_files);
		config.reconnect.enabled = true;
		config.reconnect.firstDelay = config.reconnect.maxDelay = 10ms;
		RunningClient client(config);
		expectService(client);
		server.reset();

		const CapturedLog log;
		auto renewed = serverConfig(_authority->issue({}));
		renewed.tls->port = port;
		server = std::make_unique<RunningServer>(renewed);
		CPPUNIT_ASSERT(eventually([&] { return says(log, "another fingerprint"); }));
		// The old certificate again, and all is well.
		server.reset();
		auto old = serverConfig();
		old.tls->port = port;
		server = std::make_unique<RunningServer>(old);
		CPPUNIT_ASSERT(eventually([&] { return server->parts().tunnels.count() == 1; }));
	}

	void testSilentAndSlowTlsPeersAreDroppedAtTheDeadline()
	{
		RunningServer server(serverConfig());
		auto silent = ScriptedPeer::connectTo(server.tlsPort());
		auto slow = ScriptedPeer::connectTo(server.tlsPort());
		slow.send("\x16\x03\x01");
		CPPUNIT_ASSERT(eventually([&] { return server.parts().handshakes.count() == 2; }));
		// Nobody waits for them meanwhile.
		RunningClient client(clientConfig(server));
		expectService(client);
		silent.expectClosed();
		slow.expectClosed();
		CPPUNIT_ASSERT(eventually([&] { return server.parts().handshakes.count() == 0; }));
	}

private:
	[[nodiscard]] ServerConfig serverConfig() const { return serverConfig(_files); }

	[[nodiscard]] static ServerConfig serverConfig(const TestAuthority::Files& files)
	{
		ServerConfig config = RunningServer::onLoopback();
		config.tls.emplace();
		config.tls->certificate = files.certificate;
		config.tls->key = files.key;
		return config;
	}

	[[nodiscard]] ServerConfig mutualConfig() const
	{
		auto config = serverConfig();
		config.tls->clientCa = _authority->certificate();
		return config;
	}

	[[nodiscard]] ClientConfig clientConfig(const RunningServer& server) const
	{
		auto config = RunningClient::between(server.tlsPort(), _echo->port());
		config.tls.emplace();
		config.tls->ca = _authority->certificate();
		return config;
	}

	[[nodiscard]] static Fingerprint fingerprintOf(const TestAuthority::Files& files)
	{
		return Fingerprint(Poco::Crypto::X509Certificate(files.certificate));
	}

	static bool says(const CapturedLog& log, const std::string& words)
	{
		return log.text().find(words) != std::string::npos;
	}

	static void expectEcho(ScriptedPeer& visitor)
	{
		visitor.send("is anybody there");
		visitor.expect("is anybody there");
	}

	static void expectService(RunningClient& client)
	{
		auto visitor = ScriptedPeer::connectTo(client.port());
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
	}

	static void expectFailure(
		const ClientConfig& config, ExitCode code, const std::vector<std::string>& words)
	{
		RunningClient client(config);
		expectFailure(client, code, words);
	}

	static void expectFailure(RunningClient& client, ExitCode code, const std::vector<std::string>& words)
	{
		try
		{
			static_cast<void>(client.address());
		}
		catch (const RoleFailure& failure)
		{
			const std::string text = failure.what();
			CPPUNIT_ASSERT_EQUAL_MESSAGE(text, static_cast<int>(code), static_cast<int>(failure.code()));
			for (const auto& word : words)
				CPPUNIT_ASSERT_MESSAGE(text + ": no \"" + word + "\"", text.find(word) != std::string::npos);
			CPPUNIT_ASSERT_MESSAGE(text, text.find('\n') == std::string::npos);
			return;
		}
		CPPUNIT_FAIL("the tunnel is open");
	}

	std::unique_ptr<EchoService> _echo;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsEndToEndTest);
