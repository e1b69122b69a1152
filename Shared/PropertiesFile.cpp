//
// PropertiesFile.cpp
//

#include "Shared/PropertiesFile.h"

#include "Shared/LogText.h"
#include "Shared/WholeFile.h"

#include <Poco/Ascii.h>
#include <Poco/AutoPtr.h>
#include <Poco/String.h>
#include <Poco/Util/PropertyFileConfiguration.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::size_t USUAL_LINE_BYTES = 32; // so that many lines are not moved again and again

bool isNewline(char c) noexcept
{
	return c == '\n' || c == '\r';
}

// POCO's rule: a backslash takes the next character with it, CR LF counting as one.
std::size_t endOfValue(const std::string& text, std::size_t at) noexcept
{
	while (at < text.size() && !isNewline(text[at]))
	{
		const bool crLf = text.compare(at, 3, "\\\r\n") == 0;
		at += crLf ? 3 : text[at] == '\\' ? 2 : 1;
	}
	return std::min(at, text.size());
}

} // namespace

PropertiesFile::PropertiesFile(const std::string& path)
	: _source{path}
	, _name(escapeForLog(path))
{
	SettingFaults faults;
	read(faults);
	faults.throwIfAny();
}

PropertiesFile::PropertiesFile(ConfigFile source, SettingFaults& faults)
	: _source(std::move(source))
	, _name(escapeForLog(_source.path))
{
	read(faults);
}

void PropertiesFile::read(SettingFaults& faults)
{
	std::string text;
	try
	{
		const WholeFile file(_source.path, _source.taker, _source.maxBytes);
		_mode = file.mode();
		text = file.read();
	}
	catch (const std::invalid_argument& e)
	{
		faults.addHiding(
			{{Layer::File, _source.number, 0}, ExitCode::Configuration, _name + ": " + e.what(), {}});
		return;
	}
	scan(text, faults);
	dropTwice();

	std::istringstream stream(text);
	const Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> values(
		new Poco::Util::PropertyFileConfiguration(stream));
	for (auto& entry : _entries) entry.value = values->getRawString(entry.key, "");
}

std::string PropertiesFile::where(const Entry& entry) const
{
	return _name + ":" + std::to_string(entry.line);
}

Place PropertiesFile::place(const Entry& entry) const noexcept
{
	return {Layer::File, _source.number, entry.line};
}

void PropertiesFile::scan(const std::string& text, SettingFaults& faults)
{
	const auto refuse = [&](std::size_t line, const std::string& what)
	{
		faults.addHiding({{Layer::File, _source.number, line}, ExitCode::Configuration,
			_name + ":" + std::to_string(line) + ": " + what, {}});
	};
	_entries.reserve(text.size() / USUAL_LINE_BYTES);
	_lines.reserve(text.size() / USUAL_LINE_BYTES);
	std::size_t line = 1;
	std::size_t at = 0;
	while (at < text.size())
	{
		if (Poco::Ascii::isSpace(text[at]))
		{
			if (text[at] == '\n') ++line;
			++at;
			continue;
		}
		const std::size_t lineEnd = std::min(text.find_first_of("\r\n", at), text.size());
		if (text[at] == '#' || text[at] == '!')
		{
			at = lineEnd;
			continue;
		}
		const std::size_t separator = text.find_first_of("=:", at);
		if (separator == std::string::npos || separator > lineEnd)
		{
			// The line is not shown: a secret may be in it.
			refuse(line, "expected \"key = value\", or a comment that starts with #");
			// POCO takes it for a key, without a value.
			_twice.insert(Poco::trim(text.substr(at, lineEnd - at)));
			at = lineEnd;
			continue;
		}
		add({Poco::trim(text.substr(at, separator - at)), "", line}, faults);
		const std::size_t end = endOfValue(text, separator + 1);
		line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
			text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
		at = end;
	}
	if (!text.empty() && !isNewline(text.back()))
		refuse(line, "the last line has no line end, as if half written: write beside the file, then rename");
}

void PropertiesFile::add(const Entry& entry, SettingFaults& faults)
{
	const auto [first, isNew] = _lines.emplace(entry.key, entry.line);
	if (isNew)
	{
		_entries.push_back(entry);
		return;
	}
	faults.add({place(entry), ExitCode::Configuration,
		where(entry) + ": " + shownKey(entry.key) + ": the key is given twice: line " +
			std::to_string(first->second) + " has it already",
		{entry.key}});
	_twice.insert(entry.key);
}

void PropertiesFile::dropTwice()
{
	_entries.erase(std::remove_if(_entries.begin(), _entries.end(),
					   [this](const Entry& entry) { return _twice.count(entry.key) != 0; }),
		_entries.end());
}

std::string shownKey(const std::string& key)
{
	if (key.empty()) return "\"\"";
	const std::size_t space = key.find_first_of(" \t");
	return escapeForLog(key.substr(0, space)) + (space == std::string::npos ? "" : " ...");
}

} // namespace Bore
