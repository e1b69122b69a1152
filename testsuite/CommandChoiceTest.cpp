//
// CommandChoiceTest.cpp
//

#include "scripts/bore/CommandChoice.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using Kind = CommandChoice::Kind;

class CommandChoiceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CommandChoiceTest);
	CPPUNIT_TEST(testCommandsAreChosenWhateverFollows);
	CPPUNIT_TEST(testHelpAndVersionAreText);
	CPPUNIT_TEST(testHelpOfACommandIsItsOwn);
	CPPUNIT_TEST(testWhatIsWrongIsToldInOneLine);
	CPPUNIT_TEST_SUITE_END();

public:
	void testCommandsAreChosenWhateverFollows()
	{
		CPPUNIT_ASSERT(Kind::Local == of({"local", "8000", "server"}).kind);
		CPPUNIT_ASSERT(Kind::Server == of({"server", "--help"}).kind);
	}

	void testHelpAndVersionAreText()
	{
		for (const std::string word : {"help", "-h", "--help"}) expectText({word}, "usage: bore COMMAND");
		for (const std::string word : {"-V", "--version"}) expectText({word}, "bore " BORE_VERSION "\n");
	}

	void testHelpOfACommandIsItsOwn()
	{
		expectText({"help", "local"}, "usage: bore local LOCAL_PORT --to HOST");
		expectText({"help", "server"}, "usage: bore server [OPTION]...");
		expectText({"help", "help"}, "usage: bore COMMAND");
	}

	void testWhatIsWrongIsToldInOneLine()
	{
		expectWrong({}, "bore: the command is missing: give local or server (try bore --help)\n");
		expectWrong({""}, "bore: unknown command : expected local or server (try bore --help)\n");
		expectWrong({"loca"}, "bore: unknown command loca: did you mean local? (try bore --help)\n");
		expectWrong({"8000"}, "bore: unknown command 8000: expected local or server (try bore --help)\n");
		expectWrong(
			{"help", "x\n"}, "bore: unknown command x\\n: expected local or server (try bore --help)\n");
		expectWrong({"--to", "host"}, "bore: unknown option --to: a command comes first (try bore --help)\n");
	}

private:
	[[nodiscard]] static CommandChoice of(const std::vector<std::string>& words)
	{
		std::vector<const char*> argv{"bore"};
		for (const auto& word : words) argv.push_back(word.c_str());
		return CommandChoice::of(static_cast<int>(argv.size()), argv.data());
	}

	static void expectText(const std::vector<std::string>& words, const std::string& beginning)
	{
		const CommandChoice choice = of(words);
		CPPUNIT_ASSERT(Kind::Text == choice.kind);
		CPPUNIT_ASSERT_EQUAL(beginning, choice.text.substr(0, beginning.size()));
	}

	static void expectWrong(const std::vector<std::string>& words, const std::string& text)
	{
		const CommandChoice choice = of(words);
		CPPUNIT_ASSERT(Kind::Wrong == choice.kind);
		CPPUNIT_ASSERT_EQUAL(text, choice.text);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandChoiceTest);
