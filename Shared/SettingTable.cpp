//
// SettingTable.cpp
//

#include "Shared/SettingTable.h"

#include <algorithm>
#include <utility>

namespace Bore
{

namespace
{

template <class Predicate>
const Setting* findIf(const std::vector<Setting>& settings, Predicate predicate) noexcept
{
	const auto found = std::find_if(settings.begin(), settings.end(), predicate);
	return found == settings.end() ? nullptr : &*found;
}

} // namespace

SettingTable::SettingTable(Program program, std::vector<Setting> settings)
	: _program(std::move(program))
	, _settings(std::move(settings))
{
}

const Setting* SettingTable::find(const std::string& key) const noexcept
{
	const Setting* setting = findIf(_settings, [&key](const Setting& s) { return s.key() == key; });
	if (setting != nullptr) return setting;
	return findIf(_settings,
		[&key](const Setting& s)
		{
			const auto name = s.pattern().nameIn(key);
			return name && KeyPattern::isName(*name);
		});
}

const Setting* SettingTable::findOption(const std::string& name) const noexcept
{
	return findIf(_settings, [&name](const Setting& s) { return s.hasOption() && s.optionName() == name; });
}

const Setting* SettingTable::findNegated(const std::string& name) const noexcept
{
	return findIf(_settings,
		[&name](const Setting& s) { return s.isFlag() && s.hasOption() && s.negatedName() == name; });
}

const Setting* SettingTable::findShort(char letter) const noexcept
{
	return findIf(_settings, [letter](const Setting& s) { return letter != 0 && s.shortOption() == letter; });
}

const Setting* SettingTable::positional() const noexcept
{
	return findIf(_settings, [](const Setting& s) { return s.isPositional(); });
}

std::vector<std::string> SettingTable::keys() const
{
	std::vector<std::string> result;
	for (const auto& setting : _settings) result.push_back(setting.key());
	return result;
}

} // namespace Bore
