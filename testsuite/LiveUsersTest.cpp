//
// LiveUsersTest.cpp
//

#include "Server/LiveUsers.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>
#include <vector>

using namespace Bore;

class LiveUsersTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LiveUsersTest);
	CPPUNIT_TEST(testUserIsKnownAsLongAsOneOfItsTunnels);
	CPPUNIT_TEST(testAddressesAreApart);
	CPPUNIT_TEST(testNetworkOf64IsOneAddress);
	CPPUNIT_TEST(testNoMoreThanSomeAreNamed);
	CPPUNIT_TEST_SUITE_END();

	using Names = std::vector<std::string>;
	using IPAddress = Poco::Net::IPAddress;

public:
	void testUserIsKnownAsLongAsOneOfItsTunnels()
	{
		auto first = _users.enter(_here, "alice");
		auto second = _users.enter(_here, "alice");
		CPPUNIT_ASSERT(_users.from(_here) == Names{"alice"});
		first.reset();
		CPPUNIT_ASSERT(_users.from(_here) == Names{"alice"});
		second.reset();
		CPPUNIT_ASSERT(_users.from(_here).empty());
	}

	void testAddressesAreApart()
	{
		const auto alice = _users.enter(_here, "alice");
		const auto bob = _users.enter(IPAddress("192.0.2.2"), "bob");
		CPPUNIT_ASSERT(_users.from(_here) == Names{"alice"});
		CPPUNIT_ASSERT(_users.from(IPAddress("::ffff:192.0.2.2")) == Names{"bob"});
	}

	void testNetworkOf64IsOneAddress()
	{
		const auto alice = _users.enter(IPAddress("2001:db8::1"), "alice");
		CPPUNIT_ASSERT(_users.from(IPAddress("2001:db8::2")) == Names{"alice"});
		CPPUNIT_ASSERT(_users.from(IPAddress("2001:db8:0:1::1")).empty());
	}

	void testNoMoreThanSomeAreNamed()
	{
		std::vector<std::unique_ptr<const LiveUsers::Lease>> leases;
		for (std::size_t i = 0; i < LiveUsers::MOST + 10; ++i)
			leases.push_back(_users.enter(_here, std::to_string(i)));
		CPPUNIT_ASSERT_EQUAL(LiveUsers::MOST, _users.from(_here).size());
	}

private:
	const IPAddress _here{"192.0.2.1"};
	LiveUsers _users;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LiveUsersTest);
