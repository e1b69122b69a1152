//
// NetworkTest.cpp
//

#include "Shared/Network.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace Bore;
using namespace std::string_literals;
using Poco::Net::IPAddress;

class NetworkTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(NetworkTest);
	CPPUNIT_TEST(testNetworksAreReadAndWritten);
	CPPUNIT_TEST(testAddressAloneIsItsOwnNetwork);
	CPPUNIT_TEST(testEdgesOfANetwork);
	CPPUNIT_TEST(testPrefixNeedNotEndWithAByte);
	CPPUNIT_TEST(testWholeFamilies);
	CPPUNIT_TEST(testMappedAddressesAreIPv4);
	CPPUNIT_TEST(testOtherTextIsRefused);
	CPPUNIT_TEST(testBitsBehindThePrefixAreRefused);
	CPPUNIT_TEST(testAddressesAreCutToNetworks);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNetworksAreReadAndWritten()
	{
		for (const std::string text :
			{"192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::/32", "::/0", "::1/128"})
			CPPUNIT_ASSERT_EQUAL(text, Network::parse(text).toString());
	}

	void testAddressAloneIsItsOwnNetwork()
	{
		CPPUNIT_ASSERT_EQUAL("192.0.2.1/32"s, Network::parse("192.0.2.1").toString());
		CPPUNIT_ASSERT_EQUAL("::1/128"s, Network::parse("::1").toString());
	}

	void testEdgesOfANetwork()
	{
		expectEdges("192.0.2.0/24", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0");
		expectEdges("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
			"2001:db7:ffff::", "2001:db9::");
		expectEdges("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.0", "192.0.2.2");
	}

	void testPrefixNeedNotEndWithAByte()
	{
		expectEdges("10.0.0.8/29", "10.0.0.8", "10.0.0.15", "10.0.0.7", "10.0.0.16");
		expectEdges("2001:db8::/33", "2001:db8::", "2001:db8:7fff::1", "2001:db7::", "2001:db8:8000::");
	}

	void testWholeFamilies()
	{
		expectEdges("0.0.0.0/0", "0.0.0.0", "255.255.255.255", "::", "::1");
		expectEdges("::/0", "::", "ffff::", "1.2.3.4", "::ffff:1.2.3.4");
	}

	void testMappedAddressesAreIPv4()
	{
		CPPUNIT_ASSERT(Network::parse("192.0.2.0/24").contains(IPAddress("::ffff:192.0.2.7")));
		CPPUNIT_ASSERT(!Network::parse("192.0.2.0/24").contains(IPAddress("::ffff:192.0.3.7")));
		CPPUNIT_ASSERT_EQUAL("192.0.2.0/24"s, Network::parse("::ffff:192.0.2.0/120").toString());
		CPPUNIT_ASSERT_EQUAL("0.0.0.0/0"s, Network::parse("::ffff:0:0/96").toString());
		CPPUNIT_ASSERT(Network::parse("::ffff:192.0.2.7").contains(IPAddress("192.0.2.7")));
	}

	void testOtherTextIsRefused()
	{
		for (const std::string bad : {"", "localhost", "8080", "10.0.0", "10.0.0.0.0/8", "[::1]",
				 "fe80::1%lo", "/8", "10.0.0.0:80", "256.0.0.1"})
			expectRefusal(
				bad, "is no network: write an IP address and a prefix, 192.0.2.0/24 or 2001:db8::/32");
		for (const std::string bad :
			{"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/255.0.0.0", "10.0.0.0/ 8"})
			expectRefusal(bad, "has a wrong prefix: write a number from 0 to 32 after the slash");
		expectRefusal("::/129", "has a wrong prefix: write a number from 0 to 128 after the slash");
	}

	void testBitsBehindThePrefixAreRefused()
	{
		expectRefusal("10.1.2.3/8", "has bits behind its prefix: write 10.0.0.0/8");
		expectRefusal("2001:db8::1/64", "has bits behind its prefix: write 2001:db8::/64");
		expectRefusal("::ffff:10.0.0.1/104", "has bits behind its prefix: write 10.0.0.0/8");
	}

	void testAddressesAreCutToNetworks()
	{
		CPPUNIT_ASSERT_EQUAL("10.0.0.0/8"s, Network(IPAddress("10.1.2.3"), 8).toString());
		CPPUNIT_ASSERT_EQUAL("10.1.0.0/16"s, Network(IPAddress("10.1.2.3")).cut(16).toString());
		CPPUNIT_ASSERT_EQUAL("10.0.0.0/8"s, Network(IPAddress("10.1.2.3"), 8).cut(16).toString());
	}

private:
	static void expectEdges(const std::string& network, const std::string& first, const std::string& last,
		const std::string& before, const std::string& behind)
	{
		for (const auto& inside : {first, last})
			CPPUNIT_ASSERT_MESSAGE(inside, Network::parse(network).contains(IPAddress(inside)));
		for (const auto& outside : {before, behind})
			CPPUNIT_ASSERT_MESSAGE(outside, !Network::parse(network).contains(IPAddress(outside)));
	}

	static void expectRefusal(const std::string& text, const std::string& reason)
	{
		try
		{
			static_cast<void>(Network::parse(text));
		}
		catch (const std::invalid_argument& e)
		{
			CPPUNIT_ASSERT_EQUAL("\"" + text + "\" " + reason, std::string(e.what()));
			return;
		}
		CPPUNIT_FAIL(text + " passed");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkTest);
