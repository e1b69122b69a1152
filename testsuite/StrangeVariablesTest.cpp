//
// StrangeVariablesTest.cpp
//

#include "Shared/StrangeVariables.h"
#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace std::string_literals;

class StrangeVariablesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StrangeVariablesTest);
	CPPUNIT_TEST(testMistypedNameNamesTheRightOne);
	CPPUNIT_TEST(testFamilyIsForFilesAlone);
	CPPUNIT_TEST(testOwnVariablesAreNotStrange);
	CPPUNIT_TEST(testVariablesOfTheOtherProgramAreNotStrange);
	CPPUNIT_TEST(testVariablesOfOthersAreNotStrange);
	CPPUNIT_TEST(testValuesAreNotShown);
	CPPUNIT_TEST_SUITE_END();

	using Lines = std::vector<std::string>;

public:
	void testMistypedNameNamesTheRightOne()
	{
		CPPUNIT_ASSERT(ofServer({"HOME=/", "BORE_MIN_PROT=80", "BORE_SECRETFILE=f"}) ==
					   (Lines{"the variable BORE_MIN_PROT does not count: did you mean BORE_MIN_PORT?",
						   "the variable BORE_SECRETFILE does not count: did you mean BORE_SECRET_FILE?"}));
	}

	void testFamilyIsForFilesAlone()
	{
		CPPUNIT_ASSERT(ofClient({"BORE_TUNNEL_WEB_LOCAL_PORT=80"}) ==
					   Lines{"the variable BORE_TUNNEL_WEB_LOCAL_PORT does not count: the keys "
							 "tunnel.<name>.* are given in files alone"});
		CPPUNIT_ASSERT(ofServer({"BORE_ACCESS_WEB_PORTS=80"}) ==
					   Lines{"the variable BORE_ACCESS_WEB_PORTS does not count: the keys access.<name>.* "
							 "are given in files alone"});
	}

	void testOwnVariablesAreNotStrange()
	{
		for (const auto* table : {&ServerSettings::table(), &ClientSettings::table()})
			for (const auto& setting : table->settings())
				if (!setting.isFamily())
					CPPUNIT_ASSERT_EQUAL(""s, first(*table, {setting.environmentName() + "=x"}));
	}

	void testVariablesOfTheOtherProgramAreNotStrange()
	{
		for (const auto& setting : ClientSettings::table().settings())
			if (!setting.isFamily())
				CPPUNIT_ASSERT_EQUAL(""s, first(ServerSettings::table(), {setting.environmentName() + "=x"}));
		for (const auto& setting : ServerSettings::table().settings())
			if (!setting.isFamily())
				CPPUNIT_ASSERT_EQUAL(""s, first(ClientSettings::table(), {setting.environmentName() + "=x"}));
	}

	void testVariablesOfOthersAreNotStrange()
	{
		const Lines others{"BORE_SERVICE_HOST=10.0.0.1", "BORE_SERVICE_PORT=7835", "BORE_HOME=/",
			"BORE_=", "BORE=1", "bore_min_prot=80", "MIN_PROT=80", "=", "BORE_PORT_7835_TCP_ADDR=10.0.0.1"};
		CPPUNIT_ASSERT(ofServer(others).empty());
		CPPUNIT_ASSERT(ofClient(others).empty());
	}

	void testValuesAreNotShown()
	{
		CPPUNIT_ASSERT_EQUAL("the variable BORE_SECRT does not count: did you mean BORE_SECRET?"s,
			first(ServerSettings::table(), {"BORE_SECRT=hunter2"}));
		CPPUNIT_ASSERT_EQUAL("the variable BORE_SEC\\x1BET does not count: did you mean BORE_SECRET?"s,
			first(ServerSettings::table(), {"BORE_SEC\x1B"s + "ET"}));
	}

private:
	[[nodiscard]] static Lines of(const SettingTable& table, const Lines& environment)
	{
		std::vector<const char*> pointers;
		for (const auto& variable : environment) pointers.push_back(variable.c_str());
		pointers.push_back(nullptr);
		return strangeVariables(table, pointers.data());
	}

	[[nodiscard]] static Lines ofServer(const Lines& environment)
	{
		return of(ServerSettings::table(), environment);
	}

	[[nodiscard]] static Lines ofClient(const Lines& environment)
	{
		return of(ClientSettings::table(), environment);
	}

	[[nodiscard]] static std::string first(const SettingTable& table, const Lines& environment)
	{
		const Lines lines = of(table, environment);
		return lines.empty() ? std::string() : lines.front();
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(StrangeVariablesTest);
