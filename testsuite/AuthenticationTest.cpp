//
// AuthenticationTest.cpp
//

#include "Server/Authentication.h"
#include "Shared/Authenticator.h"
#include "Shared/Protocol.h"
#include "Shared/UtcTime.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class AuthenticationTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AuthenticationTest);
	CPPUNIT_TEST(testOpenServerNeedsNone);
	CPPUNIT_TEST(testChallengesDiffer);
	CPPUNIT_TEST(testRightAnswerIsItsUsers);
	CPPUNIT_TEST(testUserOfALiveTunnelIsFound);
	CPPUNIT_TEST(testWrongAnswersAreCountedThenHeldBack);
	CPPUNIT_TEST(testRefusedAddressIsToldTheSameWhateverItSays);
	CPPUNIT_TEST(testRightAnswerThatDoesNotHelpIsNoFailure);
	CPPUNIT_TEST(testTheUsersOfNowDecide);
	CPPUNIT_TEST(testDataConnectionAmongTenThousandUsers);
	CPPUNIT_TEST_SUITE_END();

public:
	void tearDown() override { _parts.reset(); }

	void testOpenServerNeedsNone()
	{
		start({});
		CPPUNIT_ASSERT(!Authentication(_parts->context()).isNeeded());
	}

	void testChallengesDiffer()
	{
		start({user("alice")});
		Authentication one(_parts->context());
		Authentication other(_parts->context());
		CPPUNIT_ASSERT(one.isNeeded());
		CPPUNIT_ASSERT(one.challenge() != other.challenge());
	}

	void testRightAnswerIsItsUsers()
	{
		start(many());
		for (const char* name : {"alice", "u7"})
			CPPUNIT_ASSERT_EQUAL(std::string(name), nameOf(judge(std::string(name) + "'s").user));
	}

	void testUserOfALiveTunnelIsFound()
	{
		start(many());
		const auto tunnel = _parts->liveUsers().enter(_peer.host(), "u7");
		CPPUNIT_ASSERT_EQUAL(std::string("u7"), nameOf(judge("u7's").user));
		CPPUNIT_ASSERT_EQUAL(std::string("alice"), nameOf(judge("alice's").user));
		CPPUNIT_ASSERT(!judge("a guess").user);
	}

	void testWrongAnswersAreCountedThenHeldBack()
	{
		const CapturedLog log;
		_limits.delayAfter = 2;
		start({user("alice")});
		const auto first = judge("a guess");
		CPPUNIT_ASSERT(!first.user);
		CPPUNIT_ASSERT_EQUAL(std::string(Protocol::ErrorText::INVALID_SECRET), std::string(first.refusal));
		CPPUNIT_ASSERT(first.delay == Duration::zero());
		CPPUNIT_ASSERT(judge("a guess").delay == Duration(1s));
		CPPUNIT_ASSERT(log.text().find("authentication failed for 192.0.2.1 (2 times within a minute)") !=
					   std::string::npos);
	}

	void testRefusedAddressIsToldTheSameWhateverItSays()
	{
		_limits.refuseAfter = 1;
		start({user("alice")});
		CPPUNIT_ASSERT(!judge("a guess").user);
		const auto verdict = judge("alice's");
		CPPUNIT_ASSERT(!verdict.user);
		CPPUNIT_ASSERT_EQUAL(std::string(Protocol::ErrorText::INVALID_SECRET), std::string(verdict.refusal));
		_parts->advance(60s);
		CPPUNIT_ASSERT(judge("alice's").user != nullptr);
	}

	void testRightAnswerThatDoesNotHelpIsNoFailure()
	{
		const CapturedLog log;
		_limits.refuseAfter = 1;
		auto expired = user("alice");
		expired.expires = parseTime("2001-01-01");
		auto elsewhere = user("bob");
		elsewhere.allowed = NetworkSet::parse("198.51.100.0/24");
		start({expired, elsewhere, user("carol")});
		CPPUNIT_ASSERT_EQUAL(
			std::string(Protocol::ErrorText::USER_EXPIRED), std::string(judge("alice's").refusal));
		CPPUNIT_ASSERT_EQUAL(
			std::string(Protocol::ErrorText::ADDRESS_NOT_ALLOWED), std::string(judge("bob's").refusal));
		CPPUNIT_ASSERT(judge("carol's").user != nullptr);
		CPPUNIT_ASSERT(log.text().find("connection of 192.0.2.1:4711 refused: user expired user=alice") !=
					   std::string::npos);
	}

	void testTheUsersOfNowDecide()
	{
		start({user("alice")});
		Authentication authentication(_parts->context());
		const auto challenge = authentication.challenge();
		_parts->users().set(std::make_shared<const Users>(std::vector<User>{user("bob")}, std::nullopt));
		CPPUNIT_ASSERT(!authentication.judge(answerOf("alice's", challenge), _peer).user);
		CPPUNIT_ASSERT(authentication.judge(answerOf("bob's", challenge), _peer).user != nullptr);
	}

	void testDataConnectionAmongTenThousandUsers()
	{
		constexpr int TIMES = 500;
		std::vector<User> users;
		for (int i = 0; i < 10000; ++i) users.push_back(user("u" + std::to_string(i)));
		start(users);
		const auto tunnel = _parts->liveUsers().enter(_peer.host(), "u9999");
		Authentication authentication(_parts->context());
		const auto answer = answerOf("u9999's", authentication.challenge());
		const auto begin = std::chrono::steady_clock::now();
		for (int i = 0; i < TIMES; ++i)
			CPPUNIT_ASSERT_EQUAL(std::string("u9999"), nameOf(authentication.judge(answer, _peer).user));
		const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
		std::cout << " judged in " << took.count() / TIMES << " us ";
	}

private:
	[[nodiscard]] static User user(const std::string& name) { return {name, AnswerKey(Secret(name + "'s"))}; }

	[[nodiscard]] static std::vector<User> many()
	{
		std::vector<User> users{user("alice")};
		for (int i = 0; i < 20; ++i) users.push_back(user("u" + std::to_string(i)));
		return users;
	}

	void start(const std::vector<User>& users)
	{
		_parts = std::make_unique<ServerParts>("", 4096, 64, _limits, users);
	}

	[[nodiscard]] static std::string answerOf(const std::string& secret, const Poco::UUID& challenge)
	{
		return Authenticator(Secret(secret)).tag(challenge);
	}

	[[nodiscard]] Authentication::Verdict judge(const std::string& secret) const
	{
		Authentication authentication(_parts->context());
		return authentication.judge(answerOf(secret, authentication.challenge()), _peer);
	}

	const Poco::Net::SocketAddress _peer{"192.0.2.1", 4711};
	Limits _limits;
	std::unique_ptr<ServerParts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthenticationTest);
