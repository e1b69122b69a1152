//
// CommandLine.cpp
//

#include "Shared/CommandLine.h"

#include "Shared/LogText.h"
#include "Shared/NearestName.h"

#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>

#include <algorithm>
#include <cstring>

namespace Bore
{

using Poco::Util::Option;
using Poco::Util::OptionSet;

namespace
{

constexpr char CONFIG[] = "config";
constexpr char CHECK[] = "check-config";
constexpr char DUMP[] = "dump-config";
constexpr char HELP[] = "help";
constexpr char VERSION[] = "version";

OptionSet optionsOf(const SettingTable& table)
{
	// Repeatable for POCO: the second value must be read to be blanked.
	OptionSet result;
	result.addOption(Option(CONFIG, "").argument("FILE").repeatable(true));
	result.addOption(Option(CHECK, "").repeatable(true));
	result.addOption(Option(DUMP, "").repeatable(true));
	const auto& task = table.program().task;
	if (!task.option.empty())
		result.addOption(Option(task.option, "").argument(task.argument).repeatable(true));
	result.addOption(Option(HELP, "h").repeatable(true));
	result.addOption(Option(VERSION, "v").repeatable(true));
	for (const auto& setting : table.settings())
	{
		if (!setting.hasOption()) continue;
		const std::string letter(setting.shortOption() == 0 ? 0 : 1, setting.shortOption());
		result.addOption(Option(setting.optionName().substr(2), letter)
							 .argument(setting.argument(), !setting.isFlag())
							 .repeatable(true));
		if (setting.isFlag()) result.addOption(Option(setting.negatedName().substr(2), "").repeatable(true));
	}
	return result;
}

} // namespace

CommandLine::CommandLine(const SettingTable& table, int argc, char** argv)
	: _table(table)
	, _argc(argc)
	, _argv(argv)
	, _options(optionsOf(table))
	, _processor(_options)
{
	_processor.setUnixStyle(true);
	for (_at = 1; _at < _argc; ++_at) read(_argv[_at]);
	if (_awaitingValue)
	{
		const auto& option = _typed[1] == '-' ? _options.getOption(_typed.substr(2))
											  : _options.getOption(_typed.substr(1), true);
		complain(_typed + " needs a value: " + _typed + " " + option.argumentName());
	}
}

void CommandLine::read(const std::string& argument)
{
	const bool isOption = argument.size() > 1 && argument[0] == '-';
	if (_awaitingValue || _optionsEnded || !isOption)
		process(argument);
	else if (argument == "--")
	{
		_optionsEnded = true;
		process(argument);
	}
	else
		readOption(argument);
}

void CommandLine::readOption(const std::string& argument)
{
	const bool isLong = argument[1] == '-';
	_typed = isLong ? argument.substr(0, argument.find('=')) : argument.substr(0, 2);
	if (!isKnown(_typed)) return refuseUnknown(_typed);
	// "-secret S" would be the secret "ecret" and a stray S.
	if (!isLong && _table.findOption("-" + argument) != nullptr)
		return complain("unknown option " + argument + ": did you mean -" + argument + "?");
	const bool valueIsAttached =
		!isLong && argument.size() > 2 && _options.getOption(_typed.substr(1), true).takesArgument();
	process(valueIsAttached ? _typed : argument);
	if (valueIsAttached) process(argument.substr(2));
}

void CommandLine::process(const std::string& argument)
{
	std::string option;
	std::string value;
	try
	{
		const bool awaited = _awaitingValue;
		if (!_processor.process(argument, option, value))
		{
			if (!_task.empty())
				_task.push_back(argument);
			else if (const Setting* setting = _table.positional())
				keep(*setting, setting->argument(), argument);
			else
				complain("argument " + std::to_string(_at) + " is not an option: " + _table.program().name +
						 " takes options only");
			return;
		}
		_awaitingValue = option.empty() && !awaited && !_optionsEnded;
		if (!option.empty()) take(option, value);
	}
	catch (const Poco::Util::UnexpectedArgumentException&)
	{
		complain(_typed + " takes no value: give it alone");
		_help = _help || _typed == "--help" || _typed == "-h";
		_version = _version || _typed == "--version" || _typed == "-v";
	}
}

void CommandLine::take(const std::string& option, const std::string& value)
{
	if (option == HELP)
		_help = true;
	else if (option == VERSION)
		_version = true;
	else if (option == CHECK)
		_check = true;
	else if (option == DUMP)
		_dump = true;
	else if (option == _table.program().task.option)
		_task.push_back(value);
	else if (option == CONFIG)
		takeConfig(value);
	else if (const Setting* setting = _table.findOption("--" + option))
	{
		if (setting->isSecret()) blank(value.size());
		keep(*setting, _typed, setting->isFlag() && value.empty() ? "true" : value);
	}
	else if (const Setting* flag = _table.findNegated("--" + option))
		keep(*flag, _typed, "false");
}

void CommandLine::takeConfig(const std::string& value)
{
	if (_config) complain("--config is given twice: give it once");
	if (value.empty()) complain("--config: expected the path of a file");
	_config = value;
}

void CommandLine::keep(const Setting& setting, const std::string& name, const std::string& value)
{
	const auto twice = std::find_if(
		_given.begin(), _given.end(), [&setting](const Given& given) { return given.setting == &setting; });
	if (!setting.isRepeated() && twice != _given.end())
	{
		complain(setting.isPositional()
					 ? "argument " + std::to_string(_at) + " is one too many: give one " + name
					 : setting.optionName() + " is given twice: give it once");
	}
	_given.push_back({&setting, name, value});
}

void CommandLine::blank(std::size_t size) noexcept
{
	// However it was given, a value is the end of the argument at hand.
	char* const argument = _argv[_at];
	std::fill_n(argument + std::strlen(argument) - size, size, '\0');
}

bool CommandLine::isKnown(const std::string& option) const
{
	if (option[1] != '-') return _options.hasOption(option.substr(1), true);
	// hasOption() would do with the beginning of a name.
	return std::any_of(_options.begin(), _options.end(),
		[&option](const Option& known) { return "--" + known.fullName() == option; });
}

void CommandLine::refuseUnknown(const std::string& name)
{
	std::vector<std::string> names;
	for (const auto& option : _options) names.push_back("--" + option.fullName());
	const std::string nearest = nearestName(name, names);
	complain("unknown option " + escapeForLog(name) +
			 (nearest.empty() ? std::string() : ": did you mean " + nearest + "?"));
}

void CommandLine::complain(const std::string& text)
{
	if (_problem.empty()) _problem = text + " (try " + _table.program().name + " --help)";
}

} // namespace Bore
