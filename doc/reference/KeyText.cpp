//
// KeyText.cpp
//

#include "doc/reference/KeyText.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <sstream>

namespace Bore
{

namespace
{

std::string defaultText(const Setting& setting)
{
	if (setting.defaultValue()) return "Default: " + *setting.defaultValue() + ".";
	if (!setting.defaultKey().empty()) return "Default: that of " + setting.defaultKey() + ".";
	return {};
}

bool namesAll(const std::string& text, const std::vector<std::string>& words)
{
	return std::all_of(words.begin(), words.end(),
		[&text](const std::string& word) { return text.find(word) != std::string::npos; });
}

void append(std::string& text, const std::string& more)
{
	if (!text.empty() && !more.empty()) text += ' ';
	text += more;
}

} // namespace

KeyText::KeyText(const SettingTable& table)
	: _table(table)
{
}

std::string KeyText::forCommandLine(const Setting& setting) const
{
	return about(setting, setting.help());
}

std::string KeyText::forFile(const Setting& setting) const
{
	return about(setting, inKeys(setting.help()));
}

std::string KeyText::about(const Setting& setting, const std::string& help) const
{
	std::string text = sentence(help);
	append(text, sentence(allowed(setting)));
	append(text, defaultText(setting));
	append(text, setting.note());
	append(text, setting.requiresRestart() ? "A change needs a restart." : "");
	return text;
}

std::string KeyText::shown(const Setting& setting) const
{
	if (setting.defaultValue()) return *setting.defaultValue();
	const Setting* other = setting.defaultKey().empty() ? nullptr : _table.find(setting.defaultKey());
	return other != nullptr ? shown(*other) : setting.example();
}

std::string KeyText::sentence(const std::string& text)
{
	if (text.empty()) return text;
	std::string result = text;
	result.front() = static_cast<char>(Poco::Ascii::toUpper(result.front()));
	return result.back() == '.' ? result : result + '.';
}

std::string KeyText::allowed(const Setting& setting)
{
	switch (setting.kind())
	{
	case Setting::Kind::Choice:
		return namesAll(setting.help(), setting.choices()) ? std::string() : setting.expected();
	case Setting::Kind::Networks:
		return "networks, ADDRESS or ADDRESS/PREFIX each, with commas or blanks between them";
	case Setting::Kind::PortRanges:
		return "ports, N or N-M each, with commas or blanks between them";
	case Setting::Kind::Time:
		return "a time in UTC, 2026-12-31T18:00:00Z, or a date";
	case Setting::Kind::HostPort:
		return "a host name or an IP address, and a port if there is to be one";
	case Setting::Kind::Number:
	case Setting::Kind::Host:
	case Setting::Kind::Address:
		return setting.expected();
	case Setting::Kind::Path:
	case Setting::Kind::Checked:
	case Setting::Kind::Secret:
		break;
	}
	return {}; // the help has said it
}

std::string KeyText::inKeys(const std::string& text) const
{
	std::string result;
	for (std::size_t at = 0; at < text.size();)
	{
		const std::size_t end =
			std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", at), text.size());
		const Setting* setting = _table.findOption(text.substr(at, end - at));
		if (setting != nullptr)
			result += setting->key();
		else
			result += text.substr(at, end - at);
		at = end;
		if (at < text.size()) result += text[at++];
	}
	return result;
}

std::vector<std::string> KeyText::wrapped(const std::string& text, std::size_t width)
{
	std::vector<std::string> lines;
	std::istringstream words(text);
	for (std::string word; words >> word;)
	{
		if (lines.empty() || lines.back().size() + 1 + word.size() > width)
			lines.push_back(word);
		else
			lines.back() += " " + word;
	}
	return lines;
}

} // namespace Bore
