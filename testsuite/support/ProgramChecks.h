//
// ProgramChecks.h
//
// What holds for both programs, whatever they are told.
//

#ifndef Bore_Test_ProgramChecks_INCLUDED
#define Bore_Test_ProgramChecks_INCLUDED

#include "testsuite/support/ChildProcess.h"

#include <string>
#include <vector>

namespace Bore::Test
{

struct Ending
/// How a program ended by itself, and what it wrote.
{
	int code;
	std::string out;
	std::string err;
};

[[nodiscard]] Ending endingOf(ChildProcess& process);

[[nodiscard]] Ending endingOf(const std::string& program, const ChildProcess::Arguments& arguments,
	const ChildProcess::Environment& environment = {});

using Words = std::vector<std::string>;
/// What a text must mention; the rest of it may change.

void expectComplaint(const std::string& line, const Words& words);
/// The line is one line to a user: it starts with a program's name and
/// mentions the words, and no class of C++.

void expectRefusal(const Ending& ending, int code, const Words& words);
/// The program ended with that code, wrote nothing to stdout, and to
/// stderr one complaint and nothing else.

void expectBadPortsRefused(const std::string& program, const ChildProcess::Arguments& otherwiseGood,
	const std::string& option, const std::string& variable, const std::string& key);
/// Nothing but a number from 1 to 65535 passes for a port: not as an
/// option (64), not in the environment (78), not in a file (78, and where).

void expectBadConfigFilesRefused(const std::string& program, const ChildProcess::Arguments& otherwiseGood);
/// Each path that leads to no readable file, and each file that is no
/// configuration, is refused with code 78 and the reason.

void expectEmptySecretsRefused(const std::string& program, const ChildProcess::Arguments& otherwiseGood);
/// By option, environment, file and secret file.

[[nodiscard]] std::vector<ChildProcess::Arguments> waysToGive(const std::string& secret);
/// Each way to write it on a command line.

void expectHidden(const std::string& secret, ChildProcess& running);
/// The secret is neither in what /proc shows of the process nor in what
/// the process has written.

void expectGuideShowsHelpOf(const std::string& program);
/// The help comes on stdout with code 0, and stands in doc/COMMANDS.md to the letter.

void expectVersionOf(const std::string& program, const std::string& name);
/// It comes on stdout, as "name number", with code 0.

} // namespace Bore::Test

#endif // Bore_Test_ProgramChecks_INCLUDED
