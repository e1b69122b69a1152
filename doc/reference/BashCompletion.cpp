//
// BashCompletion.cpp
//

#include "doc/reference/BashCompletion.h"

#include "Shared/CommonOptions.h"

#include <map>
#include <sstream>

namespace Bore
{

namespace
{

constexpr char FILES[] = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
constexpr char HOSTS[] = "mapfile -t COMPREPLY < <(compgen -A hostname -- \"$cur\")";

// "--port=80" comes as three words, as ':' and '=' part words.
constexpr char HEAD[] = "	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
						"	if [[ $cur == = ]]; then\n"
						"		cur=\n"
						"	elif [[ $prev == = ]]; then\n"
						"		prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
						"	fi\n"
						"	COMPREPLY=()\n"
						"	case $prev in\n";

std::string wordsOf(const std::string& list)
{
	return "mapfile -t COMPREPLY < <(compgen -W \"" + list + "\" -- \"$cur\")";
}

std::string action(const Setting& setting)
{
	if (!setting.choices().empty())
	{
		std::string list;
		for (const auto& choice : setting.choices()) list += (list.empty() ? "" : " ") + choice;
		return wordsOf(list);
	}
	if (setting.kind() == Setting::Kind::Path) return FILES;
	if (setting.kind() == Setting::Kind::Host || setting.kind() == Setting::Kind::HostPort) return HOSTS;
	return ":"; // nobody can guess it, and no file is it
}

std::string optionsOf(const SettingTable& table)
{
	std::string all;
	for (const auto& setting : table.settings())
	{
		if (!setting.hasOption()) continue;
		all += setting.optionName() + ' ';
		if (setting.isFlag()) all += setting.negatedName() + ' ';
	}
	for (const auto& option : commonOptions(table)) all += option.name + ' ';
	all.pop_back();
	return all;
}

std::string function(const std::string& name, const SettingTable& table)
{
	std::map<std::string, std::string> cases; // what to do, and behind which options
	const auto add = [&cases](const std::string& what, const std::string& option, char letter)
	{
		std::string& patterns = cases[what];
		patterns += (patterns.empty() ? "" : " | ") + option;
		if (letter != 0) patterns += std::string(" | -") + letter;
	};
	for (const auto& setting : table.settings())
		if (setting.hasOption() && !setting.isFlag())
			add(action(setting), setting.optionName(), setting.shortOption());
	for (const auto& option : commonOptions(table))
		if (!option.argument.empty()) add(FILES, option.name, option.shortOption);

	std::ostringstream out;
	out << name << "()\n{\n" << HEAD;
	for (const auto& [what, patterns] : cases) out << '\t' << patterns << ") " << what << " ;;\n";
	out << "	*) " << wordsOf(optionsOf(table)) << " ;;\n	esac\n}\n";
	return out.str();
}

std::string head(const std::string& name)
{
	return "# bash completion for " + name + "; generated from the table of its keys.\n\n";
}

} // namespace

std::string BashCompletion::program(const SettingTable& table)
{
	const std::string& program = table.program().name;
	std::string name = "_" + program;
	for (char& c : name)
		if (c == '-') c = '_';
	return head(program) + function(name, table) + "complete -F " + name + " " + program + "\n";
}

std::string BashCompletion::command(const SettingTable& local, const SettingTable& server)
{
	return head("bore") + function("_bore_command_local", local) + "\n" +
		   function("_bore_command_server", server) +
		   "\n"
		   "_bore_command()\n"
		   "{\n"
		   "	local cur=${COMP_WORDS[COMP_CWORD]}\n"
		   "	if ((COMP_CWORD == 1)); then\n"
		   "		" +
		   wordsOf("local server help --help --version") +
		   "\n"
		   "		return\n"
		   "	fi\n"
		   "	COMPREPLY=()\n"
		   "	case ${COMP_WORDS[1]} in\n"
		   "	local) _bore_command_local ;;\n"
		   "	server) _bore_command_server ;;\n"
		   "	help) " +
		   wordsOf("local server") +
		   " ;;\n"
		   "	esac\n"
		   "}\n"
		   "complete -F _bore_command bore\n";
}

} // namespace Bore
