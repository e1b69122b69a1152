//
// CommandLineTest.cpp
//

#include "Shared/CommandLine.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

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
			Setting::flag("again").explained("whether to"),
			Setting::number("again.delay", 1, 9).explained("how long"),
		});
	return result;
}

} // namespace

class CommandLineTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CommandLineTest);
	CPPUNIT_TEST(testEveryFormOfAnOptionIsUnderstood);
	CPPUNIT_TEST(testOptionIsNamedAsTyped);
	CPPUNIT_TEST(testPositionalMayStandAnywhere);
	CPPUNIT_TEST(testRepeatedPositionalIsTakenAsOftenAsItComes);
	CPPUNIT_TEST(testAfterDoubleDashNothingIsAnOption);
	CPPUNIT_TEST(testValuesMayLookLikeOptionsOrAddresses);
	CPPUNIT_TEST(testShortSecretThatBeginsALongNameIsASecret);
	CPPUNIT_TEST(testEmptyValueIsKept);
	CPPUNIT_TEST(testFlagNeedsNoValue);
	CPPUNIT_TEST(testFlagGivenBothWaysIsGivenTwice);
	CPPUNIT_TEST(testBuiltInOptions);
	CPPUNIT_TEST(testTaskTakesTheWordsBehindIt);
	CPPUNIT_TEST(testHelpIsSeenPastAProblem);
	CPPUNIT_TEST(testUnknownOptionNamesTheNearest);
	CPPUNIT_TEST(testBeginningOfANameIsNoName);
	CPPUNIT_TEST(testLongOptionWithOneDashIsNoSecret);
	CPPUNIT_TEST(testProblemsAreNamed);
	CPPUNIT_TEST(testFirstProblemIsTold);
	CPPUNIT_TEST(testProblemsNeverShowValues);
	CPPUNIT_TEST(testSecretIsBlankedInEveryForm);
	CPPUNIT_TEST(testOtherValuesStay);
	CPPUNIT_TEST(testNoArgumentsAtAll);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryFormOfAnOptionIsUnderstood()
	{
		for (const std::vector<std::string>& form : std::vector<std::vector<std::string>>{
				 {"--min-port", "80"}, {"--min-port=80"}, {"-m", "80"}, {"-m80"}})
		{
			const CommandLine line = read(form);
			CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
			CPPUNIT_ASSERT_EQUAL(std::size_t(1), line.given().size());
			CPPUNIT_ASSERT_EQUAL(std::string("minPort"), line.given()[0].setting->key());
			CPPUNIT_ASSERT_EQUAL(std::string("80"), line.given()[0].value);
		}
	}

	void testOptionIsNamedAsTyped()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("-m"), read({"-m80"}).given()[0].name);
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port"), read({"--min-port=80"}).given()[0].name);
		CPPUNIT_ASSERT_EQUAL(std::string("LOCAL_PORT"), read({"80"}).given()[0].name);
	}

	void testPositionalMayStandAnywhere()
	{
		for (const std::vector<std::string>& form : std::vector<std::vector<std::string>>{
				 {"8080", "-m", "80"}, {"-m", "80", "8080"}, {"-m80", "--", "8080"}})
		{
			const CommandLine line = read(form);
			CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
			CPPUNIT_ASSERT_EQUAL(std::size_t(2), line.given().size());
		}
	}

	void testRepeatedPositionalIsTakenAsOftenAsItComes()
	{
		const SettingTable repeated({"prog", "", "", {}},
			{Setting::number("localPort", 1, 9).taking("WORD").repeated("FORM...", [](const std::string&) {}),
				Setting::number("minPort", 1, 9)});
		Arguments arguments({"a", "--min-port", "3", "b", "--", "-c", "a"});
		const CommandLine line(repeated, arguments.count(), arguments.values());
		CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
		std::string words;
		for (const auto& given : line.given())
			if (given.setting->isPositional()) words += given.name + '=' + given.value + ' ';
		CPPUNIT_ASSERT_EQUAL(std::string("WORD=a WORD=b WORD=-c WORD=a "), words);
		Arguments twice({"a", "--min-port=3", "--min-port=3"});
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port is given twice: give it once (try prog --help)"),
			CommandLine(repeated, twice.count(), twice.values()).problem());
	}

	void testAfterDoubleDashNothingIsAnOption()
	{
		const CommandLine line = read({"--", "--help"});
		CPPUNIT_ASSERT(!line.wantsHelp());
		CPPUNIT_ASSERT_EQUAL(std::string("--help"), line.given().at(0).value);
	}

	void testValuesMayLookLikeOptionsOrAddresses()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("-x"), read({"--secret", "-x"}).given().at(0).value);
		CPPUNIT_ASSERT_EQUAL(std::string("a=b:c"), read({"--secret=a=b:c"}).given().at(0).value);
		CPPUNIT_ASSERT_EQUAL(std::string("a=b:c"), read({"-sa=b:c"}).given().at(0).value);
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), read({"-l::1"}).given().at(0).value);
		CPPUNIT_ASSERT_EQUAL(std::string("-1"), read({"--min-port", "-1"}).given().at(0).value);
	}

	void testShortSecretThatBeginsALongNameIsASecret()
	{
		const CommandLine line = read({"-se"});
		CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
		CPPUNIT_ASSERT_EQUAL(std::string("e"), line.given().at(0).value);
	}

	void testEmptyValueIsKept()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(), read({"--secret="}).given().at(0).value);
		CPPUNIT_ASSERT_EQUAL(std::string(), read({"--secret", ""}).given().at(0).value);
	}

	void testFlagNeedsNoValue()
	{
		for (const auto& [form, value] :
			std::map<std::string, std::string>{{"--again", "true"}, {"--no-again", "false"},
				{"--again=true", "true"}, {"--again=false", "false"}, {"--again=x", "x"}})
		{
			// What follows is another argument, not its value.
			const CommandLine line = read({form, "8080", "--again-delay", "3"});
			CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
			CPPUNIT_ASSERT_EQUAL(std::size_t(3), line.given().size());
			CPPUNIT_ASSERT_EQUAL(std::string("again"), line.given()[0].setting->key());
			CPPUNIT_ASSERT_EQUAL(value, line.given()[0].value);
			CPPUNIT_ASSERT_EQUAL(std::string("8080"), line.given()[1].value);
		}
	}

	void testFlagGivenBothWaysIsGivenTwice()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("--again is given twice: give it once (try prog --help)"),
			read({"--again", "--no-again"}).problem());
		CPPUNIT_ASSERT_EQUAL(std::string("--no-again takes no value: give it alone (try prog --help)"),
			read({"--no-again=true"}).problem());
	}

	void testBuiltInOptions()
	{
		CPPUNIT_ASSERT(read({"-h"}).wantsHelp());
		CPPUNIT_ASSERT(read({"--help"}).wantsHelp());
		CPPUNIT_ASSERT(read({"-v"}).wantsVersion());
		CPPUNIT_ASSERT(read({"--version"}).wantsVersion());
		CPPUNIT_ASSERT_EQUAL(std::string("f"), read({"--config", "f"}).configFile().value());
		CPPUNIT_ASSERT_EQUAL(std::string("f"), read({"--config=f"}).configFile().value());
		CPPUNIT_ASSERT(!read({}).configFile());
		CPPUNIT_ASSERT(read({"--check-config"}).wantsCheck() && !read({"--check-config"}).wantsDump());
		CPPUNIT_ASSERT(read({"--dump-config"}).wantsDump() && !read({"--dump-config"}).wantsCheck());
	}

	void testTaskTakesTheWordsBehindIt()
	{
		SettingTable::Program program{"prog", "", "", {}};
		program.task = {"make", "NAME...", "makes something"};
		const SettingTable withTask(program, {Setting::number("minPort", 1, 65535).explained("a port")});
		Arguments arguments({"--min-port", "80", "--make", "one", "two", "--config=f", "three"});
		const CommandLine line(withTask, arguments.count(), arguments.values());
		CPPUNIT_ASSERT_EQUAL(std::string(), line.problem());
		CPPUNIT_ASSERT(line.task() == std::vector<std::string>({"one", "two", "three"}));
		CPPUNIT_ASSERT_EQUAL(std::string("f"), line.configFile().value_or(""));
		Arguments without({"one"});
		CPPUNIT_ASSERT(!CommandLine(withTask, without.count(), without.values()).problem().empty());
	}

	void testHelpIsSeenPastAProblem()
	{
		CPPUNIT_ASSERT(read({"--nonsense", "--help"}).wantsHelp());
		CPPUNIT_ASSERT(read({"1", "2", "3", "-v"}).wantsVersion());
	}

	void testUnknownOptionNamesTheNearest()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::string("unknown option --mni-port: did you mean --min-port? (try prog --help)"),
			read({"--mni-port", "80"}).problem());
		CPPUNIT_ASSERT_EQUAL(
			std::string("unknown option --zzzzzzz (try prog --help)"), read({"--zzzzzzz"}).problem());
		CPPUNIT_ASSERT_EQUAL(std::string("unknown option -x (try prog --help)"), read({"-x"}).problem());
	}

	void testBeginningOfANameIsNoName()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::string("unknown option --min-por: did you mean --min-port? (try prog --help)"),
			read({"--min-por=80"}).problem());
	}

	void testLongOptionWithOneDashIsNoSecret()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("unknown option -secret: did you mean --secret? (try prog --help)"),
			read({"-secret", "80"}).problem());
	}

	void testProblemsAreNamed()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port needs a value: --min-port N (try prog --help)"),
			read({"--min-port"}).problem());
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port is given twice: give it once (try prog --help)"),
			read({"-m1", "--min-port=2"}).problem());
		CPPUNIT_ASSERT_EQUAL(std::string("argument 2 is one too many: give one LOCAL_PORT (try prog --help)"),
			read({"80", "81"}).problem());
		CPPUNIT_ASSERT_EQUAL(std::string("--help takes no value: give it alone (try prog --help)"),
			read({"--help=x"}).problem());
		CPPUNIT_ASSERT_EQUAL(std::string("--config needs a value: --config FILE (try prog --help)"),
			read({"--config"}).problem());
		CPPUNIT_ASSERT(!read({"--config="}).problem().empty());
		CPPUNIT_ASSERT(!read({"--config=a", "--config=b"}).problem().empty());
	}

	void testFirstProblemIsTold()
	{
		CPPUNIT_ASSERT(read({"--first", "--second"}).problem().find("--first") != std::string::npos);
	}

	void testProblemsNeverShowValues()
	{
		for (const std::vector<std::string>& form :
			std::vector<std::vector<std::string>>{{"--secrt=hunter2"}, {"--secrt", "hunter2", "x"},
				{"-xhunter2"}, {"1", "hunter2"}, {"-s", "a", "--secret", "hunter2"}})
		{
			const std::string problem = read(form).problem();
			CPPUNIT_ASSERT(!problem.empty());
			CPPUNIT_ASSERT_MESSAGE(problem, problem.find("hunter2") == std::string::npos);
		}
	}

	void testSecretIsBlankedInEveryForm()
	{
		for (const std::vector<std::string>& form :
			std::vector<std::vector<std::string>>{{"-s", "hunter2"}, {"-shunter2"}, {"--secret", "hunter2"},
				{"--secret=hunter2"}, {"--nonsense", "-shunter2"}, {"-sa", "-shunter2"}})
		{
			Arguments arguments(form);
			CPPUNIT_ASSERT(arguments.bytes().find("hunter2") != std::string::npos);
			const CommandLine line(table(), arguments.count(), arguments.values());
			CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), line.given().back().value);
			CPPUNIT_ASSERT(arguments.bytes().find("unter2") == std::string::npos);
		}
	}

	void testOtherValuesStay()
	{
		Arguments arguments({"--min-port", "8080", "--secret-file", "path"});
		const CommandLine line(table(), arguments.count(), arguments.values());
		CPPUNIT_ASSERT(arguments.bytes().find("8080") != std::string::npos);
		CPPUNIT_ASSERT(arguments.bytes().find("path") != std::string::npos);
	}

	void testNoArgumentsAtAll()
	{
		char** none = nullptr;
		CPPUNIT_ASSERT_EQUAL(std::string(), CommandLine(table(), 0, none).problem());
	}

private:
	[[nodiscard]] static CommandLine read(const std::vector<std::string>& form)
	{
		Arguments arguments(form);
		return CommandLine(table(), arguments.count(), arguments.values());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);
