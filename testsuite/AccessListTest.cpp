//
// AccessListTest.cpp
//

#include "Server/AccessList.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using Poco::Net::IPAddress;

class AccessListTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AccessListTest);
	CPPUNIT_TEST(testEmptyListLetsEverybodyIn);
	CPPUNIT_TEST(testWithoutAllowedEverybodyIsButTheDenied);
	CPPUNIT_TEST(testWithAllowedNobodyElseIs);
	CPPUNIT_TEST(testDenyWinsOverAllow);
	CPPUNIT_TEST(testOneFamilyAllowedIsTheOtherNot);
	CPPUNIT_TEST(testMappedAddressIsTheIPv4Address);
	CPPUNIT_TEST(testDenialSaysWhichKeyAndWhy);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEmptyListLetsEverybodyIn()
	{
		for (const std::string address : {"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"})
		{
			CPPUNIT_ASSERT(!AccessList().denialOf(IPAddress(address)));
			CPPUNIT_ASSERT(!AccessList("visitors", {}, {}).denialOf(IPAddress(address)));
		}
	}

	void testWithoutAllowedEverybodyIsButTheDenied()
	{
		const AccessList list("visitors", {}, NetworkSet::parse("192.0.2.0/24, 2001:db8::/32"));
		CPPUNIT_ASSERT_EQUAL(_denied, keyOf(list, "192.0.2.255"));
		CPPUNIT_ASSERT_EQUAL(_denied, keyOf(list, "2001:db8:ffff::1"));
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(list, "192.0.3.0"));
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(list, "2001:db9::1"));
	}

	void testWithAllowedNobodyElseIs()
	{
		const AccessList list("visitors", NetworkSet::parse("192.0.2.0/24, 2001:db8::/32"), {});
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(list, "192.0.2.0"));
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(list, "2001:db8::"));
		CPPUNIT_ASSERT_EQUAL(_notAllowed, keyOf(list, "192.0.1.255"));
		CPPUNIT_ASSERT_EQUAL(_notAllowed, keyOf(list, "2001:db7:ffff::1"));
	}

	void testDenyWinsOverAllow()
	{
		// Whichever of the two is the narrower.
		const AccessList hole("visitors", NetworkSet::parse("10.0.0.0/8"), NetworkSet::parse("10.1.0.0/16"));
		CPPUNIT_ASSERT_EQUAL(_denied, keyOf(hole, "10.1.2.3"));
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(hole, "10.2.2.3"));
		CPPUNIT_ASSERT_EQUAL(_notAllowed, keyOf(hole, "11.1.2.3"));
		const AccessList none("visitors", NetworkSet::parse("10.1.0.0/16"), NetworkSet::parse("10.0.0.0/8"));
		CPPUNIT_ASSERT_EQUAL(_denied, keyOf(none, "10.1.2.3"));
	}

	void testOneFamilyAllowedIsTheOtherNot()
	{
		const AccessList list("visitors", NetworkSet::parse("0.0.0.0/0"), {});
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(list, "192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL(_notAllowed, keyOf(list, "2001:db8::1"));
	}

	void testMappedAddressIsTheIPv4Address()
	{
		// A visitor of a socket that serves both families has such an address.
		const AccessList list("visitors", NetworkSet::parse("192.0.2.0/24"), NetworkSet::parse("192.0.2.7"));
		CPPUNIT_ASSERT_EQUAL(_letIn, keyOf(list, "::ffff:192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL(_denied, keyOf(list, "::ffff:192.0.2.7"));
		CPPUNIT_ASSERT_EQUAL(_notAllowed, keyOf(list, "::ffff:192.0.3.1"));
		CPPUNIT_ASSERT_EQUAL(
			_notAllowed, keyOf(AccessList("visitors", NetworkSet::parse("::/0"), {}), "::ffff:192.0.2.1"));
	}

	void testDenialSaysWhichKeyAndWhy()
	{
		const AccessList list("access.web", NetworkSet::parse("10.0.0.0/8"), NetworkSet::parse("10.0.0.1"));
		const auto denied = list.denialOf(IPAddress("10.0.0.1"));
		CPPUNIT_ASSERT_EQUAL(std::string("access.web.deny"), denied->key);
		CPPUNIT_ASSERT_EQUAL(std::string("its address is in access.web.deny"), denied->reason);
		const auto stranger = list.denialOf(IPAddress("11.0.0.1"));
		CPPUNIT_ASSERT_EQUAL(std::string("access.web.allow"), stranger->key);
		CPPUNIT_ASSERT_EQUAL(std::string("its address is not in access.web.allow"), stranger->reason);
	}

private:
	const std::string _letIn = "let in";
	const std::string _denied = "visitors.deny";
	const std::string _notAllowed = "visitors.allow";

	[[nodiscard]] static std::string keyOf(const AccessList& list, const std::string& address)
	{
		const auto denial = list.denialOf(IPAddress(address));
		return denial ? denial->key : "let in";
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessListTest);
