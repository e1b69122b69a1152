//
// NetworkSetTest.cpp
//

#include "Shared/NetworkSet.h"

#include <cppunit/extensions/HelperMacros.h>
#include <random>
#include <stdexcept>
#include <string>

using namespace Bore;
using namespace std::string_literals;
using Poco::Net::IPAddress;

class NetworkSetTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(NetworkSetTest);
	CPPUNIT_TEST(testListIsSeparatedByCommasOrBlanks);
	CPPUNIT_TEST(testEmptySetContainsNothing);
	CPPUNIT_TEST(testNetworkGivenTwiceCountsOnce);
	CPPUNIT_TEST(testNetworkWithinAnotherChangesNothing);
	CPPUNIT_TEST(testFirstWrongNetworkIsTold);
	CPPUNIT_TEST(testMappedAddressIsFoundAmongIPv4);
	CPPUNIT_TEST(testItSaysWhatEachNetworkSays);
	CPPUNIT_TEST(testNetworkOfAnAddressIsFound);
	CPPUNIT_TEST_SUITE_END();

public:
	void testListIsSeparatedByCommasOrBlanks()
	{
		for (const std::string list : {"10.0.0.0/8,::1,192.0.2.0/24", "10.0.0.0/8 ::1\t192.0.2.0/24",
				 " 10.0.0.0/8 , ::1,, 192.0.2.0/24\n"})
		{
			const NetworkSet set = NetworkSet::parse(list);
			CPPUNIT_ASSERT_EQUAL(std::size_t{3}, set.size());
			for (const std::string inside : {"10.9.8.7", "::1", "192.0.2.255"})
				CPPUNIT_ASSERT_MESSAGE(inside, set.contains(IPAddress(inside)));
			for (const std::string outside : {"11.0.0.0", "::2", "192.0.3.0"})
				CPPUNIT_ASSERT_MESSAGE(outside, !set.contains(IPAddress(outside)));
		}
	}

	void testEmptySetContainsNothing()
	{
		CPPUNIT_ASSERT(NetworkSet().empty());
		CPPUNIT_ASSERT(!NetworkSet().contains(IPAddress("10.0.0.1")));
	}

	void testNetworkGivenTwiceCountsOnce()
	{
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, NetworkSet::parse("10.0.0.0/8, ::ffff:10.0.0.0/104").size());
	}

	void testNetworkWithinAnotherChangesNothing()
	{
		const NetworkSet set = NetworkSet::parse("10.1.2.3, 10.0.0.0/8, 10.1.0.0/16, 0:a00::/32, 10.0.0.0/9");
		CPPUNIT_ASSERT_EQUAL(std::size_t{2}, set.size());
		for (const std::string inside : {"10.0.0.0", "10.1.2.3", "10.200.0.0", "10.255.255.255", "0:a00::1"})
			CPPUNIT_ASSERT_MESSAGE(inside, set.contains(IPAddress(inside)));
		for (const std::string outside : {"9.255.255.255", "11.0.0.0", "0:a01::", "::"})
			CPPUNIT_ASSERT_MESSAGE(outside, !set.contains(IPAddress(outside)));
	}

	void testFirstWrongNetworkIsTold()
	{
		CPPUNIT_ASSERT_EQUAL("\"10.0.0.1/8\" has bits behind its prefix: write 10.0.0.0/8"s,
			failureOf("::1, 10.0.0.1/8, nonsense"));
		for (const std::string none : {"", " ", ",", ", ,"})
			CPPUNIT_ASSERT_EQUAL("the list is empty: write networks, such as 192.0.2.0/24"s, failureOf(none));
	}

	void testMappedAddressIsFoundAmongIPv4()
	{
		CPPUNIT_ASSERT(NetworkSet::parse("10.0.0.0/8").contains(IPAddress("::ffff:10.1.1.1")));
		CPPUNIT_ASSERT(!NetworkSet::parse("::/0").contains(IPAddress("::ffff:10.1.1.1")));
	}

	void testNetworkOfAnAddressIsFound()
	{
		const auto set = NetworkSet::parse("10.0.0.0/8, 10.1.0.0/16, 2001:db8::/32, 192.0.2.1");
		const auto found = [&set](const char* address) { return set.find(IPAddress(address)); };
		CPPUNIT_ASSERT_EQUAL("10.0.0.0/8"s, found("10.1.1.1")->toString());
		CPPUNIT_ASSERT_EQUAL("192.0.2.1/32"s, found("::ffff:192.0.2.1")->toString());
		CPPUNIT_ASSERT_EQUAL("2001:db8::/32"s, found("2001:db8::1")->toString());
		CPPUNIT_ASSERT(found("192.0.2.2") == nullptr);
		CPPUNIT_ASSERT(NetworkSet().find(IPAddress("10.0.0.1")) == nullptr);
	}

	void testItSaysWhatEachNetworkSays()
	{
		std::mt19937 dice(20); // any seed: networks and addresses close enough to meet
		std::vector<Network> networks;
		for (int i = 0; i < 1000; ++i) networks.emplace_back(randomAddress(dice), 8 + dice() % 25);
		const NetworkSet set(networks);
		int inside = 0;
		for (int i = 0; i < 1000; ++i)
		{
			const IPAddress address = randomAddress(dice);
			bool expected = false;
			for (const auto& network : networks) expected = expected || network.contains(address);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(address.toString(), expected, set.contains(address));
			inside += expected ? 1 : 0;
		}
		CPPUNIT_ASSERT(inside > 50 && inside < 950);
	}

private:
	[[nodiscard]] static IPAddress randomAddress(std::mt19937& dice)
	{
		const auto part = [&dice](unsigned most) { return "." + std::to_string(dice() % most); };
		return IPAddress(std::to_string(dice() % 200) + part(8) + part(8) + part(256));
	}

	[[nodiscard]] static std::string failureOf(const std::string& list)
	{
		try
		{
			static_cast<void>(NetworkSet::parse(list));
		}
		catch (const std::invalid_argument& e)
		{
			return e.what();
		}
		return "none";
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkSetTest);
