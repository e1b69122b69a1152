//
// AccessSettingsTest.cpp
//

#include "Server/AccessSettings.h"
#include "Server/ServerSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using Poco::Net::IPAddress;

class AccessSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AccessSettingsTest);
	CPPUNIT_TEST(testByDefaultEverybodyMay);
	CPPUNIT_TEST(testEachKeyHasItsEffect);
	CPPUNIT_TEST(testOptionsAndVariablesDoTheSame);
	CPPUNIT_TEST(testNamedPortsHaveListsOfTheirOwn);
	CPPUNIT_TEST(testPortsWithoutListsAreNoFault);
	CPPUNIT_TEST(testListsWithoutPortsAreRefused);
	CPPUNIT_TEST(testPortsThatAreWrongAreNotMissing);
	CPPUNIT_TEST(testPortsOfTwoNamesAreRefused);
	CPPUNIT_TEST(testEveryOverlapIsTold);
	CPPUNIT_TEST(testOverlapAcrossFilesIsTheFaultOfTheLater);
	CPPUNIT_TEST(testPortsThatTouchAreApart);
	CPPUNIT_TEST(testWrongNetworkIsRefused);
	CPPUNIT_TEST(testProxiesAreThoseOfTheirNetworks);
	CPPUNIT_TEST_SUITE_END();

public:
	void testByDefaultEverybodyMay()
	{
		const AccessRules rules = read("");
		CPPUNIT_ASSERT_EQUAL(_may, client(rules, "192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL(_may, visitor(rules, "2001:db8::1", 80));
	}

	void testEachKeyHasItsEffect()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("clients.allow"),
			client(read("clients.allow = 10.0.0.0/8, 2001:db8::/32\n"), "192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL(
			std::string("clients.deny"), client(read("clients.deny = 192.0.2.0/24\n"), "192.0.2.1"));
		CPPUNIT_ASSERT_EQUAL(
			std::string("visitors.allow"), visitor(read("visitors.allow = 10.0.0.0/8\n"), "192.0.2.1", 80));
		CPPUNIT_ASSERT_EQUAL(
			std::string("visitors.deny"), visitor(read("visitors.deny = 192.0.2.0/24\n"), "192.0.2.1", 80));
	}

	void testOptionsAndVariablesDoTheSame()
	{
		const AccessRules rules = ServerSettings::config(
			load(ServerSettings::table(), {"--visitors-deny=192.0.2.1", "--clients-allow=10.0.0.0/8"},
				{{"BORE_VISITORS_ALLOW", "192.0.2.0/24"}, {"BORE_CLIENTS_DENY", "10.0.0.1"}}))
									  .access;
		CPPUNIT_ASSERT_EQUAL(std::string("visitors.deny"), visitor(rules, "192.0.2.1", 80));
		CPPUNIT_ASSERT_EQUAL(_may, visitor(rules, "192.0.2.2", 80));
		CPPUNIT_ASSERT_EQUAL(std::string("visitors.allow"), visitor(rules, "192.0.3.1", 80));
		CPPUNIT_ASSERT_EQUAL(std::string("clients.deny"), client(rules, "10.0.0.1"));
		CPPUNIT_ASSERT_EQUAL(_may, client(rules, "10.0.0.2"));
		CPPUNIT_ASSERT_EQUAL(std::string("clients.allow"), client(rules, "11.0.0.1"));
	}

	void testNamedPortsHaveListsOfTheirOwn()
	{
		const AccessRules rules = read("access.web.ports = 8000-8100, 9000\naccess.web.allow = 10.0.0.0/8\n"
									   "access.db.deny = 10.0.0.1\naccess.db.ports = 5432\n");
		CPPUNIT_ASSERT_EQUAL(std::string("access.web.allow"), visitor(rules, "192.0.2.1", 8050));
		CPPUNIT_ASSERT_EQUAL(std::string("access.web.allow"), visitor(rules, "192.0.2.1", 9000));
		CPPUNIT_ASSERT_EQUAL(_may, visitor(rules, "10.0.0.1", 9000));
		CPPUNIT_ASSERT_EQUAL(std::string("access.db.deny"), visitor(rules, "10.0.0.1", 5432));
		CPPUNIT_ASSERT_EQUAL(_may, visitor(rules, "192.0.2.1", 5433));
	}

	void testPortsWithoutListsAreNoFault()
	{
		CPPUNIT_ASSERT_EQUAL(_may, visitor(read("access.web.ports = 80\n"), "192.0.2.1", 80));
	}

	void testListsWithoutPortsAreRefused()
	{
		expectRefusal("minPort = 2000\naccess.web.allow = 10.0.0.0/8\n",
			{":2: access.web.allow: no ports that this is for: give access.web.ports too, or visitors.allow"
			 " for all ports"});
		expectRefusal("access.web.deny = 10.0.0.0/8\naccess.b.ports = 80\naccess.c.allow = ::1\n",
			{":1: access.web.deny: no ports that this is for: give access.web.ports too, or visitors.deny"
			 " for all ports",
				":3: access.c.allow: no ports that this is for: give access.c.ports too, or visitors.allow"
				" for all ports"});
	}

	void testPortsThatAreWrongAreNotMissing()
	{
		expectRefusal("access.web.ports = 80-\naccess.web.allow = 10.0.0.0/8\n",
			{":1: access.web.ports: \"80-\" is no port from 1 to 65535 and no range of them: write 9000 or"
			 " 8000-8100"});
	}

	void testPortsOfTwoNamesAreRefused()
	{
		const std::string file = _directory.path("f");
		expectRefusal("access.a.ports = 90, 8000-8100\naccess.b.ports = 8100-8200\n",
			{":2: access.b.ports: port 8100 is in access.a.ports 90, 8000-8100 (" + file +
				":1) and in access.b.ports 8100-8200 (" + file + ":2): leave it to one of them"});
	}

	void testEveryOverlapIsTold()
	{
		const std::string file = _directory.path("f");
		const std::string all = "access.all.ports 1-65535 (" + file + ":2)";
		// One line for two names, however many ports they share.
		expectRefusal("access.a.ports = 80, 82\naccess.all.ports = 1-65535\naccess.c.ports = 90\n",
			{":2: access.all.ports: port 80 is in " + all + " and in access.a.ports 80, 82 (" + file +
					":1): leave it to one of them",
				":3: access.c.ports: port 90 is in " + all + " and in access.c.ports 90 (" + file +
					":3): leave it to one of them"});
	}

	void testOverlapAcrossFilesIsTheFaultOfTheLater()
	{
		std::filesystem::create_directory(_directory.path("conf.d"));
		const std::string later = _directory.write("conf.d/1.properties", "access.b.ports = 80\n");
		const std::string file = _directory.write("f", "access.a.ports = 80\n");
		const Refusal refusal = refusalOf(
			[&] {
				static_cast<void>(load(ServerSettings::table(), {"--config", file}));
			});
		CPPUNIT_ASSERT_EQUAL(std::string(), refusal.text); // each value is good
		CPPUNIT_ASSERT_EQUAL(later + ":1: access.b.ports: port 80 is in access.a.ports 80 (" + file +
								 ":1) and in access.b.ports 80 (" + later + ":1): leave it to one of them",
			refusalOf(
				[&] {
					static_cast<void>(
						ServerSettings::config(load(ServerSettings::table(), {"--config", file})));
				})
				.text);
	}

	void testPortsThatTouchAreApart()
	{
		const AccessRules rules = read("access.a.ports = 80-89, 100\naccess.a.deny = ::/0\n"
									   "access.b.ports = 90-99, 101\n");
		CPPUNIT_ASSERT_EQUAL(std::string("access.a.deny"), visitor(rules, "::1", 89));
		CPPUNIT_ASSERT_EQUAL(_may, visitor(rules, "::1", 90));
	}

	void testWrongNetworkIsRefused()
	{
		expectRefusal("visitors.deny = 10.0.0.1/8\naccess.web.allow =\naccess.web.ports = 80\n",
			{":1: visitors.deny: \"10.0.0.1/8\" has bits behind its prefix: write 10.0.0.0/8",
				":2: access.web.allow: the list is empty: write networks, such as 192.0.2.0/24"});
	}

	void testProxiesAreThoseOfTheirNetworks()
	{
		CPPUNIT_ASSERT(read("").proxies().clients.empty());
		CPPUNIT_ASSERT(read("").proxies().visitors.empty());
		const auto rules = read("control.acceptProxyProtocol = 10.0.0.0/24, ::1\n"
								"visitors.acceptProxyProtocol = 192.0.2.1\n");
		CPPUNIT_ASSERT(rules.proxies().clients.contains(IPAddress("10.0.0.7")));
		CPPUNIT_ASSERT(rules.proxies().clients.contains(IPAddress("::1")));
		CPPUNIT_ASSERT(!rules.proxies().clients.contains(IPAddress("192.0.2.1")));
		CPPUNIT_ASSERT(rules.proxies().visitors.contains(IPAddress("192.0.2.1")));
		CPPUNIT_ASSERT(!rules.proxies().visitors.contains(IPAddress("10.0.0.7")));
		expectRefusal("control.acceptProxyProtocol = proxy\n",
			{":1: control.acceptProxyProtocol: \"proxy\" is no network: write an IP address and a prefix,"
			 " 192.0.2.0/24 or 2001:db8::/32"});
	}

private:
	const std::string _may = "let in";

	[[nodiscard]] AccessRules read(const std::string& content) const
	{
		return ServerSettings::config(
			load(ServerSettings::table(), {"--config", _directory.write("f", content)}))
			.access;
	}

	void expectRefusal(const std::string& content, const std::vector<std::string>& lines) const
	{
		std::string expected;
		for (const auto& line : lines)
			expected += (expected.empty() ? "" : "\n") + _directory.path("f") + line;
		const Refusal refusal = refusalOf(
			[&]
			{
				// As --check-config does.
				SettingFaults faults;
				Arguments list({"--config", _directory.write("f", content)});
				const Settings settings(ServerSettings::table(),
					CommandLine(ServerSettings::table(), list.count(), list.values()), {}, faults);
				faults.collect([&] { static_cast<void>(ServerSettings::config(settings)); });
				faults.throwIfAny();
			});
		CPPUNIT_ASSERT_EQUAL(expected, refusal.text);
		CPPUNIT_ASSERT(ExitCode::Configuration == refusal.code);
	}

	[[nodiscard]] static std::string client(const AccessRules& rules, const std::string& address)
	{
		const auto denial = rules.denialOfClient(IPAddress(address));
		return denial ? denial->key : "let in";
	}

	[[nodiscard]] static std::string visitor(const AccessRules& rules, const std::string& address, int port)
	{
		const auto denial = rules.denialOfVisitor(IPAddress(address), static_cast<std::uint16_t>(port));
		return denial ? denial->key : "let in";
	}

	TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessSettingsTest);
