//
// TransportTest.cpp
//

#include "Client/Transport.h"

#include "Shared/ProtocolException.h"
#include "Shared/RoleFailure.h"
#include "Shared/TlsContextBuilder.h"
#include "Shared/TlsStream.h"
#include "testsuite/support/AuthorityFixture.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <openssl/ssl.h>
#include <poll.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using Poco::Net::Context;
using Poco::Net::StreamSocket;

class TransportTest : public AuthorityFixture
{
	CPPUNIT_TEST_SUITE(TransportTest);
	CPPUNIT_TEST(testWithoutTlsNothingChanges);
	CPPUNIT_TEST(testHandshakeThatWasBegunIsFinished);
	CPPUNIT_TEST(testTls13SessionsAreResumed);
	CPPUNIT_TEST(testTls12SessionsAreResumed);
	CPPUNIT_TEST(testASessionOfAnotherServerIsOfNoUseToIt);
	CPPUNIT_TEST(testASessionServesSeveralConnectionsAtOnce);
	CPPUNIT_TEST(testAnAddressIsVerifiedHoweverItIsWritten);
	CPPUNIT_TEST(testASilentServerIsGivenUpAtTheDeadline);
	CPPUNIT_TEST(testAServerThatSpeaksPlainlyIsToldApart);
	CPPUNIT_TEST(testAServerThatClosesIsToldApart);
	CPPUNIT_TEST(testAServerThatResetsIsToldApart);
	CPPUNIT_TEST(testSecretInTheClearIsWarnedOfOnce);
	CPPUNIT_TEST(testNoWarningOnLoopbackByTlsOrWithoutASecret);
	CPPUNIT_TEST(testBadFilesAreARoleFailure);
	CPPUNIT_TEST_SUITE_END();

public:
	void testWithoutTlsNothingChanges()
	{
		Transport plain(std::nullopt, "localhost", true, Clock::system());
		CPPUNIT_ASSERT(!plain.isSecure());
		const LoopbackPair pair = _pairs.make();
		CPPUNIT_ASSERT(plain.begin(pair.near) == pair.near);
		CPPUNIT_ASSERT(plain.secure(pair.near, Clock::system().now()) == pair.near);
	}

	void testHandshakeThatWasBegunIsFinished()
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		const auto context = serverContext();
		const LoopbackPair pair = _pairs.make();
		const auto begun = transport.begin(pair.near);
		CPPUNIT_ASSERT(isSecure(begun));
		auto server = serve(pair.far, context);
		CPPUNIT_ASSERT(transport.secure(begun, deadline()) == begun);
		CPPUNIT_ASSERT(isSecure(server.get()));
	}

	void testTls13SessionsAreResumed() { expectResumption(TLS1_3_VERSION, "TLSv1.3"); }
	void testTls12SessionsAreResumed() { expectResumption(TLS1_2_VERSION, "TLSv1.2"); }

	void testASessionOfAnotherServerIsOfNoUseToIt()
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		const auto one = serverContext();
		const auto other = serverContext();
		CPPUNIT_ASSERT(!isResumed(transport, one));
		CPPUNIT_ASSERT(isResumed(transport, one));
		CPPUNIT_ASSERT(!isResumed(transport, other));
	}

	void testASessionServesSeveralConnectionsAtOnce()
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		const auto context = serverContext();
		CPPUNIT_ASSERT(!isResumed(transport, context));
		for (int i = 0; i < 3; ++i)
		{
			// Nothing is received, and so no other session either.
			const LoopbackPair pair = _pairs.make();
			auto server = serve(pair.far, context);
			const auto client = transport.secure(pair.near, deadline());
			CPPUNIT_ASSERT(TlsStream::of(client)->isResumed());
			static_cast<void>(server.get());
		}
	}

	void testAnAddressIsVerifiedHoweverItIsWritten()
	{
		for (const char* name : {"127.2", "2130706434", "0x7f.0.0.2", "127.0.0.2"})
		{
			Transport transport(trusting(), name, false, Clock::system());
			const auto context = serverContext(); // of other names
			const LoopbackPair pair = _pairs.make();
			auto server = serve(pair.far, context);
			CPPUNIT_ASSERT_THROW_MESSAGE(
				name, static_cast<void>(transport.secure(pair.near, deadline())), TlsException);
		}
	}

	void testASilentServerIsGivenUpAtTheDeadline()
	{
		ManualClock clock;
		Transport transport(trusting(), "localhost", false, clock);
		const LoopbackPair pair = _pairs.make();
		CPPUNIT_ASSERT_THROW(
			static_cast<void>(transport.secure(pair.near, clock.now())), PeerTimeoutException);
	}

	void testAServerThatSpeaksPlainlyIsToldApart()
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		const LoopbackPair pair = _pairs.make();
		ScriptedPeer(pair.far).sendFrame(R"({"Challenge":"00000000-0000-4000-8000-000000000000"})");
		expectGone(transport, pair.near, "does not speak TLS on this port");
	}

	void testAServerThatClosesIsToldApart()
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		LoopbackPair pair = _pairs.make();
		pair.far.close();
		expectGone(transport, pair.near, "ended the connection in the TLS handshake");
	}

	void testAServerThatResetsIsToldApart()
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		const LoopbackPair pair = _pairs.make();
		const auto begun = transport.begin(pair.near);
		ScriptedPeer(pair.far).reset();
		expectGone(transport, begun, "ended the connection in the TLS handshake");
	}

	void testSecretInTheClearIsWarnedOfOnce()
	{
		Transport plain(std::nullopt, "bore.test", true, Clock::system());
		const CapturedLog log;
		for (int i = 0; i < 3; ++i) plain.warnOnce(Poco::Net::SocketAddress("192.0.2.1", 7835));
		const std::string text = log.text();
		const auto first = text.find("the secret is used without TLS, with 192.0.2.1:7835");
		CPPUNIT_ASSERT(first != std::string::npos);
		CPPUNIT_ASSERT(text.find("without TLS", first + 40) == std::string::npos);
	}

	void testNoWarningOnLoopbackByTlsOrWithoutASecret()
	{
		const CapturedLog log;
		Transport(std::nullopt, "x", true, Clock::system()).warnOnce({"127.0.0.1", 1});
		Transport(std::nullopt, "x", true, Clock::system()).warnOnce({"::1", 1});
		Transport(std::nullopt, "x", false, Clock::system()).warnOnce({"192.0.2.1", 1});
		Transport(trusting(), "x", true, Clock::system()).warnOnce({"192.0.2.1", 1});
		CPPUNIT_ASSERT_EQUAL(std::string(), log.text());
	}

	void testBadFilesAreARoleFailure()
	{
		auto config = trusting();
		config->ca = _directory->path("none.pem");
		CPPUNIT_ASSERT_THROW(Transport(config, "x", false, Clock::system()), RoleFailure);
		CPPUNIT_ASSERT_THROW(Transport::check(*config), TlsContextException);
	}

private:
	static TimePoint deadline() { return Clock::system().now() + PATIENCE; }

	[[nodiscard]] std::optional<TlsClientConfig> trusting() const
	{
		TlsClientConfig config;
		config.ca = _authority->certificate();
		return config;
	}

	[[nodiscard]] Context::Ptr serverContext(int highest = TLS1_3_VERSION) const
	{
		const auto files = _authority->issue({});
		TlsContextBuilder builder(Context::SERVER_USE);
		builder.identify(files.certificate, files.key, Permissions::Strict);
		SSL_CTX_set_max_proto_version(builder.context()->sslContext(), highest);
		return builder.context();
	}

	static std::future<StreamSocket> serve(const StreamSocket& plain, const Context::Ptr& context)
	/// The server's end, once its handshake is done and it has sent a byte.
	{
		return std::async(std::launch::async,
			[plain, context]
			{
				auto socket = tlsOver(plain, context);
				const TimePoint until = deadline();
				for (Io outcome = Io::WantsRead;
					 (outcome = TlsStream::of(socket)->shakeHands()) != Io::Moved;)
				{
					if (outcome == Io::Failed || Clock::system().now() > until)
						CPPUNIT_FAIL("the server: " + failureOf(socket, 0));
					pollfd entry{socket.impl()->sockfd(), POLLIN, 0};
					::poll(&entry, 1, 100);
				}
				ScriptedPeer(socket).send("x");
				return socket;
			});
	}

	bool isResumed(Transport& transport, const Context::Ptr& context, const char* version = "TLSv1.3")
	{
		const LoopbackPair pair = _pairs.make();
		auto server = serve(pair.far, context);
		const auto socket = transport.secure(pair.near, deadline());
		ScriptedPeer(socket).expect("x"); // in TLS 1.3 the session comes with it
		CPPUNIT_ASSERT_EQUAL(std::string(version), std::string(TlsStream::of(socket)->version()));
		const bool resumed = TlsStream::of(socket)->isResumed();
		CPPUNIT_ASSERT_EQUAL(resumed, TlsStream::of(server.get())->isResumed());
		return resumed;
	}

	void expectResumption(int highest, const char* version)
	{
		Transport transport(trusting(), "localhost", false, Clock::system());
		const auto context = serverContext(highest);
		CPPUNIT_ASSERT(!isResumed(transport, context, version));
		for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(isResumed(transport, context, version));
	}

	static void expectGone(Transport& transport, const StreamSocket& socket, const std::string& words)
	/// And no refusal, which a TlsException would be.
	{
		try
		{
			static_cast<void>(transport.secure(socket, deadline()));
			CPPUNIT_FAIL("it is secure");
		}
		catch (const PeerGoneException& error)
		{
			const std::string text = error.what();
			CPPUNIT_ASSERT_MESSAGE(text, dynamic_cast<const TlsException*>(&error) == nullptr);
			CPPUNIT_ASSERT_MESSAGE(text, text.find(words) != std::string::npos);
		}
	}

	LoopbackPairs _pairs;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TransportTest);
