//
// ExampleFileTest.cpp
//

#include "doc/reference/ExampleFile.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <string>

using namespace Bore;

namespace
{

const std::string& file()
{
	static const SettingTable table({"prog", "", "", {}},
		{
			Setting::number("localPort", 1, 9)
				.taking("PORT")
				.repeated("PORT...", [](const std::string&) {})
				.explained("a port")
				.like("8")
				.needed()
				.beginning("First"),
			Setting::of(Setting::Kind::Host, "server").calledOption("--to").explained("a host").like("h"),
			Setting::number("limit", 0, 9).orElse("3").explained("how many").noted("Of all."),
		});
	static const std::string text = exampleFile(table);
	return text;
}

} // namespace

class ExampleFileTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ExampleFileTest);
	CPPUNIT_TEST(testKeysAreExplainedAndCommentedOut);
	CPPUNIT_TEST(testWhatMustBeGivenIsGiven);
	CPPUNIT_TEST(testExamplesAreCalledThat);
	CPPUNIT_TEST(testOtherNamesOnTheCommandLineAreTold);
	CPPUNIT_TEST(testLinesFitATerminal);
	CPPUNIT_TEST_SUITE_END();

public:
	void testKeysAreExplainedAndCommentedOut()
	{
		expect("\n\n# How many. A whole number from 0 to 9. Default: 3. Of all.\n#limit = 3\n");
	}

	void testWhatMustBeGivenIsGiven()
	{
		expect("\n\n# ---- First ----\n\n# A port. A whole number from 1 to 9.\nlocalPort = 8\n");
	}

	void testExamplesAreCalledThat() { expect("\n# No default: this is an example.\n#server = h\n"); }

	void testOtherNamesOnTheCommandLineAreTold()
	{
		expect("\n# On the command line localPort is the word PORT...\n");
		expect("\n# On the command line server is --to.\n");
	}

	void testLinesFitATerminal()
	{
		std::istringstream lines(file());
		for (std::string line; std::getline(lines, line);) CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 90);
	}

private:
	static void expect(const std::string& part)
	{
		CPPUNIT_ASSERT_MESSAGE(file(), file().find(part) != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExampleFileTest);
