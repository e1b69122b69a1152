//
// UserTest.cpp
//

#include "Server/User.h"
#include "Shared/Protocol.h"
#include "Shared/UtcTime.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace std::chrono_literals;

class UserTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UserTest);
	CPPUNIT_TEST(testUserWithoutRulesIsWelcome);
	CPPUNIT_TEST(testUserIsRefusedFromTheInstantOfExpiry);
	CPPUNIT_TEST(testUserIsRefusedFromOtherAddresses);
	CPPUNIT_TEST(testPorts);
	CPPUNIT_TEST(testUsersAreAlikeIfAllIsTheSame);
	CPPUNIT_TEST_SUITE_END();

public:
	void testUserWithoutRulesIsWelcome()
	{
		CPPUNIT_ASSERT(_user.refusal(_address, _now) == nullptr);
		CPPUNIT_ASSERT(_user.mayHave(1));
	}

	void testUserIsRefusedFromTheInstantOfExpiry()
	{
		_user.expires = _now + 1s;
		CPPUNIT_ASSERT(_user.refusal(_address, _now + 999ms) == nullptr);
		CPPUNIT_ASSERT_EQUAL(
			std::string(Protocol::ErrorText::USER_EXPIRED), std::string(_user.refusal(_address, _now + 1s)));
	}

	void testUserIsRefusedFromOtherAddresses()
	{
		_user.allowed = NetworkSet::parse("192.0.2.0/24");
		CPPUNIT_ASSERT(_user.refusal(_address, _now) == nullptr);
		CPPUNIT_ASSERT_EQUAL(std::string(Protocol::ErrorText::ADDRESS_NOT_ALLOWED),
			std::string(_user.refusal(Poco::Net::IPAddress("192.0.3.1"), _now)));
	}

	void testPorts()
	{
		_user.ports = PortRanges::parse("80");
		CPPUNIT_ASSERT(_user.mayHave(80));
		CPPUNIT_ASSERT(!_user.mayHave(81));
	}

	void testUsersAreAlikeIfAllIsTheSame()
	{
		CPPUNIT_ASSERT(_user.isLike(User(_user)));
		const auto differs = [this](const auto& change)
		{
			User other = _user;
			change(other);
			return !_user.isLike(other) && !other.isLike(_user);
		};
		CPPUNIT_ASSERT(differs([](User& other) { other.name = "other"; }));
		CPPUNIT_ASSERT(differs([](User& other) { other.key = AnswerKey(Secret("other")); }));
		CPPUNIT_ASSERT(differs([](User& other) { other.ports = PortRanges(1, 2); }));
		CPPUNIT_ASSERT(differs([](User& other) { other.allowed = NetworkSet::parse("192.0.2.0/24"); }));
		CPPUNIT_ASSERT(differs([](User& other) { other.maxTunnels = 77; }));
		CPPUNIT_ASSERT(differs([](User& other) { other.maxConnections = 77; }));
		CPPUNIT_ASSERT(differs([this](User& other) { other.expires = _now + 77s; }));
	}

private:
	const Poco::Net::IPAddress _address{"192.0.2.1"};
	const WallTime _now = parseTime("2027-01-31");
	User _user{"alice", AnswerKey(Secret("a"))};
};

CPPUNIT_TEST_SUITE_REGISTRATION(UserTest);
