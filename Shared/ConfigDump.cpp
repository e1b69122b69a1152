//
// ConfigDump.cpp
//

#include "Shared/ConfigDump.h"

#include <Poco/String.h>

#include <set>
#include <sstream>

namespace Bore
{

namespace
{

std::string escaped(const std::string& value)
{
	std::string result;
	for (const char c : value)
	{
		switch (c)
		{
		case '\\':
			result += "\\\\";
			break;
		case '\n':
			result += "\\n";
			break;
		case '\r':
			result += "\\r";
			break;
		default:
			result += c;
		}
	}
	return result;
}

class Dump
{
public:
	Dump(const Settings& settings, const Overruled& overruled)
		: _settings(settings)
		, _overruled(overruled)
	{
	}

	std::string text()
	{
		for (const auto& setting : _settings.table().settings())
		{
			const std::string family = setting.pattern().family();
			if (!setting.isFamily())
				print(setting.key());
			else if (_families.insert(family).second)
				printFamily(family);
		}
		return _out.str();
	}

private:
	void printFamily(const std::string& family)
	{
		const auto& names = _settings.names(family);
		for (const auto& name : names) printEach(family, name);
		const bool added = printAdded(family);
		if (names.empty() && !added) printEach(family, "<name>");
	}

	bool printAdded(const std::string& family)
	{
		bool any = false;
		for (const auto& [key, text] : _overruled)
		{
			const Setting* setting = _settings.table().find(key);
			if (!text || setting == nullptr || setting->pattern().family() != family) continue;
			if (_settings.find(key) != nullptr) continue;
			line("command line", key + " = " + escaped(*text));
			any = true;
		}
		return any;
	}

	void printEach(const std::string& family, const std::string& name)
	{
		for (const auto& setting : _settings.table().settings())
			if (setting.pattern().family() == family) print(setting.pattern().keyOf(name));
	}

	void print(const std::string& key)
	{
		const SettingValue* value = _settings.find(key);
		const auto overruled = _overruled.find(key);
		if (value == nullptr)
			line("no value", "#" + key + " =");
		else if (value->setting->isSecret())
			line(value->origin + ", not shown", "#" + key + " = ***");
		else if (overruled != _overruled.end() && !overruled->second)
			line(value->origin + ", does not count", "#" + key + " = " + escaped(value->text));
		// POCO drops the space around a value.
		else if (Poco::trim(value->text) != value->text)
			line(value->origin + ", has space around it, which a file cannot hold",
				"#" + key + " = " + escaped(value->text));
		else
			line(value->origin,
				key + " = " + escaped(overruled != _overruled.end() ? *overruled->second : value->text));
	}

	void line(const std::string& origin, const std::string& text)
	{
		_out << "# " << origin << '\n' << text << '\n';
	}

	const Settings& _settings;
	const Overruled& _overruled;
	std::set<std::string> _families; /// that are printed
	std::ostringstream _out;
};

} // namespace

std::string configDump(const Settings& settings, const Overruled& overruled)
{
	return Dump(settings, overruled).text();
}

Overruled overruledOf(const Settings& settings, const std::string& one, const std::string& other)
{
	if (settings.find(one) == nullptr || settings.find(other) == nullptr) return {};
	return {{settings.findEither(one, other)->key == one ? other : one, std::nullopt}};
}

} // namespace Bore
