//
// AccessRulesTest.cpp
//

#include "Server/AccessRules.h"

#include <Poco/Net/SocketAddress.h>

#include <algorithm>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace Bore;
using Poco::Net::IPAddress;

class AccessRulesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AccessRulesTest);
	CPPUNIT_TEST(testRulesWithoutListsLetEverybodyIn);
	CPPUNIT_TEST(testClientsAndVisitorsHaveListsOfTheirOwn);
	CPPUNIT_TEST(testVisitorHasToPassBothLists);
	CPPUNIT_TEST(testPortsOfNoListFollowTheServersAlone);
	CPPUNIT_TEST(testEachNameHasItsPorts);
	CPPUNIT_TEST(testLookUpAmongAThousandNetworks);
	CPPUNIT_TEST_SUITE_END();

public:
	void testRulesWithoutListsLetEverybodyIn()
	{
		const AccessRules rules;
		CPPUNIT_ASSERT(!rules.denialOfClient(IPAddress("192.0.2.1")));
		CPPUNIT_ASSERT(!rules.denialOfVisitor(IPAddress("2001:db8::1"), 8080));
	}

	void testClientsAndVisitorsHaveListsOfTheirOwn()
	{
		const AccessRules rules(denying("clients", "192.0.2.1"), denying("visitors", "192.0.2.2"), {});
		CPPUNIT_ASSERT_EQUAL(std::string("clients.deny"), rules.denialOfClient(IPAddress("192.0.2.1"))->key);
		CPPUNIT_ASSERT(!rules.denialOfClient(IPAddress("192.0.2.2")));
		CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, "192.0.2.1", 80));
		CPPUNIT_ASSERT_EQUAL(std::string("visitors.deny"), visit(rules, "192.0.2.2", 80));
	}

	void testVisitorHasToPassBothLists()
	{
		const AccessRules rules({}, allowing("visitors", "10.0.0.0/8, 2001:db8::/32"),
			{{PortRanges::parse("80"), allowing("access.web", "10.1.0.0/16, 11.0.0.0/8")}});
		CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, "10.1.0.1", 80));
		CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, "::ffff:10.1.0.1", 80));
		CPPUNIT_ASSERT_EQUAL(std::string("access.web.allow"), visit(rules, "10.2.0.1", 80));
		CPPUNIT_ASSERT_EQUAL(std::string("access.web.allow"), visit(rules, "2001:db8::1", 80));
		CPPUNIT_ASSERT_EQUAL(std::string("visitors.allow"), visit(rules, "11.0.0.1", 80));
		CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, "10.2.0.1", 81));
	}

	void testPortsOfNoListFollowTheServersAlone()
	{
		const AccessRules rules(
			{}, {}, {{PortRanges::parse("8000-8100, 9000, 65535"), denying("access.web", "0.0.0.0/0")}});
		for (const int inside : {8000, 8050, 8100, 9000, 65535})
			CPPUNIT_ASSERT_EQUAL(std::string("access.web.deny"), visit(rules, "192.0.2.1", inside));
		for (const int outside : {1, 7999, 8101, 8999, 9001, 65534})
			CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, "192.0.2.1", outside));
	}

	void testEachNameHasItsPorts()
	{
		// Ranges that lie between those of another name.
		const AccessRules rules({}, {},
			{{PortRanges::parse("30, 10"), denying("access.a", "::1")},
				{PortRanges::parse("20-29, 11"), denying("access.b", "::1")}});
		for (const int port : {10, 30})
			CPPUNIT_ASSERT_EQUAL(std::string("access.a.deny"), visit(rules, "::1", port));
		for (const int port : {11, 20, 29})
			CPPUNIT_ASSERT_EQUAL(std::string("access.b.deny"), visit(rules, "::1", port));
		for (const int port : {9, 12, 19, 31}) CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, "::1", port));
	}

	void testLookUpAmongAThousandNetworks()
	{
		// The worst there is: every length of prefix, and all four lists are asked.
		std::mt19937 dice(7); // any seed
		const auto networks = [&dice](int count)
		{
			std::vector<Network> result;
			for (int i = 0; i < count; ++i)
				result.emplace_back(i % 2 == 0 ? someIPv4(dice) : someIPv6(dice),
					(i % 2 == 0 ? 9 : 17) + dice() % (i % 2 == 0 ? 24 : 112));
			return result;
		};
		auto all = networks(250);
		all.push_back(Network::parse("203.0.113.7"));
		all.push_back(Network::parse("2001:db8::7"));
		const AccessRules rules({}, AccessList("visitors", NetworkSet(all), NetworkSet(networks(250))),
			{{PortRanges::parse("80"),
				AccessList("access.web", NetworkSet(all), NetworkSet(networks(250)))}});
		for (const std::string address : {"203.0.113.7", "::ffff:203.0.113.7", "2001:db8::7"})
		{
			CPPUNIT_ASSERT_EQUAL(_letIn, visit(rules, address, 80));
			print(address, rules);
		}
	}

private:
	const std::string _letIn = "let in";

	[[nodiscard]] static IPAddress someIPv4(std::mt19937& dice)
	{
		std::string text = std::to_string(1 + dice() % 200);
		for (int i = 0; i < 3; ++i) text += "." + std::to_string(dice() % 256);
		return IPAddress(text);
	}

	[[nodiscard]] static IPAddress someIPv6(std::mt19937& dice)
	{
		std::string text = "2a" + std::to_string(10 + dice() % 90);
		for (int i = 0; i < 7; ++i) text += ":" + std::to_string(1 + dice() % 9999);
		return IPAddress(text);
	}

	[[nodiscard]] static AccessList allowing(const std::string& name, const std::string& networks)
	{
		return AccessList(name, NetworkSet::parse(networks), {});
	}

	[[nodiscard]] static AccessList denying(const std::string& name, const std::string& networks)
	{
		return AccessList(name, {}, NetworkSet::parse(networks));
	}

	[[nodiscard]] static std::string visit(const AccessRules& rules, const std::string& address, int port)
	{
		const auto denial = rules.denialOfVisitor(IPAddress(address), static_cast<std::uint16_t>(port));
		return denial ? denial->key : "let in";
	}

	static void print(const std::string& address, const AccessRules& rules)
	/// What a look-up costs, for whoever reads it: the least of some rounds, since others use the machine, too.
	{
		constexpr int ROUNDS = 50;
		constexpr int TIMES = 200; // in a round
		const Poco::Net::SocketAddress peer(address, 4711);
		double least = std::numeric_limits<double>::max(); // nanoseconds
		for (int round = 0; round < ROUNDS; ++round)
		{
			const auto begun = std::chrono::steady_clock::now();
			for (int i = 0; i < TIMES; ++i) CPPUNIT_ASSERT(!rules.denialOfVisitor(peer.host(), 80));
			const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begun;
			least = std::min(least, spent.count() / TIMES);
		}
		std::cout << "\n  " << address << " among 1,000 networks: " << least << " ns";
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessRulesTest);
