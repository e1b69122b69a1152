//
// FishCompletion.cpp
//

#include "doc/reference/FishCompletion.h"

#include "Shared/CommonOptions.h"

#include <sstream>

namespace Bore
{

namespace
{

std::string quoted(const std::string& text)
{
	std::string result = "'";
	for (const char c : text)
	{
		if (c == '\'' || c == '\\') result += '\\';
		result += c;
	}
	return result + "'";
}

// Of the help what fits beside an option.
std::string described(const std::string& help)
{
	return " -d " + quoted(help.substr(0, help.find(';')));
}

std::string value(const Setting& setting)
{
	if (!setting.choices().empty())
	{
		std::string list;
		for (const auto& choice : setting.choices()) list += (list.empty() ? "" : " ") + choice;
		return " -x -a " + quoted(list);
	}
	if (setting.kind() == Setting::Kind::Path) return " -r -F";
	if (setting.kind() == Setting::Kind::Host || setting.kind() == Setting::Kind::HostPort)
		return " -x -a '(__fish_print_hostnames)'";
	return " -x";
}

std::string names(const std::string& option, char letter)
{
	return (letter == 0 ? std::string() : std::string(" -s ") + letter) + " -l " + option.substr(2);
}

// `start` is "complete -c NAME", and the condition where there is one.
std::string lines(const std::string& start, const SettingTable& table)
{
	std::ostringstream out;
	for (const auto& setting : table.settings())
	{
		if (!setting.hasOption()) continue;
		out << start << names(setting.optionName(), setting.shortOption())
			<< (setting.isFlag() ? std::string() : value(setting)) << described(setting.help()) << '\n';
		if (setting.isFlag())
			out << start << names(setting.negatedName(), 0) << described(setting.help()) << '\n';
	}
	for (const auto& option : commonOptions(table))
		out << start << names(option.name, option.shortOption) << (option.argument.empty() ? "" : " -r -F")
			<< described(option.help) << '\n';
	return out.str();
}

} // namespace

std::string FishCompletion::program(const SettingTable& table)
{
	const std::string start = "complete -c " + table.program().name;
	return "# fish completion for " + table.program().name + "; generated from the table of its keys.\n\n" +
		   start + " -f\n" + lines(start, table);
}

std::string FishCompletion::command(const SettingTable& local, const SettingTable& server)
{
	const std::string start = "complete -c bore";
	return "# fish completion for bore; generated from the tables of its keys.\n\n" + start + " -f\n" +
		   start + " -n __fish_use_subcommand -a 'local server help'\n" + start +
		   " -n '__fish_seen_subcommand_from help' -a 'local server'\n" +
		   lines(start + " -n '__fish_seen_subcommand_from local'", local) +
		   lines(start + " -n '__fish_seen_subcommand_from server'", server);
}

} // namespace Bore
