//
// Settings.cpp
//

#include "Shared/Settings.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/NearestName.h"
#include "Shared/PropertiesFile.h"

#include <Poco/Bugcheck.h>

#include <limits>
#include <utility>

namespace Bore
{

std::string SettingValue::described() const
{
	const std::string shown = setting->isSecret() ? std::string() : " " + escapeForLog(text);
	return setting->key() + shown + " (" + origin + ")";
}

Settings::Settings(
	const SettingTable& table, const CommandLine& line, const EnvironmentVariables& environment)
	: _table(table)
{
	// From the top: of several faults, the one nearest to the user comes first.
	for (const auto& given : line.given()) put({given.setting, Layer::CommandLine, given.name, given.value});
	for (const auto& setting : table.settings())
	{
		const auto variable = environment.find(setting.environmentName());
		if (variable != environment.end())
			put({&setting, Layer::Environment, variable->first, variable->second});
	}
	if (line.configFile()) readFile(*line.configFile());
	for (const auto& setting : table.settings())
	{
		if (setting.defaultValue()) put({&setting, Layer::Default, "default", *setting.defaultValue()});
	}
}

const SettingValue* Settings::find(const std::string& key) const noexcept
{
	const auto found = _values.find(key);
	return found == _values.end() ? nullptr : &found->second.rbegin()->second;
}

const SettingValue* Settings::find(const std::string& key, Layer layer) const noexcept
{
	const auto found = _values.find(key);
	if (found == _values.end()) return nullptr;
	const auto value = found->second.find(layer);
	return value == found->second.end() ? nullptr : &value->second;
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

const SettingValue* Settings::findEither(const std::string& one, const std::string& other) const
{
	for (const Layer layer : {Layer::CommandLine, Layer::Environment, Layer::File})
	{
		const SettingValue* first = find(one, layer);
		const SettingValue* second = find(other, layer);
		if (first != nullptr && second != nullptr)
		{
			refuse(layer, one + " (" + first->origin + ") and " + other + " (" + second->origin +
							  ") are two ways of one thing: give one of them");
		}
	}
	const SettingValue* first = find(one);
	const SettingValue* second = find(other);
	if (first == nullptr || second == nullptr) return first != nullptr ? first : second;
	return first->layer > second->layer ? first : second;
}

void Settings::refuse(Layer layer, const std::string& text)
{
	throw RoleFailure(layer == Layer::CommandLine ? ExitCode::Usage : ExitCode::Configuration, text);
}

void Settings::put(SettingValue value)
{
	std::string name = value.origin;
	if (value.layer == Layer::File) name += ": " + value.setting->key();
	const std::string refusal = value.setting->refusal(name, value.text);
	if (!refusal.empty()) refuse(value.layer, refusal);
	const Layer layer = value.layer;
	_values[value.setting->key()].emplace(layer, std::move(value));
}

void Settings::readFile(const std::string& path)
{
	const PropertiesFile file(path);
	for (const auto& entry : file.entries())
	{
		const Setting* setting = _table.find(entry.key);
		if (setting == nullptr) refuse(Layer::File, file.where(entry) + ": " + unknownKey(entry.key));
		put({setting, Layer::File, file.where(entry), entry.value});
	}
}

std::string Settings::unknownKey(const std::string& key) const
{
	const std::size_t space = key.find_first_of(" \t");
	const std::string word = key.substr(0, space);
	const std::string text = "unknown key \"" + escapeForLog(word);
	// The first word alone: of "secret S =" nothing may show S.
	if (space != std::string::npos) return text + " ...\": a key is one word, as in \"key = value\"";
	const std::string nearest = nearestName(word, _table.keys());
	if (nearest.empty()) return text + "\": see " + _table.program().name + " --help for the keys";
	return text + "\": did you mean \"" + nearest + "\"?";
}

} // namespace Bore
