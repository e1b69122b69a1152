//
// AuthenticatorTest.cpp
//

#include "Shared/Authenticator.h"
#include "Shared/FrameStream.h"
#include "Shared/ProtocolException.h"
#include "Shared/Uuid.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/String.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class AuthenticatorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AuthenticatorTest);
	CPPUNIT_TEST(testTagsAreThoseOfARealPeer);
	CPPUNIT_TEST(testTagsOfARealPeerAreAccepted);
	CPPUNIT_TEST(testUpperCaseIsAccepted);
	CPPUNIT_TEST(testEveryWrongDigitIsNoticed);
	CPPUNIT_TEST(testWrongLengthIsRefused);
	CPPUNIT_TEST(testTagOfAnotherChallengeOrSecretIsRefused);
	CPPUNIT_TEST(testManyThreadsComputeTagsAtOnce);
	CPPUNIT_TEST(testChallengeIsAnswered);
	CPPUNIT_TEST(testErrorInPlaceOfTheChallengeIsReported);
	CPPUNIT_TEST(testErrorIsEscaped);
	CPPUNIT_TEST(testHelloInPlaceOfTheChallengeIsReported);
	CPPUNIT_TEST(testMalformedChallengeIsReported);
	CPPUNIT_TEST(testSilenceInPlaceOfTheChallengeTimesOut);
	CPPUNIT_TEST(testEndInPlaceOfTheChallengeIsPeerGone);
	CPPUNIT_TEST_SUITE_END();

	struct Vector
	{
		std::string secret;
		Poco::UUID challenge;
		std::string tag;
	};

	static constexpr char CHALLENGE[] = "67e55044-10b1-426f-9247-bb680e5fe0c8";

	static std::vector<Vector> vectors()
	{
		std::ifstream file(BORE_TEST_DATA "/auth.json");
		const auto array = Poco::JSON::Parser().parse(file).extract<Poco::JSON::Array::Ptr>();
		std::vector<Vector> result;
		for (unsigned i = 0; i < array->size(); ++i)
		{
			const auto entry = array->getObject(i);
			result.push_back({entry->getValue<std::string>("secret"),
				Poco::UUID(entry->getValue<std::string>("challenge")), entry->getValue<std::string>("tag")});
		}
		return result;
	}

	static void forEachVector(const std::function<void(const Authenticator&, const Vector&)>& check)
	{
		int checked = 0;
		for (const Vector& vector : vectors())
		{
			// Other peers take an empty secret; nobody gets so far with us.
			if (vector.secret.empty())
			{
				CPPUNIT_ASSERT_THROW(Secret(vector.secret), std::invalid_argument);
				continue;
			}
			check(Authenticator(Secret(vector.secret)), vector);
			++checked;
		}
		CPPUNIT_ASSERT_EQUAL(15, checked);
	}

	struct Session
	/// A client about to authenticate, and the script of its server.
	{
		Session()
			: stream(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", listener.port())))
			, server(listener.accept())
		{
		}

		void authenticate(Duration patience = PATIENCE)
		{
			answerChallenge(stream, Authenticator(Secret("abc")), Clock::system().now() + patience);
		}

		std::string failure()
		{
			try
			{
				authenticate();
			}
			catch (const ProtocolException& exc)
			{
				return exc.what();
			}
			return "no failure";
		}

		ScriptedListener listener;
		FrameStream stream;
		ScriptedPeer server;
	};

public:
	void testTagsAreThoseOfARealPeer()
	{
		forEachVector([](const Authenticator& authenticator, const Vector& vector)
			{ CPPUNIT_ASSERT_EQUAL(vector.tag, authenticator.tag(vector.challenge)); });
	}

	void testTagsOfARealPeerAreAccepted()
	{
		forEachVector([](const Authenticator& authenticator, const Vector& vector)
			{ CPPUNIT_ASSERT(authenticator.verify(vector.challenge, vector.tag)); });
	}

	void testUpperCaseIsAccepted()
	{
		forEachVector([](const Authenticator& authenticator, const Vector& vector)
			{ CPPUNIT_ASSERT(authenticator.verify(vector.challenge, Poco::toUpper(vector.tag))); });
	}

	void testEveryWrongDigitIsNoticed()
	{
		const Authenticator authenticator{Secret("abc")};
		const Poco::UUID challenge = secureRandomUuid();
		const std::string tag = authenticator.tag(challenge);
		CPPUNIT_ASSERT(authenticator.verify(challenge, tag));
		for (std::size_t i = 0; i < tag.size(); ++i)
		{
			for (const char wrong : {tag[i] == '0' ? '1' : '0', 'g', ' ', '\0'})
			{
				std::string other = tag;
				other[i] = wrong;
				CPPUNIT_ASSERT(!authenticator.verify(challenge, other));
			}
		}
	}

	void testWrongLengthIsRefused()
	{
		const Authenticator authenticator{Secret("abc")};
		const Poco::UUID challenge = secureRandomUuid();
		const std::string tag = authenticator.tag(challenge);
		for (const std::string& hex :
			{""s, "00"s, "zz"s, tag.substr(1), tag.substr(0, 63), tag + "0", tag + tag})
		{
			CPPUNIT_ASSERT(!authenticator.verify(challenge, hex));
		}
	}

	void testTagOfAnotherChallengeOrSecretIsRefused()
	{
		const Authenticator authenticator{Secret("abc")};
		const Poco::UUID challenge = secureRandomUuid();
		CPPUNIT_ASSERT(!authenticator.verify(challenge, authenticator.tag(secureRandomUuid())));
		CPPUNIT_ASSERT(!authenticator.verify(challenge, Authenticator(Secret("abd")).tag(challenge)));
	}

	void testManyThreadsComputeTagsAtOnce()
	{
		// POCO's engines take OpenSSL down between two of them, unless one user
		// stays: without it this aborts.
		const Authenticator authenticator(Secret("some secret string"));
		const Poco::UUID challenge("67e55044-10b1-426f-9247-bb680e5fe0c8");
		const std::string right = authenticator.tag(challenge);
		std::atomic<int> wrong{0};
		std::vector<std::thread> threads;
		threads.reserve(32);
		for (int i = 0; i < 32; ++i)
			threads.emplace_back(
				[&]
				{
					for (int n = 0; n < 300; ++n)
					{
						if (!authenticator.verify(challenge, right)) ++wrong;
						::poll(nullptr, 0, 1); // so that at times nobody is at it
					}
				});
		for (auto& thread : threads) thread.join();
		CPPUNIT_ASSERT_EQUAL(0, wrong.load());
	}

	void testChallengeIsAnswered()
	{
		Session session;
		session.server.sendFrame("{\"Challenge\":\""s + CHALLENGE + "\"}");
		session.authenticate();
		session.server.expectFrame(
			"{\"Authenticate\":\"1424b8e9f59eb93ad61f3281b3e700dcd0b265ae01090c31fad0009019a74155\"}");
	}

	void testErrorInPlaceOfTheChallengeIsReported()
	{
		Session session;
		session.server.sendFrame("{\"Error\":\"go away\"}");
		CPPUNIT_ASSERT_EQUAL("server error: go away"s, session.failure());
	}

	void testErrorIsEscaped()
	{
		Session session;
		session.server.sendFrame("{\"Error\":\"\\u001b[2J\\n\"}");
		CPPUNIT_ASSERT_EQUAL("server error: \\x1B[2J\\n"s, session.failure());
	}

	void testHelloInPlaceOfTheChallengeIsReported()
	{
		Session session;
		session.server.sendFrame("{\"Hello\":8080}");
		CPPUNIT_ASSERT_EQUAL(
			"expected authentication challenge, but no secret was required"s, session.failure());
	}

	void testMalformedChallengeIsReported()
	{
		Session session;
		session.server.sendFrame("{\"Challenge\":\"67e5504410b1426f9247bb680e5fe0c8\"}");
		CPPUNIT_ASSERT_THROW(session.authenticate(), MalformedFrameException);
	}

	void testSilenceInPlaceOfTheChallengeTimesOut()
	{
		Session session;
		CPPUNIT_ASSERT_THROW(session.authenticate(30ms), PeerTimeoutException);
	}

	void testEndInPlaceOfTheChallengeIsPeerGone()
	{
		Session session;
		session.server.close();
		CPPUNIT_ASSERT_THROW(session.authenticate(), PeerGoneException);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthenticatorTest);
