//
// Setting.cpp
//

#include "Shared/Setting.h"

#include "Shared/HostName.h"
#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/NetworkSet.h"
#include "Shared/PortRanges.h"
#include "Shared/UtcTime.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace Bore
{

namespace
{

std::string words(const std::string& key, char separator)
{
	std::string result;
	for (const char c : key)
	{
		if (c == '.')
		{
			result += separator;
			continue;
		}
		if (Poco::Ascii::isUpper(c)) result += separator;
		result += static_cast<char>(Poco::Ascii::toLower(c));
	}
	return result;
}

} // namespace

Setting::Setting(Kind kind, const std::string& key)
	: _key(key)
	, _pattern(key)
	, _kind(kind)
	, _option("--" + words(key, '-'))
	, _argument("VALUE")
{
}

Setting Setting::number(const std::string& key, std::uint32_t min, std::uint32_t max)
{
	Setting setting(Kind::Number, key);
	setting._argument = "N";
	setting._min = min;
	setting._max = max;
	return setting;
}

Setting Setting::choice(const std::string& key, const std::vector<std::string>& choices)
{
	Setting setting(Kind::Choice, key);
	setting._choices = choices;
	return setting;
}

Setting Setting::flag(const std::string& key)
{
	Setting setting = choice(key, {"true", "false"}).taking("true|false");
	setting._flag = true;
	return setting;
}

Setting Setting::checked(const std::string& key, Check check)
{
	Setting setting(Kind::Checked, key);
	setting._check = check;
	return setting;
}

Setting Setting::of(Kind kind, const std::string& key)
{
	return Setting(kind, key);
}

Setting Setting::explained(const std::string& help) &&
{
	_help = help;
	return std::move(*this);
}

Setting Setting::noted(const std::string& note) &&
{
	_note = note;
	return std::move(*this);
}

Setting Setting::like(const std::string& example) &&
{
	_example = example;
	return std::move(*this);
}

Setting Setting::beginning(const std::string& section) &&
{
	_section = section;
	return std::move(*this);
}

Setting Setting::needed() &&
{
	_needed = true;
	return std::move(*this);
}

Setting Setting::taking(const std::string& argument) &&
{
	_argument = argument;
	return std::move(*this);
}

Setting Setting::in(const std::string& unit) &&
{
	_unit = unit;
	return std::move(*this);
}

Setting Setting::orElse(const std::string& defaultValue) &&
{
	_default = defaultValue;
	return std::move(*this);
}

Setting Setting::orElseThatOf(const std::string& key) &&
{
	_defaultKey = key;
	return std::move(*this);
}

Setting Setting::shortened(char letter) &&
{
	_short = letter;
	return std::move(*this);
}

Setting Setting::calledOption(const std::string& name) &&
{
	_option = name;
	return std::move(*this);
}

Setting Setting::positional() &&
{
	_positional = true;
	_option = _argument;
	return std::move(*this);
}

Setting Setting::repeated(const std::string& form, Check check) &&
{
	_form = form;
	_check = check;
	return std::move(*this).positional();
}

Setting Setting::requiringRestart() &&
{
	_restart = true;
	return std::move(*this);
}

std::string Setting::negatedName() const
{
	return "--no-" + _option.substr(2);
}

std::string Setting::environmentName() const
{
	std::string name = "BORE_" + words(_key, '_');
	std::transform(name.begin(), name.end(), name.begin(),
		[](char c) { return static_cast<char>(Poco::Ascii::toUpper(c)); });
	return name;
}

std::string Setting::refusal(const std::string& name, const std::string& value) const
{
	if (isParsed())
	{
		try
		{
			parse(value);
			return {};
		}
		catch (const std::invalid_argument& e)
		{
			return name + ": " + e.what();
		}
	}
	if (accepts(value)) return {};
	const std::string shown = isSecret() ? std::string() : "\"" + escapeForLog(value) + "\": ";
	return name + ": " + shown + "expected " + expected();
}

std::string Setting::wordRefusal(const std::string& name, const std::string& word) const
{
	try
	{
		_check(word);
		return {};
	}
	catch (const std::invalid_argument& e)
	{
		return name + ": " + e.what();
	}
}

bool Setting::isParsed() const noexcept
{
	return _kind == Kind::HostPort || _kind == Kind::Networks || _kind == Kind::PortRanges ||
		   _kind == Kind::Time || _kind == Kind::Checked;
}

void Setting::parse(const std::string& value) const
{
	if (_kind == Kind::HostPort) static_cast<void>(HostPort::parse(value));
	if (_kind == Kind::Networks) static_cast<void>(NetworkSet::parse(value));
	if (_kind == Kind::PortRanges) static_cast<void>(PortRanges::parse(value));
	if (_kind == Kind::Checked) _check(value);
	if (_kind == Kind::Time) static_cast<void>(parseTime(value));
}

bool Setting::accepts(const std::string& value) const
{
	switch (_kind)
	{
	case Kind::Number:
	{
		const auto number = parseNumber(value, _max);
		return number && *number >= _min;
	}
	case Kind::Host:
		return isHostName(value);
	case Kind::Address:
		return isHostAddress(value);
	case Kind::Choice:
		return std::find(_choices.begin(), _choices.end(), value) != _choices.end();
	case Kind::HostPort:
	case Kind::Networks:
	case Kind::PortRanges:
	case Kind::Time:
	case Kind::Path:
	case Kind::Checked:
	case Kind::Secret:
		break;
	}
	return !value.empty();
}

std::string Setting::expected() const
{
	switch (_kind)
	{
	case Kind::Number:
		return "a whole number " + (_unit.empty() ? std::string() : "of " + _unit + " ") + "from " +
			   std::to_string(_min) + " to " + std::to_string(_max);
	case Kind::Host:
		return "a host name or an IP address, without a port";
	case Kind::Address:
		return "an IP address, such as 127.0.0.1 or ::1";
	case Kind::HostPort:
	case Kind::Networks:
	case Kind::PortRanges:
	case Kind::Time:
	case Kind::Checked:
		break;
	case Kind::Choice:
	{
		std::string list = "one of";
		for (const auto& choice : _choices) list += (choice == _choices.front() ? " " : ", ") + choice;
		return list;
	}
	case Kind::Path:
		return "the path of a file";
	case Kind::Secret:
		return "a secret that is not empty (leave it out for no authentication)";
	}
	return _argument;
}

} // namespace Bore
