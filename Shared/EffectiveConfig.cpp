//
// EffectiveConfig.cpp
//

#include "Shared/EffectiveConfig.h"

#include "Shared/CommonSettings.h"

#include <algorithm>

namespace Bore
{

void ConfigChanges::add(const std::vector<std::string>& keys)
{
	const auto has = [this](const std::string& key)
	{ return std::find(reloaded.begin(), reloaded.end(), key) != reloaded.end(); };
	for (const auto& key : keys)
		if (!has(key) && !(key == Key::SECRET && has(Key::SECRET_FILE))) reloaded.push_back(key);
}

EffectiveConfig::EffectiveConfig(const Settings& settings, const Overruled& overruled)
	: _table(settings.table())
{
	const auto put = [&](std::size_t place, const std::string& key)
	{
		const SettingValue* value = settings.find(key);
		const auto other = overruled.find(key);
		if (other != overruled.end() && !other->second) return;
		if (value == nullptr || value->setting->isSecret()) return;
		_values[{place, key}] = other != overruled.end() ? *other->second : value->text;
	};
	for (std::size_t i = 0; i < _table.settings().size(); ++i)
	{
		const Setting& setting = _table.settings()[i];
		if (!setting.isFamily())
			put(i, setting.key());
		else
			for (const auto& name : settings.names(setting.pattern().family()))
			{
				put(i, setting.pattern().keyOf(name));
				_names.insert(setting.pattern().family() + "." + name);
			}
	}
}

ConfigChanges EffectiveConfig::changesTo(const EffectiveConfig& now) const
{
	ConfigChanges changes;
	std::set<std::string> told;
	const auto note = [&](const Key& key)
	{
		const Setting& setting = _table.settings()[key.first];
		std::string what = key.second;
		if (setting.isFamily())
		{
			const std::string name =
				setting.pattern().family() + "." + std::string(*setting.pattern().nameIn(key.second));
			if (hasName(name) != now.hasName(name)) what = name + ".*";
		}
		if (told.insert(what).second)
			(setting.requiresRestart() ? changes.atRestart : changes.reloaded).push_back(what);
	};
	auto before = _values.begin();
	auto after = now._values.begin();
	while (before != _values.end() || after != now._values.end())
	{
		const bool isGone =
			after == now._values.end() || (before != _values.end() && before->first < after->first);
		const bool isNew = !isGone && (before == _values.end() || after->first < before->first);
		if (isGone)
			note((before++)->first);
		else if (isNew)
			note((after++)->first);
		else if (const Key& key = before->first; (before++)->second != (after++)->second)
			note(key);
	}
	return changes;
}

void EffectiveConfig::adopt(const EffectiveConfig& now)
{
	Values next;
	const auto take = [&](const Values& from, bool ofRestart)
	{
		for (const auto& [key, text] : from)
			if (_table.settings()[key.first].requiresRestart() == ofRestart) next.emplace(key, text);
	};
	take(_values, true);
	take(now._values, false);
	_values.swap(next);
	_names = now._names;
}

} // namespace Bore
