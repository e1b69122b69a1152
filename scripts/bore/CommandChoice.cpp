//
// CommandChoice.cpp
//

#include "scripts/bore/CommandChoice.h"

#include "Shared/HelpText.h"
#include "Shared/LogText.h"
#include "Shared/NearestName.h"
#include "scripts/bore/CommandTables.h"

namespace Bore
{

namespace
{

constexpr char HELP[] = "usage: bore COMMAND [ARGUMENT]...\n"
						"\n"
						"The command line of the original bore, for scripts that were written for it.\n"
						"\n"
						"  local LOCAL_PORT --to HOST\n"
						"      open a local TCP service to the public, as bore-client does\n"
						"  server\n"
						"      give clients public ports, as bore-server does\n"
						"  help [COMMAND]\n"
						"      print this, or what the command understands, and exit\n"
						"  -h, --help\n"
						"      print this and exit\n"
						"  -V, --version\n"
						"      print the version and exit\n";

CommandChoice wrong(const std::string& problem)
{
	return {CommandChoice::Kind::Wrong, "bore: " + problem + " (try bore --help)\n"};
}

CommandChoice unknown(const std::string& word)
{
	const std::string nearest = nearestName(word, {"local", "server", "help"});
	return wrong("unknown command " + escapeForLog(word) +
				 (nearest.empty() ? ": expected local or server" : ": did you mean " + nearest + "?"));
}

CommandChoice helpOf(const std::string& word)
{
	if (word == "local") return {CommandChoice::Kind::Text, helpText(CommandTables::local())};
	if (word == "server") return {CommandChoice::Kind::Text, helpText(CommandTables::server())};
	if (word == "help") return {CommandChoice::Kind::Text, HELP};
	return unknown(word);
}

} // namespace

CommandChoice CommandChoice::of(int argc, const char* const* argv)
{
	if (argc < 2) return wrong("the command is missing: give local or server");
	const std::string word = argv[1];
	if (word == "local") return {Kind::Local, {}};
	if (word == "server") return {Kind::Server, {}};
	if (word == "help") return argc > 2 ? helpOf(argv[2]) : CommandChoice{Kind::Text, HELP};
	if (word == "-h" || word == "--help") return {Kind::Text, HELP};
	if (word == "-V" || word == "--version") return {Kind::Text, "bore " BORE_VERSION "\n"};
	return word[0] == '-' ? wrong("unknown option " + escapeForLog(word) + ": a command comes first")
						  : unknown(word);
}

} // namespace Bore
