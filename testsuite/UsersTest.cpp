//
// UsersTest.cpp
//

#include "Server/Users.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace std::string_literals;

class UsersTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UsersTest);
	CPPUNIT_TEST(testNobodyMeansOpen);
	CPPUNIT_TEST(testTheSecretsHolderHasNoName);
	CPPUNIT_TEST(testLogLinesNameUsersOnlyWhereThereAreSome);
	CPPUNIT_TEST(testUsersAreFoundByName);
	CPPUNIT_TEST(testSuccessorHasTheSameSecret);
	CPPUNIT_TEST(testDifferenceTellsTheOwnSecretFromTheNamedUsers);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNobodyMeansOpen()
	{
		CPPUNIT_ASSERT(Users().areOpen());
		CPPUNIT_ASSERT(Users({}, std::nullopt).areOpen());
		CPPUNIT_ASSERT(!Users({}, Secret("x")).areOpen());
		CPPUNIT_ASSERT(!Users(aliceAnd("x"), std::nullopt).areOpen());
	}

	void testTheSecretsHolderHasNoName()
	{
		const Users users(aliceAnd("b"), Secret("own"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), users.all().size());
		CPPUNIT_ASSERT(users.find("") != nullptr);
		CPPUNIT_ASSERT(users.find("")->key == AnswerKey(Secret("own")));
		CPPUNIT_ASSERT(!Users(aliceAnd("b"), std::nullopt).find(""));
	}

	void testLogLinesNameUsersOnlyWhereThereAreSome()
	{
		CPPUNIT_ASSERT_EQUAL(""s, tagOf(Users({}, Secret("own")).find("")));
		const Users users(aliceAnd("b"), Secret("own"));
		CPPUNIT_ASSERT_EQUAL(" user=-"s, tagOf(users.find("")));
		CPPUNIT_ASSERT_EQUAL(" user=alice"s, tagOf(users.find("alice")));
		CPPUNIT_ASSERT_EQUAL(""s, tagOf(nullptr));
		CPPUNIT_ASSERT_EQUAL(""s, nameOf(nullptr));
	}

	void testUsersAreFoundByName()
	{
		const Users users(aliceAnd("b"), std::nullopt);
		CPPUNIT_ASSERT_EQUAL("bob"s, users.find("bob")->name);
		CPPUNIT_ASSERT(!users.find("Bob"));
		CPPUNIT_ASSERT(!users.find("carol"));
	}

	void testSuccessorHasTheSameSecret()
	{
		const Users before(aliceAnd("b"), std::nullopt);
		const Users after(aliceAnd("another"), std::nullopt);
		CPPUNIT_ASSERT(after.successorOf(*before.find("alice")) == after.find("alice"));
		CPPUNIT_ASSERT(!after.successorOf(*before.find("bob")));
		CPPUNIT_ASSERT(!Users().successorOf(*before.find("alice")));
	}

	void testDifferenceTellsTheOwnSecretFromTheNamedUsers()
	{
		const Users before(aliceAnd("b"), Secret("own"));
		const auto difference = [&before](const std::vector<User>& named, const std::optional<Secret>& own)
		{
			const auto result = Users(named, own).differenceFrom(before);
			return std::string(result.own ? "own" : "") + (result.named ? "named" : "");
		};
		CPPUNIT_ASSERT_EQUAL(""s, difference(aliceAnd("b"), Secret("own")));
		CPPUNIT_ASSERT_EQUAL("own"s, difference(aliceAnd("b"), Secret("other")));
		CPPUNIT_ASSERT_EQUAL("own"s, difference(aliceAnd("b"), std::nullopt));
		CPPUNIT_ASSERT_EQUAL("named"s, difference(aliceAnd("another"), Secret("own")));
		CPPUNIT_ASSERT_EQUAL("named"s, difference({}, Secret("own")));
		auto more = aliceAnd("b");
		more.push_back({"carol", AnswerKey(Secret("c"))});
		CPPUNIT_ASSERT_EQUAL("ownnamed"s, difference(more, std::nullopt));
		auto renamed = aliceAnd("b");
		renamed.back().name = "Bob";
		CPPUNIT_ASSERT_EQUAL("named"s, difference(renamed, Secret("own")));
		CPPUNIT_ASSERT(Users({}, Secret("own")).differenceFrom(Users()).own);
		CPPUNIT_ASSERT(!Users().differenceFrom(Users()).own);
	}

private:
	[[nodiscard]] static std::vector<User> aliceAnd(const std::string& bobsSecret)
	{
		return {{"alice", AnswerKey(Secret("a"))}, {"bob", AnswerKey(Secret(bobsSecret))}};
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsersTest);
