//
// CurrentUsersTest.cpp
//

#include "Server/CurrentUsers.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <thread>

using namespace Bore;

class CurrentUsersTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CurrentUsersTest);
	CPPUNIT_TEST(testExchangedUsersStayWithWhoHasThem);
	CPPUNIT_TEST(testUsersAreExchangedWhileOthersLook);
	CPPUNIT_TEST_SUITE_END();

public:
	void testExchangedUsersStayWithWhoHasThem()
	{
		CurrentUsers current(std::make_shared<const Users>());
		const auto before = current.get();
		current.set(alice());
		CPPUNIT_ASSERT(before->areOpen());
		CPPUNIT_ASSERT(current.get()->find("alice") != nullptr);
	}

	void testUsersAreExchangedWhileOthersLook()
	{
		CurrentUsers current(alice());
		std::atomic<bool> stop{false};
		std::atomic<int> missed{0};
		std::thread reader(
			[&]
			{
				while (!stop)
					if (!current.get()->find("alice")) ++missed;
			});
		for (int i = 0; i < 1000; ++i) current.set(alice());
		stop = true;
		reader.join();
		CPPUNIT_ASSERT_EQUAL(0, missed.load());
	}

private:
	[[nodiscard]] static std::shared_ptr<const Users> alice()
	{
		return std::make_shared<const Users>(
			std::vector<User>{{"alice", AnswerKey(Secret("a"))}}, std::nullopt);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CurrentUsersTest);
