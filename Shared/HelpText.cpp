//
// HelpText.cpp
//

#include "Shared/HelpText.h"

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

void printSetting(std::ostream& out, const Setting& setting)
{
	out << "  ";
	if (setting.shortOption() != 0) out << '-' << setting.shortOption() << ", ";
	out << setting.optionName();
	if (!setting.isPositional()) out << ' ' << setting.argument();
	out << '\n';

	std::string text = setting.help() + " [key " + setting.key() + ", variable " + setting.environmentName();
	if (setting.defaultValue()) text += ", default " + *setting.defaultValue();
	printWrapped(out, text + "]");
}

} // namespace

std::string helpText(const SettingTable& table)
{
	const auto& program = table.program();
	std::ostringstream out;
	out << "usage: " << program.name << ' ' << program.usage << "\n\n" << program.purpose << "\n\n";
	for (const auto& setting : table.settings()) printSetting(out, setting);
	out << "  --config FILE\n"
		<< INDENT << "properties file with any of the keys above\n"
		<< "  -h, --help\n"
		<< INDENT << "print this and exit\n"
		<< "  -v, --version\n"
		<< INDENT << "print the version and exit\n\n"
		<< "The command line wins over the environment, the environment over the file,\n"
		<< "the file over the default.\n\n"
		<< "Exit codes:\n";
	for (const auto& end : program.ends)
	{
		const std::string code = std::to_string(static_cast<int>(end.code));
		out << std::string(4 - code.size(), ' ') << code << "  " << end.meaning << '\n';
	}
	return out.str();
}

} // namespace Bore
