//
// HelpText.cpp
//

#include "Shared/HelpText.h"

#include "Shared/CommonOptions.h"

#include <sstream>

namespace Bore
{

namespace
{

constexpr std::size_t WIDTH = 90;
constexpr char INDENT[] = "      ";

// Breaks at spaces, so that a line of help fits a terminal.
void printWrapped(std::ostream& out, const std::string& text)
{
	std::istringstream words(text);
	std::string line;
	std::string word;
	while (words >> word)
	{
		if (!line.empty() && line.size() + 1 + word.size() > WIDTH)
		{
			out << INDENT << line << '\n';
			line.clear();
		}
		line += (line.empty() ? "" : " ") + word;
	}
	out << INDENT << line << '\n';
}

std::string restartNote(const Setting& setting)
{
	return setting.requiresRestart() ? ", a change needs a restart" : "";
}

void printFamily(std::ostream& out, const Setting& setting)
{
	out << setting.key() << " = " << setting.argument() << '\n';
	std::string text = setting.help() + " [a key for each name, in files alone";
	if (setting.defaultValue()) text += ", default " + *setting.defaultValue();
	if (!setting.defaultKey().empty()) text += ", default that of " + setting.defaultKey();
	printWrapped(out, text + restartNote(setting) + "]");
}

void printSetting(std::ostream& out, const Setting& setting)
{
	out << "  ";
	if (setting.isFamily()) return printFamily(out, setting);
	if (setting.shortOption() != 0) out << '-' << setting.shortOption() << ", ";
	if (setting.isFlag())
		out << "--[no-]" << setting.optionName().substr(2);
	else
		out << (setting.isRepeated() ? setting.form() : setting.optionName());
	if (!setting.isPositional() && !setting.isFlag()) out << ' ' << setting.argument();
	out << '\n';

	std::string text = setting.help() + " [key " + setting.key() + ", variable " + setting.environmentName();
	if (setting.defaultValue()) text += ", default " + *setting.defaultValue();
	printWrapped(out, text + restartNote(setting) + "]");
}

void printCommon(std::ostream& out, const CommonOption& option)
{
	out << "  ";
	if (option.shortOption != 0) out << '-' << option.shortOption << ", ";
	out << option.name << (option.argument.empty() ? "" : " ") << option.argument << '\n';
	printWrapped(out, option.help);
}

} // namespace

std::string helpText(const SettingTable& table)
{
	const auto& program = table.program();
	std::ostringstream out;
	out << "usage: " << program.name << ' ' << program.usage << "\n\n" << program.purpose << "\n\n";
	for (const auto& setting : table.settings()) printSetting(out, setting);
	for (const auto& option : commonOptions(table)) printCommon(out, option);
	out << '\n'
		<< "The command line wins over the environment, the environment over conf.d/*.properties beside\n"
		<< "the file, these over the file, and the file over the default. SIGHUP has all of it read anew.\n\n"
		<< "Exit codes:\n";
	for (const auto& end : program.ends)
	{
		const std::string code = std::to_string(static_cast<int>(end.code));
		out << std::string(4 - code.size(), ' ') << code << "  " << end.meaning << '\n';
	}
	return out.str();
}

} // namespace Bore
