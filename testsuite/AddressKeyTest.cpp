//
// AddressKeyTest.cpp
//

#include "Shared/AddressKey.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class AddressKeyTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AddressKeyTest);
	CPPUNIT_TEST(testIPv4IsItself);
	CPPUNIT_TEST(testMappedIPv4IsTheIPv4);
	CPPUNIT_TEST(testIPv6IsItsNetworkOf64);
	CPPUNIT_TEST(testNeighboursInA64AreOne);
	CPPUNIT_TEST(testScopeDoesNotCount);
	CPPUNIT_TEST_SUITE_END();

public:
	void testIPv4IsItself()
	{
		expect("192.0.2.1", "192.0.2.1");
		expect("127.0.0.1", "127.0.0.1");
	}

	void testMappedIPv4IsTheIPv4()
	{
		expect("192.0.2.1", "::ffff:192.0.2.1");
		expect("192.0.2.1", "::ffff:c000:201");
	}

	void testIPv6IsItsNetworkOf64()
	{
		expect("2001:db8:0:1::/64", "2001:db8:0:1:2:3:4:5");
		expect("::/64", "::1");
	}

	void testNeighboursInA64AreOne()
	{
		CPPUNIT_ASSERT_EQUAL(keyOf("2001:db8::1"), keyOf("2001:db8::ffff:ffff:ffff:ffff"));
		CPPUNIT_ASSERT(keyOf("2001:db8::1") != keyOf("2001:db8:0:1::1"));
	}

	void testScopeDoesNotCount() { expect("fe80::/64", "fe80::1%lo"); }

private:
	static std::string keyOf(const std::string& address) { return addressKey(Poco::Net::IPAddress(address)); }

	static void expect(const std::string& key, const std::string& address)
	{
		CPPUNIT_ASSERT_EQUAL(key, keyOf(address));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(AddressKeyTest);
