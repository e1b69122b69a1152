//
// ExampleFile.cpp
//

#include "doc/reference/ExampleFile.h"

#include "doc/reference/KeyText.h"

#include <sstream>
#include <string>

namespace Bore
{

namespace
{

constexpr std::size_t WIDTH = 88; // behind "# "

void comment(std::ostream& out, const std::string& text)
{
	for (const auto& line : KeyText::wrapped(text, WIDTH)) out << "# " << line << '\n';
}

void printHead(std::ostream& out, const SettingTable& table)
{
	const std::string& name = table.program().name;
	comment(out, "Every key of " + name +
					 ". A key that is commented out shows its default, or an example where it"
					 " has none. This file is generated: see doc/CONFIGURATION.md.");
	out << "#\n";
	comment(out,
		"The command line wins over the environment, the environment over conf.d/*.properties beside this"
		" file, and these over this file. Key, option and variable go together: control.port is"
		" --control-port and BORE_CONTROL_PORT.");
	for (const auto& setting : table.settings())
	{
		if (setting.isPositional())
			comment(out, "On the command line " + setting.key() + " is the word " + setting.form());
		else if (setting.hasOption() &&
				 setting.optionName() != Setting::of(setting.kind(), setting.key()).optionName())
			comment(out, "On the command line " + setting.key() + " is " + setting.optionName() + ".");
	}
	out << "#\n";
	comment(out,
		"A line is \"key = value\". A backslash in a value must be doubled: \\\\ is one. Unknown keys, a"
		" key given twice, and a last line without a line end are errors.");
	comment(out, name + " --check-config says all that is wrong, --dump-config what counts.");
}

void printKey(std::ostream& out, const Setting& setting, const KeyText& text)
{
	if (!setting.section().empty()) out << "\n# ---- " << setting.section() << " ----\n";
	out << '\n';
	comment(out, text.forFile(setting));
	const bool isExample = !setting.defaultValue() && setting.defaultKey().empty();
	if (isExample && !setting.isNeeded()) comment(out, "No default: this is an example.");
	out << (setting.isNeeded() ? "" : "#") << setting.key() << " = " << text.shown(setting) << '\n';
}

} // namespace

std::string exampleFile(const SettingTable& table)
{
	const KeyText text(table);
	std::ostringstream out;
	printHead(out, table);
	for (const auto& setting : table.settings()) printKey(out, setting, text);
	return out.str();
}

} // namespace Bore
