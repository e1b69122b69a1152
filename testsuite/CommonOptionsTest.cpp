//
// CommonOptionsTest.cpp
//

#include "Shared/CommonOptions.h"
#include "Shared/CommandLine.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class CommonOptionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CommonOptionsTest);
	CPPUNIT_TEST(testCommandLineUnderstandsEach);
	CPPUNIT_TEST(testStandardFileIsNamedWhereThereIsOne);
	CPPUNIT_TEST_SUITE_END();

public:
	void testCommandLineUnderstandsEach()
	{
		const SettingTable table({"prog", "", "", {}}, {});
		for (const auto& option : commonOptions(table))
		{
			expectUnderstood(table, option.name, option.argument);
			if (option.shortOption != 0)
				expectUnderstood(table, std::string("-") + option.shortOption, option.argument);
		}
	}

	void testStandardFileIsNamedWhereThereIsOne()
	{
		const std::string without = "properties file with any of the keys above";
		CPPUNIT_ASSERT_EQUAL(without, commonOptions(SettingTable({"prog", "", "", {}}, {})).front().help);
		CPPUNIT_ASSERT_EQUAL(without + ", in place of /f",
			commonOptions(SettingTable({"prog", "", "", {}, "/f"}, {})).front().help);
	}

private:
	static void expectUnderstood(
		const SettingTable& table, const std::string& option, const std::string& argument)
	{
		std::vector<std::string> words{option};
		if (!argument.empty()) words.push_back(argument);
		Arguments arguments(words);
		const CommandLine line(table, arguments.count(), arguments.values());
		CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
		CPPUNIT_ASSERT_MESSAGE(option, line.wantsHelp() || line.wantsVersion() || line.wantsCheck() ||
										   line.wantsDump() || line.configFile() == argument);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommonOptionsTest);
