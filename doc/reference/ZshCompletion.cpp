//
// ZshCompletion.cpp
//

#include "doc/reference/ZshCompletion.h"

#include "Shared/CommonOptions.h"

#include <sstream>

namespace Bore
{

namespace
{

std::string quoted(const std::string& text)
{
	std::string result = "'";
	for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
	return result + "'";
}

// Of the help what fits beside an option; brackets would end it.
std::string explanation(const std::string& help)
{
	std::string result = "[";
	for (const char c : help.substr(0, help.find(';')))
		result += c == '[' || c == ']' || c == '\\' ? std::string("\\") + c : std::string(1, c);
	return result + "]";
}

std::string message(const std::string& argument)
{
	std::string result = ":";
	for (const char c : argument) result += c == ':' ? std::string("\\:") : std::string(1, c);
	return result + ":";
}

std::string action(const Setting& setting)
{
	if (!setting.choices().empty())
	{
		std::string list;
		for (const auto& choice : setting.choices()) list += (list.empty() ? "" : " ") + choice;
		return "(" + list + ")";
	}
	if (setting.kind() == Setting::Kind::Path) return "_files";
	if (setting.kind() == Setting::Kind::Host || setting.kind() == Setting::Kind::HostPort) return "_hosts";
	return {};
}

void printSpecification(std::ostream& out, const std::string& option, char letter, const std::string& text,
	const std::string& value)
{
	const std::string assign = value.empty() ? "" : "=";
	out << " \\\n\t\t";
	if (letter == 0)
		out << quoted(option + assign + text + value);
	else
	{
		const std::string shortOption = std::string("-") + letter;
		out << quoted("(" + shortOption + " " + option + ")") << '{' << shortOption
			<< (value.empty() ? "" : "+") << ',' << option << assign << '}' << quoted(text + value);
	}
}

std::string arguments(const SettingTable& table)
{
	std::ostringstream out;
	out << "	_arguments -s -S";
	for (const auto& setting : table.settings())
	{
		if (setting.isPositional()) out << " \\\n\t\t" << quoted("*" + message(setting.argument()));
		if (!setting.hasOption()) continue;
		const std::string text = explanation(setting.help());
		const bool flag = setting.isFlag();
		printSpecification(out, setting.optionName(), setting.shortOption(), text,
			flag ? std::string() : message(setting.argument()) + action(setting));
		if (flag) printSpecification(out, setting.negatedName(), 0, text, {});
	}
	for (const auto& option : commonOptions(table))
		printSpecification(out, option.name, option.shortOption, explanation(option.help),
			option.argument.empty() ? std::string() : message(option.argument) + "_files");
	out << '\n';
	return out.str();
}

} // namespace

std::string ZshCompletion::program(const SettingTable& table)
{
	const std::string& name = table.program().name;
	return "#compdef " + name + "\n# Generated from the table of its keys.\n\n_" + name + "()\n{\n" +
		   arguments(table) + "}\n\n_" + name + " \"$@\"\n";
}

std::string ZshCompletion::command(const SettingTable& local, const SettingTable& server)
{
	return "#compdef bore\n# Generated from the tables of its keys.\n\n"
		   "_bore_command_local()\n{\n" +
		   arguments(local) + "}\n\n_bore_command_server()\n{\n" + arguments(server) +
		   "}\n\n"
		   "_bore()\n"
		   "{\n"
		   "	if ((CURRENT == 2)); then\n"
		   "		_values command local server help\n"
		   "		return\n"
		   "	fi\n"
		   "	local command=$words[2]\n"
		   "	shift words\n"
		   "	((CURRENT--))\n"
		   "	case $command in\n"
		   "	local) _bore_command_local ;;\n"
		   "	server) _bore_command_server ;;\n"
		   "	help) _values command local server ;;\n"
		   "	esac\n"
		   "}\n\n"
		   "_bore \"$@\"\n";
}

} // namespace Bore
