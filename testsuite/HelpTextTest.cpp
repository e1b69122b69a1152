//
// HelpTextTest.cpp
//

#include "Shared/HelpText.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <string>

using namespace Bore;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "[OPTION]...", "Does something.", {{ExitCode::Ok, "done"}}},
		{
			Setting::number("localPort", 1, 65535).taking("LOCAL_PORT").positional().explained("a place"),
			Setting::number("minPort", 1, 65535).shortened('m').orElse("1024").explained("a port"),
			Setting::of(Setting::Kind::Host, "localHost").shortened('l').explained("a host"),
			Setting::of(Setting::Kind::Secret, "secret").shortened('s').taking("S").explained("a secret"),
			Setting::of(Setting::Kind::Path, "secretFile").explained("a file"),
			Setting::flag("flag").orElse("true").explained("whether to"),
		});
	return result;
}

} // namespace

class HelpTextTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HelpTextTest);
	CPPUNIT_TEST(testEverySettingIsShownWithAllItsNames);
	CPPUNIT_TEST(testUsageBuiltInOptionsAndExitCodesAreShown);
	CPPUNIT_TEST(testRepeatedPositionalIsShownByItsForm);
	CPPUNIT_TEST(testTaskIsShownWhereThereIsOne);
	CPPUNIT_TEST(testLinesFitATerminal);
	CPPUNIT_TEST(testRestartIsTold);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEverySettingIsShownWithAllItsNames()
	{
		const std::string text = helpText(table());
		for (const auto& setting : table().settings())
		{
			const std::string option =
				setting.isFlag() ? "--[no-]" + setting.optionName().substr(2) + "\n" : setting.optionName();
			for (const auto& part :
				{option, "key " + setting.key(), "variable " + setting.environmentName(), setting.help()})
				CPPUNIT_ASSERT_MESSAGE(part, text.find(part) != std::string::npos);
		}
		CPPUNIT_ASSERT(text.find("-m, --min-port N") != std::string::npos);
		CPPUNIT_ASSERT(text.find("default 1024") != std::string::npos);
	}

	void testUsageBuiltInOptionsAndExitCodesAreShown()
	{
		const std::string text = helpText(table());
		for (const std::string part : {"usage: prog [OPTION]...", "Does something.", "--config FILE",
				 "-h, --help", "-v, --version", "   0  done"})
			CPPUNIT_ASSERT_MESSAGE(part, text.find(part) != std::string::npos);
	}

	void testRepeatedPositionalIsShownByItsForm()
	{
		const SettingTable repeated({"prog", "", "", {}},
			{Setting::number("place", 1, 9).taking("P").repeated("[X:]P...", [](const std::string&) {})});
		const std::string text = helpText(repeated);
		CPPUNIT_ASSERT_MESSAGE(text, text.find("\n  [X:]P...\n") != std::string::npos);
	}

	void testTaskIsShownWhereThereIsOne()
	{
		SettingTable::Program program{"prog", "", "", {}};
		program.task = {"make-something", "NAME...", "makes something of a name"};
		const std::string text = helpText(SettingTable(program, {}));
		CPPUNIT_ASSERT_MESSAGE(
			text, text.find("\n  --make-something NAME...\n      makes something of a name\n") !=
					  std::string::npos);
		CPPUNIT_ASSERT(helpText(table()).find("--  ") == std::string::npos);
	}

	void testLinesFitATerminal()
	{
		std::istringstream lines(helpText(table()));
		for (std::string line; std::getline(lines, line);) CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 100);
	}

	void testRestartIsTold()
	{
		const SettingTable restarting({"prog", "", "", {}},
			{Setting::number("place", 1, 9).orElse("2").requiringRestart().explained("x"),
				Setting::number("zeal", 1, 9).explained("y")});
		const std::string text = helpText(restarting);
		CPPUNIT_ASSERT_MESSAGE(text, text.find("default 2, a change needs a restart]") != std::string::npos);
		CPPUNIT_ASSERT_MESSAGE(text, text.find("y [key zeal, variable BORE_ZEAL]\n") != std::string::npos);
		CPPUNIT_ASSERT(text.find("SIGHUP") != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(HelpTextTest);
