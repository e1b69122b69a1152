//
// ManPage.cpp
//

#include "doc/reference/ManPage.h"

#include "Shared/CommonOptions.h"
#include "doc/reference/KeyText.h"

#include <set>
#include <sstream>
#include <stdexcept>

namespace Bore
{

namespace
{

constexpr std::size_t WIDTH = 76; // of a line of source

std::string bold(const std::string& text)
{
	return "\\fB" + ManPage::escaped(text) + "\\fR";
}

std::string italic(const std::string& text)
{
	return "\\fI" + ManPage::escaped(text) + "\\fR";
}

void printText(std::ostream& out, const std::string& text)
{
	for (const auto& line : KeyText::wrapped(text, WIDTH))
	{
		// At the beginning of a line these two would be a request.
		if (line.front() == '.' || line.front() == '\'') out << "\\&";
		out << ManPage::escaped(line) << '\n';
	}
}

std::string optionHead(const Setting& setting)
{
	if (setting.isPositional()) return italic(setting.isRepeated() ? setting.form() : setting.argument());
	const std::string letter =
		setting.shortOption() == 0 ? std::string() : bold(std::string("-") + setting.shortOption()) + ", ";
	if (setting.isFlag()) return letter + bold(setting.optionName()) + ", " + bold(setting.negatedName());
	return letter + bold(setting.optionName()) + " " + italic(setting.argument());
}

void printSection(std::ostream& out, std::string& section)
{
	if (!section.empty()) out << ".SS " << ManPage::escaped(section) << '\n';
	section.clear();
}

template <class Print>
std::string paragraphs(const SettingTable& table, const ManPage::Filter& filter, const Print& print,
	ManPage::Sections sections = ManPage::Sections::Shown)
{
	std::ostringstream out;
	std::string section; // its heading comes before the first of its keys that is shown
	for (const auto& setting : table.settings())
	{
		if (!setting.section().empty()) section = setting.section();
		if (!filter(setting)) continue;
		if (sections == ManPage::Sections::Shown) printSection(out, section);
		print(out, setting);
	}
	return out.str();
}

} // namespace

std::string ManPage::options(const SettingTable& table, const Filter& filter, Sections sections)
{
	const KeyText text(table);
	return paragraphs(
		table, [&filter](const Setting& setting) { return !setting.isFamily() && filter(setting); },
		[&text](std::ostream& out, const Setting& setting)
		{
			out << ".TP\n" << optionHead(setting) << '\n';
			printText(out, text.forCommandLine(setting));
			out << "Key " << bold(setting.key()) << ",\nvariable " << bold(setting.environmentName())
				<< ".\n";
		},
		sections);
}

std::string ManPage::commonOptions(const SettingTable& table)
{
	std::ostringstream out;
	for (const auto& option : Bore::commonOptions(table))
	{
		out << ".TP\n";
		if (option.shortOption != 0) out << bold(std::string("-") + option.shortOption) << ", ";
		out << bold(option.name);
		if (!option.argument.empty()) out << ' ' << italic(option.argument);
		out << '\n';
		printText(out, KeyText::sentence(option.help));
	}
	return out.str();
}

std::string ManPage::exitCodes(const std::vector<SettingTable::End>& ends)
{
	std::ostringstream out;
	for (const auto& end : ends)
	{
		out << ".TP\n.B " << static_cast<int>(end.code) << '\n';
		printText(out, KeyText::sentence(end.meaning));
	}
	return out.str();
}

std::string ManPage::keys(const SettingTable& table, const Filter& filter)
{
	const KeyText text(table);
	return paragraphs(table, filter,
		[&text](std::ostream& out, const Setting& setting)
		{
			out << ".TP\n" << bold(setting.key()) << " = " << italic(setting.argument()) << '\n';
			printText(out, text.forFile(setting));
		});
}

std::string ManPage::escaped(const std::string& text)
{
	std::string result;
	for (const char c : text)
	{
		if (c == '\\')
			result += "\\e";
		else if (c == '-')
			result += "\\-";
		else
			result += c;
	}
	return result;
}

std::string ManPage::fill(const std::string& page, const std::map<std::string, std::string>& parts)
{
	std::string result;
	std::set<std::string> used;
	std::size_t at = 0;
	for (std::size_t begin = 0; (begin = page.find('@', at)) != std::string::npos;)
	{
		const std::size_t end = page.find('@', begin + 1);
		const std::string name = page.substr(begin + 1, end - begin - 1);
		const auto part = parts.find(name);
		if (end == std::string::npos || part == parts.end())
			throw std::invalid_argument("there is no part @" + name.substr(0, name.find('\n')) + "@");
		used.insert(name);
		result += page.substr(at, begin - at) + part->second;
		at = end + 1;
		// A part that is lines ends its line itself.
		if (!part->second.empty() && part->second.back() == '\n' && at < page.size() && page[at] == '\n')
			++at;
	}
	for (const auto& part : parts)
		if (used.count(part.first) == 0)
			throw std::invalid_argument("the page has no place for @" + part.first + "@");
	return result + page.substr(at);
}

} // namespace Bore
