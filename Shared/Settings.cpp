//
// Settings.cpp
//

#include "Shared/Settings.h"

#include "Shared/CommonSettings.h"
#include "Shared/HostPort.h"
#include "Shared/UnknownKey.h"

#include <Poco/Bugcheck.h>

#include <algorithm>
#include <limits>

namespace Bore
{

Settings::Settings(
	const SettingTable& table, const CommandLine& line, const EnvironmentVariables& environment)
	: _table(table)
{
	SettingFaults faults;
	readLayers(line, environment, faults);
	faults.throwIfAny();
}

Settings::Settings(const SettingTable& table, const CommandLine& line,
	const EnvironmentVariables& environment, SettingFaults& faults)
	: _table(table)
{
	readLayers(line, environment, faults);
}

Settings::Settings(
	const SettingTable& table, const ConfigFile& file, Permissions permissions, SettingFaults& faults)
	: _table(table)
{
	putDefaults();
	readFile(file, faults);
	putBorrowed();
	if (permissions == Permissions::Strict) refuseExposed(faults);
}

void Settings::readLayers(
	const CommandLine& line, const EnvironmentVariables& environment, SettingFaults& faults)
{
	putDefaults();
	for (const auto& file : configFiles(line.configFile(), _table.program().configFile, faults))
		readFile(file, faults);
	for (std::size_t i = 0; i < _table.settings().size(); ++i)
	{
		const Setting& setting = _table.settings()[i];
		if (setting.isFamily()) continue;
		const auto variable = environment.find(setting.environmentName());
		if (variable == environment.end()) continue;
		put({&setting, setting.key(), {Layer::Environment, 0, i}, variable->first, variable->second}, faults);
	}
	// Behind an option that nobody knows, anything may be taken for something else.
	const std::size_t count = line.problem().empty() ? line.given().size() : 0;
	std::vector<SettingValue> words;
	for (std::size_t i = 0; i < count; ++i)
	{
		const auto& given = line.given()[i];
		const SettingValue value{
			given.setting, given.setting->key(), {Layer::CommandLine, 0, i}, given.name, given.value};
		if (given.setting->isRepeated())
			words.push_back(value);
		else
			put(value, faults);
	}
	putArguments(words, faults);
	putBorrowed();
	if (permissionsFrom(*this) == Permissions::Strict) refuseExposed(faults);
}

const SettingValue* Settings::find(const std::string& key) const noexcept
{
	const Values* values = valuesOf(key);
	return values == nullptr ? nullptr : &values->rbegin()->second;
}

const SettingValue& Settings::get(const std::string& key) const
{
	const SettingValue* value = find(key);
	poco_check_ptr(value);
	return *value;
}

std::uint32_t Settings::number(const std::string& key) const
{
	const auto number = parseNumber(get(key).text, std::numeric_limits<std::uint32_t>::max());
	poco_assert(number);
	return *number;
}

std::uint16_t Settings::port(const std::string& key) const
{
	const auto port = parsePort(get(key).text);
	poco_assert(port);
	return *port;
}

bool Settings::isTrue(const std::string& key) const
{
	return get(key).text == "true";
}

const std::vector<std::string>& Settings::names(const std::string& family) const
{
	static const std::vector<std::string> none;
	const auto found = _names.find(family);
	return found == _names.end() ? none : found->second;
}

const SettingValue* Settings::findEither(const std::string& one, const std::string& other) const
{
	const Values* first = valuesOf(one);
	const Values* second = valuesOf(other);
	if (first == nullptr || second == nullptr) return first != nullptr ? find(one) : find(other);
	for (auto value = first->rbegin(); value != first->rend(); ++value)
	{
		const auto rival = second->find(value->first);
		if (rival == second->end() || value->first.first == Layer::Default) continue;
		refuse({&value->second, &rival->second}, one + " (" + value->second.origin + ") and " + other + " (" +
													 rival->second.origin +
													 ") are two ways of one thing: give one of them");
	}
	return find(one)->place.outranks(find(other)->place) ? find(one) : find(other);
}

void Settings::put(const SettingValue& value, SettingFaults& faults)
{
	const std::string refusal = value.setting->refusal(value.where(), value.text);
	if (!refusal.empty())
		faults.add({value.place, value.code(), refusal, {value.key}});
	else
		_values[value.key].emplace(Rank(value.place.layer, value.place.file), value);
}

void Settings::putDefaults()
{
	for (const auto& setting : _table.settings())
	{
		if (setting.isFamily() || !setting.defaultValue()) continue;
		_values[setting.key()].emplace(
			Rank(), SettingValue{&setting, setting.key(), {}, "default", *setting.defaultValue()});
	}
}

void Settings::putArguments(const std::vector<SettingValue>& words, SettingFaults& faults)
{
	for (const auto& word : words)
	{
		const std::string refusal = word.setting->wordRefusal(word.origin, word.text);
		if (!refusal.empty())
			faults.add({word.place, word.code(), refusal, {word.key}});
		else if (words.size() == 1 && word.setting->refusal(word.key, word.text).empty())
			put(word, faults);
		else
			_arguments.push_back(word);
	}
}

void Settings::putBorrowed()
{
	for (const auto& setting : _table.settings())
	{
		if (setting.defaultKey().empty()) continue;
		const SettingValue& lender = get(setting.defaultKey());
		for (const auto& name : names(setting.pattern().family()))
		{
			const std::string key = setting.pattern().keyOf(name);
			_values[key].emplace(Rank(),
				SettingValue{&setting, key, {}, "default, that of " + setting.defaultKey(), lender.text});
		}
	}
}

void Settings::readFile(const ConfigFile& source, SettingFaults& faults)
{
	const PropertiesFile file(source, faults);
	for (const auto& entry : file.entries()) readEntry(file, entry, faults);
	noteExposure(file, source.path);
}

void Settings::readEntry(
	const PropertiesFile& file, const PropertiesFile::Entry& entry, SettingFaults& faults)
{
	const Setting* setting = _table.find(entry.key);
	// The family's own key, "<name>" and all, is no key of a file.
	if (setting == nullptr || (setting->isFamily() && setting->key() == entry.key))
	{
		const UnknownKey unknown(_table, entry.key);
		faults.add({file.place(entry), ExitCode::Configuration,
			file.where(entry) + ": " + shownKey(entry.key) + ": " + unknown.text(), unknown.meant()});
		return;
	}
	if (setting->isFamily()) noteName(*setting, entry.key);
	put({setting, entry.key, file.place(entry), file.where(entry), entry.value}, faults);
}

void Settings::noteExposure(const PropertiesFile& file, const std::string& path)
{
	const std::string exposure = exposureOf(file.mode(), path);
	if (exposure.empty()) return;
	const auto& entries = file.entries();
	const auto secret = std::find_if(entries.begin(), entries.end(),
		[this](const PropertiesFile::Entry& entry)
		{
			const Setting* setting = _table.find(entry.key);
			return setting != nullptr && setting->isSecret();
		});
	if (secret == entries.end()) return;
	_exposed.push_back({file.place(*secret), ExitCode::Configuration,
		file.where(*secret) + ": " + secret->key + ": the file holds a secret and " + exposure, {}});
}

void Settings::refuseExposed(SettingFaults& faults) const
{
	for (const auto& fault : _exposed) faults.add(fault);
}

void Settings::noteName(const Setting& setting, const std::string& key)
{
	const std::string family = setting.pattern().family();
	const std::string name(*setting.pattern().nameIn(key));
	if (!_known.insert(family + "." + name).second) return;
	_names[family].push_back(name);
	for (const auto& sibling : _table.settings())
	{
		if (!sibling.defaultValue() || sibling.pattern().family() != family) continue;
		const std::string instance = sibling.pattern().keyOf(name);
		_values[instance].emplace(
			Rank(), SettingValue{&sibling, instance, {}, "default", *sibling.defaultValue()});
	}
}

const Settings::Values* Settings::valuesOf(const std::string& key) const noexcept
{
	const auto found = _values.find(key);
	return found == _values.end() ? nullptr : &found->second;
}

} // namespace Bore
