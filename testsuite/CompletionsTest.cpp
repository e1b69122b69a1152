//
// CompletionsTest.cpp
//
// The completions, as the shells have them.
//

#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"
#include "doc/reference/Reference.h"
#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <sstream>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class CompletionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CompletionsTest);
	CPPUNIT_TEST(testBashOffersEveryOptionAndNothingElse);
	CPPUNIT_TEST(testBashOffersTheChoicesOfAnOption);
	CPPUNIT_TEST(testBashOffersFilesWherePathsAreExpected);
	CPPUNIT_TEST(testBashOffersNothingWhereNobodyCanGuess);
	CPPUNIT_TEST(testBashCompletesTheOriginalsCommand);
	CPPUNIT_TEST(testFishReadsItsFiles);
	CPPUNIT_TEST(testFishOffersOptionsAndChoices);
	CPPUNIT_TEST(testZshReadsItsFiles);
	CPPUNIT_TEST(testZshOffersOptionsAndChoices);
	CPPUNIT_TEST_SUITE_END();

public:
	void testBashOffersEveryOptionAndNothingElse()
	{
		CPPUNIT_ASSERT_EQUAL(optionsOf(ServerSettings::table()), bash("bore-server", "-"));
		CPPUNIT_ASSERT_EQUAL(optionsOf(ClientSettings::table()), bash("bore-client", "-"));
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port"), bash("bore-server", "--mi"));
	}

	void testBashOffersTheChoicesOfAnOption()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("debug"), bash("bore-client", "--log-level de"));
		CPPUNIT_ASSERT_EQUAL(std::string("debug"), bash("bore-client", "--log-level = de"));
		CPPUNIT_ASSERT_EQUAL(std::string("json text"), bash("bore-client", "--log-format ="));
		CPPUNIT_ASSERT_EQUAL(std::string("false true"), bash("bore-server", "--relay-zero-copy ''"));
	}

	void testBashOffersFilesWherePathsAreExpected()
	{
		const std::string file = _directory.write("a file", "");
		const std::string begin = _directory.path("a");
		CPPUNIT_ASSERT_EQUAL(file, bash("bore-server", "--secret-file " + begin));
		CPPUNIT_ASSERT_EQUAL(file, bash("bore-server", "--config " + begin));
	}

	void testBashOffersNothingWhereNobodyCanGuess()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(), bash("bore-server", "--min-port ''"));
		CPPUNIT_ASSERT_EQUAL(std::string(), bash("bore-client", "-s ''"));
	}

	void testBashCompletesTheOriginalsCommand()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("local"), bash("bore", "lo"));
		CPPUNIT_ASSERT_EQUAL(std::string("local server"), bash("bore", "help ''"));
		CPPUNIT_ASSERT_EQUAL(std::string("--to"), bash("bore", "local --to"));
		CPPUNIT_ASSERT_EQUAL(std::string("--bind-addr --bind-tunnels"), bash("bore", "server --bind"));
	}

	void testFishReadsItsFiles()
	{
		for (const auto* name : {"fish/bore-server.fish", "fish/bore-client.fish", "fish/bore.fish"})
			CPPUNIT_ASSERT_EQUAL(std::string(), run("fish", {"fish", "--no-execute", write(name)}));
	}

	void testFishOffersOptionsAndChoices()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port"), fish("bore-server", "--mi"));
		CPPUNIT_ASSERT_EQUAL(std::string("debug"), fish("bore-client", "--log-level de"));
		CPPUNIT_ASSERT_EQUAL(std::string("--no-wait"), fish("bore-client", "--no-w"));
		CPPUNIT_ASSERT_EQUAL(std::string("local"), fish("bore", "lo"));
		CPPUNIT_ASSERT_EQUAL(std::string("--bind-addr --bind-tunnels"), fish("bore", "server --bind"));
		CPPUNIT_ASSERT_EQUAL(std::string(), fish("bore", "local --bind"));
		const std::string file = _directory.write("file", "");
		CPPUNIT_ASSERT_EQUAL(file, fish("bore-server", "--secret-file " + _directory.path("fi")));
	}

	void testZshReadsItsFiles()
	{
		for (const auto* name : {"zsh/_bore-server", "zsh/_bore-client", "zsh/_bore"})
			CPPUNIT_ASSERT_EQUAL(std::string(), run("zsh", {"zsh", "-f", "-n", write(name)}));
	}

	void testZshOffersOptionsAndChoices()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("--min-port="), zsh("bore-server", "--min-p"));
		CPPUNIT_ASSERT_EQUAL(std::string("debug"), zsh("bore-client", "--log-level de"));
		CPPUNIT_ASSERT_EQUAL(std::string("local"), zsh("bore", "loc"));
		CPPUNIT_ASSERT_EQUAL(std::string("--bind-tunnels="), zsh("bore", "server --bind-t"));
	}

private:
	const Reference::Files _files = Reference::completions();
	const TemporaryDirectory _directory;

	[[nodiscard]] std::string write(const std::string& name) const
	{
		return _directory.write(name.substr(name.find('/') + 1), _files.at(name));
	}

	[[nodiscard]] static std::string run(const std::string& shell, const ChildProcess::Arguments& arguments)
	/// The lines that it prints, sorted, with a blank between them.
	{
		ChildProcess child("/usr/bin/env", arguments);
		std::istringstream output(child.readToEnd(ChildProcess::Output::Stdout));
		const std::string problem = child.readToEnd(ChildProcess::Output::Stderr);
		const int code = child.waitForExit();
		CPPUNIT_ASSERT_MESSAGE(
			shell + " is not installed, so nothing was checked: install it, or run scripts/test, which does",
			code != 127);
		CPPUNIT_ASSERT_EQUAL(std::string(), problem);
		std::set<std::string> lines;
		for (std::string line; std::getline(output, line);) lines.insert(line);
		return joined(lines);
	}

	[[nodiscard]] static std::string joined(const std::set<std::string>& words)
	{
		std::string result;
		for (const auto& word : words) result += (result.empty() ? "" : " ") + word;
		return result;
	}

	[[nodiscard]] static std::string optionsOf(const SettingTable& table)
	{
		std::set<std::string> all{"--config", "--check-config", "--dump-config", "--help", "--version"};
		if (const auto& task = table.program().task.option; !task.empty()) all.insert("--" + task);
		for (const auto& setting : table.settings())
		{
			if (!setting.hasOption()) continue;
			all.insert(setting.optionName());
			if (setting.isFlag()) all.insert(setting.negatedName());
		}
		return joined(all);
	}

	[[nodiscard]] std::string bash(const std::string& program, const std::string& words) const
	/// What it offers behind these words, of which the last is to be completed.
	{
		// Outside of a completion there is no compopt.
		const std::string script = ". \"$1\"; compopt() { :; }; COMP_WORDS=(" + program + " " + words +
								   "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
								   " $(complete -p " +
								   program +
								   " | sed 's/.*-F \\([^ ]*\\).*/\\1/');"
								   " ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"";
		return run("bash", {"bash", "--norc", "-c", script, "bash", write("bash/" + program)});
	}

	[[nodiscard]] std::string fish(const std::string& program, const std::string& words) const
	{
		// Behind a tab comes the description.
		const std::string script = "source " + write("fish/" + program + ".fish") + "; complete -C '" +
								   program + " " + words + "' | string replace -r '\\t.*' ''";
		return run(
			"fish", {"HOME=" + _directory.path("."), "XDG_CONFIG_HOME=" + _directory.path("config"),
						"XDG_DATA_HOME=" + _directory.path("data"), "fish", "--no-config", "-c", script});
	}

	[[nodiscard]] std::string zsh(const std::string& program, const std::string& words) const
	/// Completes at a terminal, and tells the word that came of it.
	{
		static_cast<void>(write("zsh/_" + program));
		const std::string inner =
			"PROMPT=; fpath=(" + _directory.path(".") +
			" $fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word;"
			" accept() { print -r -- \"<${${(z)BUFFER}[-1]}>\"; exit }; zle -N accept;"
			" bindkey '^T' accept; print REA''DY";
		const std::string script =
			"zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z \"$1\"; zpty -r z text '*'$'\\n''READY*';"
			" zpty -w -n z \"$2\"$'\\t\\x14'; zpty -r z text '*<*>*';"
			" text=${text##*<}; print -r -- ${text%%>*}";
		return run("zsh", {"HOME=" + _directory.path("."), "TERM=dumb", "zsh", "-f", "-c", script, "zsh",
							  inner, program + " " + words});
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompletionsTest);
