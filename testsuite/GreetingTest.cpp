//
// GreetingTest.cpp
//

#include "Client/Greeting.h"

#include "Shared/Authenticator.h"
#include "Shared/FrameStream.h"
#include "Shared/TlsContextBuilder.h"
#include "Shared/TlsStream.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/TestAuthority.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <stdexcept>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace Bore::Test::RecordedProof;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace
{

constexpr char TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001";

} // namespace

class GreetingTest : public CppUnit::TestFixture
/// The server has said all that it will ever say before it is asked: so one
/// thread is enough.
{
	CPPUNIT_TEST_SUITE(GreetingTest);
	CPPUNIT_TEST(testPortIsThatOfTheServersHello);
	CPPUNIT_TEST(testTicketGoesBeforeThePort);
	CPPUNIT_TEST(testSecretIsProved);
	CPPUNIT_TEST(testOtherAnswersThanAChallengeSayWhatIsWrong);
	CPPUNIT_TEST(testOtherAnswersThanHelloSayWhatIsWrong);
	CPPUNIT_TEST(testRefusedReclaimIsFollowedByHello);
	CPPUNIT_TEST(testDeadlineIsOfTheWholeAnswer);
	CPPUNIT_TEST(testAlertBehindTheHandshakeIsARefusal);
	CPPUNIT_TEST_SUITE_END();

	using Remedy = SessionFailure::Remedy;

public:
	void testPortIsThatOfTheServersHello()
	{
		Server server(_pairs.make());
		server.peer.sendFrame(R"({"Hello":40123})");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{40123}, server.ask(41000));
		server.peer.expectFrame(R"({"Hello":41000})");
	}

	void testTicketGoesBeforeThePort()
	{
		Server server(_pairs.make());
		server.peer.sendFrame(R"({"Hello":40123})");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{40123}, server.ask(41000, Poco::UUID(TICKET)));
		server.peer.expectFrame(R"({"Reclaim":")"s + TICKET + R"("})");
	}

	void testSecretIsProved()
	{
		Server server(_pairs.make());
		server.peer.sendFrame(CHALLENGE);
		server.prove();
		server.peer.expectFrame(ANSWER);
	}

	void testOtherAnswersThanAChallengeSayWhatIsWrong()
	{
		expectOnProof(R"({"Hello":40123})", ExitCode::AuthRefused, "no secret was required", Remedy::None);
		expectOnProof("", ExitCode::AuthRefused, "leave the secret out", Remedy::Time);
		expectOnProof("220 mail.example", ExitCode::Unreachable, "malformed answer from there", Remedy::Time);
		expectOnProof(std::string(300, 'x'), ExitCode::Unreachable, "is it a bore server?", Remedy::Time);
	}

	void testOtherAnswersThanHelloSayWhatIsWrong()
	{
		expectOnHello(
			R"({"Error":"port already in use"})", ExitCode::PortRefused, "with --port", Remedy::Time);
		expectOnHello(CHALLENGE, ExitCode::AuthRefused, "give it with --secret-file", Remedy::None);
		expectOnHello(
			"", ExitCode::PortRefused, "there closed the connection in answer to Hello", Remedy::Time);
		expectOnHello("\"Heartbeat\"", ExitCode::Unreachable, "unexpected answer from there", Remedy::Time);
		expectOnHello("220 mail.example", ExitCode::Unreachable, "malformed answer from there", Remedy::Time);
	}

	void testRefusedReclaimIsFollowedByHello()
	{
		for (const std::string answer :
			{R"({"Error":"unknown ticket"})", "", "\"Heartbeat\"", "220 mail.example"})
		{
			Server server(_pairs.make());
			server.answer(answer);
			const auto failure = failureOf([&] { static_cast<void>(server.ask(41000, Poco::UUID(TICKET))); });
			CPPUNIT_ASSERT_MESSAGE(answer, failure.remedy() == Remedy::Hello);
		}
	}

	void testDeadlineIsOfTheWholeAnswer()
	{
		Server server(_pairs.make());
		server.peer.send("{"); // no frame
		server.clock.advance(3s);
		expect(failureOf([&] { static_cast<void>(server.ask(0)); }), ExitCode::Unreachable,
			"timed out waiting for an answer of there", Remedy::Time);
		expect(failureOf([&] { server.prove(); }), ExitCode::AuthRefused,
			"timed out waiting for the authentication challenge of there", Remedy::Time);
	}

	void testAlertBehindTheHandshakeIsARefusal()
	{
		// In TLS 1.3 the client has finished when the server misses its certificate.
		for (const bool proves : {true, false})
		{
			Server server(demandingACertificate(_pairs.make()));
			const auto failure = failureOf(
				[&]
				{
					if (proves)
						server.prove();
					else
						static_cast<void>(server.ask(0));
				});
			expect(failure, ExitCode::AuthRefused,
				"no TLS with there: the server wants a certificate of this client", Remedy::Time);
		}
	}

private:
	struct Server
	/// The server's end of a connection, and the client's greeting on the other.
	{
		explicit Server(const LoopbackPair& pair)
			: frames(pair.near, clock)
			, peer(pair.far)
		{
		}

		void answer(const std::string& text)
		/// As a frame; empty: it closes the connection.
		{
			if (text.empty())
				peer.shutdownSend();
			else
				peer.sendFrame(text);
		}

		void prove()
		{
			const Greeting::Request request;
			Greeting(frames, name, request).prove(Authenticator(Secret(SECRET)), deadline);
		}

		[[nodiscard]] std::uint16_t ask(
			std::uint16_t port, const std::optional<Poco::UUID>& ticket = std::nullopt)
		{
			const Greeting::Request request{port, ticket};
			return Greeting(frames, name, request).ask(deadline);
		}

		const std::string name = "there";
		ManualClock clock;
		const TimePoint deadline = clock.now() + 3s;
		FrameStream frames;
		ScriptedPeer peer;
	};

	static LoopbackPair demandingACertificate(const LoopbackPair& plain)
	/// With TLS: the client is through, and the server has refused it.
	{
		const TemporaryDirectory directory;
		TestAuthority authority(directory);
		const auto files = authority.issue({});
		TlsContextBuilder accepting(Poco::Net::Context::SERVER_USE);
		accepting.identify(files.certificate, files.key, Permissions::Strict);
		accepting.trust(authority.certificate());
		accepting.verifyPeer(true);
		LoopbackPair pair{
			tlsOver(plain.near, TlsContexts::trusting().client), tlsOver(plain.far, accepting.context())};
		CPPUNIT_ASSERT(eventually(
			[&pair]
			{
				static_cast<void>(TlsStream::of(pair.near)->shakeHands());
				return TlsStream::of(pair.far)->shakeHands() == Io::Failed;
			}));
		CPPUNIT_ASSERT(TlsStream::of(pair.near)->shakeHands() == Io::Moved);
		return pair;
	}

	template <class Action>
	static SessionFailure failureOf(const Action& action)
	{
		try
		{
			action();
		}
		catch (const SessionFailure& failure)
		{
			return failure;
		}
		CPPUNIT_FAIL("no failure");
		throw std::logic_error("not reached");
	}

	static void expect(const SessionFailure& failure, ExitCode code, const std::string& words, Remedy remedy)
	{
		const std::string text = failure.what();
		CPPUNIT_ASSERT_EQUAL_MESSAGE(text, static_cast<int>(code), static_cast<int>(failure.code()));
		CPPUNIT_ASSERT_MESSAGE(text, text.find(words) != std::string::npos);
		CPPUNIT_ASSERT_MESSAGE(text, failure.remedy() == remedy);
	}

	void expectOnProof(const std::string& answer, ExitCode code, const std::string& words, Remedy remedy)
	{
		Server server(_pairs.make());
		server.answer(answer);
		expect(failureOf([&] { server.prove(); }), code, words, remedy);
	}

	void expectOnHello(const std::string& answer, ExitCode code, const std::string& words, Remedy remedy)
	{
		Server server(_pairs.make());
		server.answer(answer);
		expect(failureOf([&] { static_cast<void>(server.ask(0)); }), code, words, remedy);
	}

	LoopbackPairs _pairs;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GreetingTest);
