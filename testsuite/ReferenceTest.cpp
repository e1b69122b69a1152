//
// ReferenceTest.cpp
//

#include "doc/reference/Reference.h"
#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"
#include "Server/UserSettings.h"
#include "Shared/CommonOptions.h"
#include "doc/reference/KeyText.h"
#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class ReferenceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReferenceTest);
	CPPUNIT_TEST(testExampleFilesAreThoseThatTheTablesMake);
	CPPUNIT_TEST(testEveryKeyHasAValueToShow);
	CPPUNIT_TEST(testEveryOptionIsInItsProgramsPage);
	CPPUNIT_TEST(testEveryKeyIsInThePageOfFiles);
	CPPUNIT_TEST(testKeysOfUsersInThePageOfFilesExist);
	CPPUNIT_TEST(testPagesHaveNothingThatMandocMinds);
	CPPUNIT_TEST(testPagesHaveNothingThatManMinds);
	CPPUNIT_TEST(testMissingTemplateIsNamed);
	CPPUNIT_TEST(testEveryProgramHasCompletionsForThreeShells);
	CPPUNIT_TEST_SUITE_END();

public:
	void testExampleFilesAreThoseThatTheTablesMake()
	{
		for (const auto& [name, content] : Reference::examples())
			CPPUNIT_ASSERT_MESSAGE(
				"conf/" + name +
					" is not what the table of the keys makes: run cmake --build build --target"
					" examples and look at the difference",
				contentOf(std::string(BORE_CONF_DIR) + "/" + name) == content);
	}

	void testEveryKeyHasAValueToShow()
	{
		for (const auto* table : {&ServerSettings::table(), &ClientSettings::table()})
			for (const auto& setting : table->settings())
				CPPUNIT_ASSERT_EQUAL_MESSAGE(setting.key() + ": give it a default, or an example by like()",
					std::string(), setting.refusal(setting.key(), KeyText(*table).shown(setting)));
	}

	void testEveryOptionIsInItsProgramsPage()
	{
		expectOptions("bore-server.8", ServerSettings::table());
		expectOptions("bore-client.1", ClientSettings::table());
	}

	void testEveryKeyIsInThePageOfFiles()
	{
		const std::string page = _manual.at("bore.properties.5");
		for (const auto* table : {&ServerSettings::table(), &ClientSettings::table()})
			for (const auto& key : table->keys())
				CPPUNIT_ASSERT_MESSAGE(key, page.find("\n\\fB" + key + "\\fR = ") != std::string::npos);
	}

	void testKeysOfUsersInThePageOfFilesExist()
	{
		std::istringstream lines(_manual.at("bore.properties.5"));
		const std::string begin = "\\fBuser.<name>.";
		int found = 0;
		for (std::string line; std::getline(lines, line);)
		{
			if (line.compare(0, begin.size(), begin) != 0) continue;
			++found;
			const std::string key = line.substr(begin.size(), line.find("\\fR") - begin.size());
			CPPUNIT_ASSERT_MESSAGE(key, UserSettings::table().find("user.alice." + key) != nullptr);
		}
		CPPUNIT_ASSERT_EQUAL(int{UserSettings::KEYS}, found);
	}

	void testPagesHaveNothingThatMandocMinds()
	{
		for (const auto& path : pages())
		{
			ChildProcess mandoc("/usr/bin/env", {"mandoc", "-T", "lint", "-W", "warning", path});
			const std::string found = mandoc.readToEnd(ChildProcess::Output::Stdout);
			const std::string problem = mandoc.readToEnd(ChildProcess::Output::Stderr);
			expectTool("mandoc", mandoc.waitForExit(), path + ": " + found + problem);
		}
	}

	void testPagesHaveNothingThatManMinds()
	{
		for (const auto& path : pages())
		{
			ChildProcess man(
				"/usr/bin/env", {"LC_ALL=C.UTF-8", "MANWIDTH=80", "man", "--warnings", "-l", path});
			CPPUNIT_ASSERT(man.readToEnd(ChildProcess::Output::Stdout).find("NAME") != std::string::npos ||
						   man.waitForExit() == MISSING);
			const std::string problem = man.readToEnd(ChildProcess::Output::Stderr);
			expectTool("man-db", man.waitForExit(), path + ": " + problem);
			CPPUNIT_ASSERT_EQUAL(std::string(), problem);
		}
	}

	void testMissingTemplateIsNamed()
	{
		try
		{
			static_cast<void>(Reference::manual("/no/such/folder"));
			CPPUNIT_FAIL("manual pages were made of nothing");
		}
		catch (const std::runtime_error& e)
		{
			CPPUNIT_ASSERT_EQUAL(
				std::string("/no/such/folder/bore-client.1.in: cannot be read"), std::string(e.what()));
		}
	}

	void testEveryProgramHasCompletionsForThreeShells()
	{
		std::string names;
		for (const auto& file : Reference::completions()) names += file.first + " ";
		CPPUNIT_ASSERT_EQUAL(
			std::string(
				"bash/bore bash/bore-client bash/bore-server fish/bore-client.fish fish/bore-server.fish"
				" fish/bore.fish zsh/_bore zsh/_bore-client zsh/_bore-server "),
			names);
	}

private:
	static constexpr int MISSING = 127; // of env(1)

	const Reference::Files _manual = Reference::manual(BORE_MANUAL_DIR);
	const TemporaryDirectory _directory;

	[[nodiscard]] static std::string contentOf(const std::string& path)
	{
		std::ifstream file(path);
		std::ostringstream content;
		content << file.rdbuf();
		return content.str();
	}

	[[nodiscard]] std::vector<std::string> pages() const
	{
		std::vector<std::string> paths;
		for (const auto& [name, content] : _manual) paths.push_back(_directory.write(name, content));
		return paths;
	}

	static void expectTool(const std::string& package, int code, const std::string& problem)
	{
		CPPUNIT_ASSERT_MESSAGE(
			package +
				" is not installed, so nothing was checked: install it, or run scripts/test, which does",
			code != MISSING);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(problem, 0, code);
	}

	void expectOptions(const std::string& name, const SettingTable& table) const
	{
		std::string page = _manual.at(name);
		for (std::size_t at = 0; (at = page.find("\\-", at)) != std::string::npos;) page.erase(at, 1);
		for (const auto& setting : table.settings())
		{
			if (!setting.hasOption()) continue;
			for (const auto& part : {setting.optionName(), setting.environmentName(), setting.key()})
				CPPUNIT_ASSERT_MESSAGE(part, page.find("\\fB" + part + "\\fR") != std::string::npos);
		}
		for (const auto& option : commonOptions(table))
			CPPUNIT_ASSERT_MESSAGE(
				option.name, page.find("\\fB" + option.name + "\\fR") != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReferenceTest);
