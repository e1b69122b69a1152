//
// ProgramChecks.cpp
//

#include "testsuite/support/ProgramChecks.h"

#include "Shared/Descriptor.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cctype>
#include <cppunit/TestAssert.h>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

namespace Bore::Test
{

namespace
{

constexpr int USAGE = 64;
constexpr int CONFIGURATION = 78;

using Arguments = ChildProcess::Arguments;

Arguments joined(Arguments first, const Arguments& second)
{
	first.insert(first.end(), second.begin(), second.end());
	return first;
}

std::string contentOf(const std::string& path)
{
	std::ifstream stream(path, std::ios::binary);
	if (!stream) CPPUNIT_FAIL("cannot read " + path);
	return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Arguments withoutPrivilege(const std::string& program, const Arguments& arguments)
/// For root, whom no permission of a file stops: the same as the argument
/// list of setpriv, which takes that privilege away.
{
	return joined({"--bounding-set", "-dac_override,-dac_read_search", "--inh-caps",
					  "-dac_override,-dac_read_search", program},
		arguments);
}

void expectUnreadableRefused(const std::string& program, const std::string& file)
{
	CPPUNIT_ASSERT_EQUAL(0, ::chmod(file.c_str(), 0));
	const bool readable = static_cast<bool>(Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC)));
	const Arguments arguments{"--config", file};
	const Ending ending = readable ? endingOf("/usr/bin/setpriv", withoutPrivilege(program, arguments))
								   : endingOf(program, arguments);
	expectRefusal(ending, CONFIGURATION, {file, "Permission denied", "check its permissions"});
}

} // namespace

Ending endingOf(ChildProcess& process)
{
	const int code = process.waitForExit();
	std::string out = process.readToEnd(ChildProcess::Output::Stdout);
	return {code, std::move(out), process.readToEnd(ChildProcess::Output::Stderr)};
}

Ending endingOf(const std::string& program, const ChildProcess::Arguments& arguments,
	const ChildProcess::Environment& environment)
{
	ChildProcess process(program, arguments, environment);
	return endingOf(process);
}

void expectComplaint(const std::string& line, const Words& words)
{
	const auto require = [&line](bool condition, const std::string& wanted)
	{
		if (!condition) CPPUNIT_FAIL("expected " + wanted + " in: " + line);
	};
	require(
		line.rfind("bore-server: ", 0) == 0 || line.rfind("bore-client: ", 0) == 0, "a program's name first");
	require(line.find('\n') == std::string::npos, "one line");
	for (const auto& word : words) require(line.find(word) != std::string::npos, "\"" + word + "\"");
	for (const char* const internal :
		{"xception", "N4Poco", "Poco::", "std::", "Bore::", "terminate", "RoleFailure", "basic_"})
		require(line.find(internal) == std::string::npos, std::string("no \"") + internal + "\"");
}

void expectRefusal(const Ending& ending, int code, const Words& words)
{
	CPPUNIT_ASSERT_EQUAL_MESSAGE("exit code, with: " + ending.err, code, ending.code);
	CPPUNIT_ASSERT_EQUAL(std::string(), ending.out);
	CPPUNIT_ASSERT_MESSAGE("a line end in: " + ending.err, !ending.err.empty() && ending.err.back() == '\n');
	expectComplaint(ending.err.substr(0, ending.err.size() - 1), words);
}

void expectBadPortsRefused(const std::string& program, const ChildProcess::Arguments& otherwiseGood,
	const std::string& option, const std::string& variable, const std::string& key)
{
	const TemporaryDirectory directory;
	for (const std::string bad :
		{"0", "65536", "8,0", "+80", " 80", "0x50", "-1", "80.0", "http", "18446744073709551696"})
	{
		const Words words{"\"" + bad + "\"", "1 to 65535"};
		expectRefusal(
			endingOf(program, joined(otherwiseGood, {option, bad})), USAGE, joined(words, {option}));
		expectRefusal(
			endingOf(program, otherwiseGood, {{variable, bad}}), CONFIGURATION, joined(words, {variable}));
		// A file may have space around a value.
		if (bad.front() == ' ') continue;
		const std::string file = directory.write("bad.properties", "# ports\n\n" + key + " = " + bad + "\n");
		expectRefusal(endingOf(program, joined(otherwiseGood, {"--config", file})), CONFIGURATION,
			joined(words, {file + ":3", key}));
	}
	expectRefusal(endingOf(program, joined(otherwiseGood, {option, ""})), USAGE, {option, "1 to 65535"});
	expectRefusal(
		endingOf(program, otherwiseGood, {{variable, ""}}), CONFIGURATION, {variable, "1 to 65535"});
}

void expectBadConfigFilesRefused(const std::string& program, const ChildProcess::Arguments& otherwiseGood)
{
	const TemporaryDirectory directory;
	const auto refuse = [&](const std::string& path, const Words& words)
	{
		expectRefusal(endingOf(program, joined(otherwiseGood, {"--config", path})), CONFIGURATION,
			joined({path}, words));
	};

	const std::string file = directory.write("some.properties", "log.level = debug\n");
	refuse(directory.path("none.properties"), {"no such file", "--config"});
	refuse(directory.path(), {"is a directory", "--config"});
	refuse(file + "/below", {"cannot be opened"});
	const std::string pipe = directory.path("pipe");
	CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
	refuse(pipe, {"no regular file"});
	refuse("/dev/zero", {"no regular file"});
	expectUnreadableRefused(program, file);

	refuse(directory.write("key.properties", "\nlog.levle = debug\n"),
		{":2", "log.levle", "did you mean \"log.level\"?"});
	refuse(directory.write("far.properties", "colour = red\n"), {":1", "colour", "--help"});
	refuse(directory.write("twice.properties", "log.level = debug\n# or\nlog.level = trace\n"),
		{":3", "twice", "line 1"});
	refuse(directory.write("line.properties", "log.level = debug\nlog.level\n"), {":2", "key = value"});
	refuse(directory.write("value.properties", "log.level = loud\n"), {":1", "\"loud\"", "information"});
}

void expectEmptySecretsRefused(const std::string& program, const ChildProcess::Arguments& otherwiseGood)
{
	const TemporaryDirectory directory;
	const auto refuse = [&](int code, const Arguments& more, const Words& words,
							const ChildProcess::Environment& environment = {})
	{ expectRefusal(endingOf(program, joined(otherwiseGood, more), environment), code, words); };

	refuse(USAGE, {"--secret", ""}, {"--secret", "empty"});
	refuse(USAGE, {"--secret="}, {"--secret"});
	refuse(USAGE, {"-s", ""}, {"empty"});
	refuse(CONFIGURATION, {}, {"BORE_SECRET", "empty"}, {{"BORE_SECRET", ""}});
	const std::string key = directory.write("key.properties", "secret =\n");
	refuse(CONFIGURATION, {"--config", key}, {key + ":1", "secret", "empty"});

	const std::string none = directory.write("none.secret", "");
	const std::string blank = directory.write("blank.secret", "\r\nsecond line\n");
	refuse(CONFIGURATION, {"--secret-file", none}, {none, "empty"});
	refuse(CONFIGURATION, {"--secret-file", blank}, {blank, "empty line"});
	refuse(CONFIGURATION, {"--secret-file", directory.path()}, {directory.path(), "directory"});
	refuse(CONFIGURATION, {}, {blank, "empty line"}, {{"BORE_SECRET_FILE", blank}});
	const std::string file = directory.write("file.properties", "secretFile = " + blank + "\n");
	refuse(CONFIGURATION, {"--config", file}, {blank, "empty line"});
}

std::vector<ChildProcess::Arguments> waysToGive(const std::string& secret)
{
	return {{"-s" + secret}, {"-s", secret}, {"--secret", secret}, {"--secret=" + secret}};
}

void expectHidden(const std::string& secret, ChildProcess& running)
{
	const std::string process = "/proc/" + std::to_string(running.pid());
	const std::string line = contentOf(process + "/cmdline");
	CPPUNIT_ASSERT_MESSAGE("not the program's: " + line, line.find("/bore-") != std::string::npos);
	const auto expectWithout = [&secret](const std::string& place, const std::string& text)
	{
		if (text.find(secret) != std::string::npos)
			CPPUNIT_FAIL("the secret is in its " + place + ": " + text);
	};
	expectWithout("command line", line);
	expectWithout("environment", contentOf(process + "/environ"));
	expectWithout("stdout", running.everything(ChildProcess::Output::Stdout));
	expectWithout("stderr", running.everything(ChildProcess::Output::Stderr));
}

void expectGuideShowsHelpOf(const std::string& program)
{
	const Ending help = endingOf(program, {"--help"});
	CPPUNIT_ASSERT_EQUAL(0, help.code);
	CPPUNIT_ASSERT_EQUAL(std::string(), help.err);
	CPPUNIT_ASSERT_EQUAL(std::string("usage: "), help.out.substr(0, 7));
	CPPUNIT_ASSERT_EQUAL(help.out, endingOf(program, {"-h"}).out);
	const std::string guide = contentOf(BORE_CONF_DIR "/../doc/COMMANDS.md");
	if (guide.find("```\n" + help.out + "```\n") == std::string::npos)
		CPPUNIT_FAIL("doc/COMMANDS.md does not show this (scripts/write-help mends it):\n" + help.out);
}

void expectVersionOf(const std::string& program, const std::string& name)
{
	const Ending version = endingOf(program, {"--version"});
	CPPUNIT_ASSERT_EQUAL(0, version.code);
	CPPUNIT_ASSERT_EQUAL(std::string(), version.err);
	CPPUNIT_ASSERT_EQUAL(name + " ", version.out.substr(0, name.size() + 1));
	CPPUNIT_ASSERT(std::isdigit(static_cast<unsigned char>(version.out[name.size() + 1])) != 0);
	CPPUNIT_ASSERT_EQUAL(version.out.size() - 1, version.out.find('\n'));
	CPPUNIT_ASSERT_EQUAL(version.out, endingOf(program, {"-v"}).out);
}

} // namespace Bore::Test
