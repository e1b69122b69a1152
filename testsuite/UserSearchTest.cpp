//
// UserSearchTest.cpp
//

#include "Server/UserSearch.h"
#include "Shared/Authenticator.h"
#include "Shared/Uuid.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace Bore;
using namespace std::string_literals;

class UserSearchTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UserSearchTest);
	CPPUNIT_TEST(testAnswersOfARealPeerFindTheirUsers);
	CPPUNIT_TEST(testWrongAnswerFindsNobody);
	CPPUNIT_TEST(testAnswerToAnotherChallengeFindsNobody);
	CPPUNIT_TEST(testAmongFindsOnlyThoseNamed);
	CPPUNIT_TEST(testNamesOfNobodyArePassedBy);
	CPPUNIT_TEST(testWhatIsNoAnswerFindsNobody);
	CPPUNIT_TEST(testTenThousandUsersAreSearched);
	CPPUNIT_TEST_SUITE_END();

public:
	void testAnswersOfARealPeerFindTheirUsers()
	{
		std::ifstream file(BORE_TEST_DATA "/auth.json");
		const auto vectors = Poco::JSON::Parser().parse(file).extract<Poco::JSON::Array::Ptr>();
		std::map<std::string, std::string> names; // by secret
		std::vector<User> list;
		for (unsigned i = 0; i < vectors->size(); ++i)
		{
			const auto secret = vectors->getObject(i)->getValue<std::string>("secret");
			if (secret.empty() || !names.emplace(secret, "u" + std::to_string(i)).second) continue;
			list.push_back({names[secret], AnswerKey(Secret(secret))});
		}
		CPPUNIT_ASSERT(list.size() > 2);
		const Users users(list, std::nullopt);
		for (unsigned i = 0; i < vectors->size(); ++i)
		{
			const auto vector = vectors->getObject(i);
			const auto secret = vector->getValue<std::string>("secret");
			const auto tag = vector->getValue<std::string>("tag");
			const auto found =
				UserSearch(users, Poco::UUID(vector->getValue<std::string>("challenge")), tag).amongAll();
			CPPUNIT_ASSERT_EQUAL(secret.empty() ? ""s : names[secret], nameOf(found));
		}
	}

	void testWrongAnswerFindsNobody()
	{
		const Users users = some(3);
		const auto tag = tagOf("not a secret of anybody");
		CPPUNIT_ASSERT(!UserSearch(users, _challenge, tag).amongAll());
		CPPUNIT_ASSERT(!UserSearch(users, _challenge, tag).among({"user1"}));
	}

	void testAnswerToAnotherChallengeFindsNobody()
	{
		const Users users = some(3);
		const auto tag = tagOf("secret1");
		CPPUNIT_ASSERT(!UserSearch(users, secureRandomUuid(), tag).amongAll());
		CPPUNIT_ASSERT_EQUAL("user1"s, nameOf(UserSearch(users, _challenge, tag).amongAll()));
	}

	void testAmongFindsOnlyThoseNamed()
	{
		const Users users = some(3);
		const auto tag = tagOf("secret1");
		CPPUNIT_ASSERT_EQUAL("user1"s, nameOf(UserSearch(users, _challenge, tag).among({"user0", "user1"})));
		CPPUNIT_ASSERT(!UserSearch(users, _challenge, tag).among({"user0", "user2"}));
		CPPUNIT_ASSERT(!UserSearch(users, _challenge, tag).among({}));
	}

	void testNamesOfNobodyArePassedBy()
	{
		const Users users = some(3);
		const auto tag = tagOf("secret1");
		CPPUNIT_ASSERT_EQUAL("user1"s, nameOf(UserSearch(users, _challenge, tag).among({"gone", "user1"})));
	}

	void testWhatIsNoAnswerFindsNobody()
	{
		const Users users = some(1);
		for (const auto& text : {""s, "00"s, tagOf("secret0") + "0", tagOf("secret0").substr(1)})
		{
			CPPUNIT_ASSERT(!UserSearch(users, _challenge, text).amongAll());
			CPPUNIT_ASSERT(!UserSearch(users, _challenge, text).among({"user0"}));
		}
	}

	void testTenThousandUsersAreSearched()
	{
		constexpr std::size_t MANY = 10000;
		constexpr int TIMES = 20;
		const Users users = some(MANY);
		const auto tag = tagOf("secret9999");
		const auto all = microseconds(TIMES, [&]
			{ CPPUNIT_ASSERT_EQUAL("user9999"s, nameOf(UserSearch(users, _challenge, tag).amongAll())); });
		const std::vector<std::string> names{"user9999"};
		const auto one = microseconds(TIMES * 100, [&]
			{ CPPUNIT_ASSERT_EQUAL("user9999"s, nameOf(UserSearch(users, _challenge, tag).among(names))); });
		const Authenticator authenticator(Secret("secret9999"));
		const auto before =
			microseconds(TIMES * 100, [&] { CPPUNIT_ASSERT(authenticator.verify(_challenge, tag)); });
		std::cout << " all of " << MANY << ": " << all << " us; one that is named: " << one
				  << " us; Authenticator: " << before << " us ";
	}

private:
	[[nodiscard]] static Users some(std::size_t count)
	{
		std::vector<User> users;
		users.reserve(count);
		for (std::size_t i = 0; i < count; ++i)
		{
			const auto number = std::to_string(i);
			users.push_back({"user" + number, AnswerKey(Secret("secret" + number))});
		}
		return {users, std::nullopt};
	}

	[[nodiscard]] std::string tagOf(const std::string& secret) const
	{
		return Authenticator(Secret(secret)).tag(_challenge);
	}

	template <typename Work>
	[[nodiscard]] static double microseconds(int times, Work&& work)
	/// For each.
	{
		const auto begin = std::chrono::steady_clock::now();
		for (int i = 0; i < times; ++i) work();
		const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
		return took.count() / times;
	}

	const Poco::UUID _challenge = secureRandomUuid();
};

CPPUNIT_TEST_SUITE_REGISTRATION(UserSearchTest);
