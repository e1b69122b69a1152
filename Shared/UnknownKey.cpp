//
// UnknownKey.cpp
//

#include "Shared/UnknownKey.h"

#include "Shared/NearestName.h"

namespace Bore
{

namespace
{

std::string hint(const SettingTable& table)
{
	const std::string& program = table.program().name;
	if (!program.empty()) return "see " + program + " --help for the keys";
	std::string keys;
	for (const auto& key : table.keys()) keys += (keys.empty() ? "" : ", ") + key;
	return "known here are " + keys;
}

} // namespace

UnknownKey::UnknownKey(const SettingTable& table, const std::string& key)
{
	const std::size_t space = key.find_first_of(" \t");
	if (space != std::string::npos)
	{
		_meant.push_back(key.substr(0, space));
		_text = "unknown key: a key is one word, as in \"key = value\"";
		return;
	}
	if (isBadName(table, key)) return;

	std::vector<std::string> candidates;
	for (const auto& setting : table.settings())
		candidates.push_back(setting.isFamily() ? setting.pattern().likenessTo(key) : setting.key());
	const std::string nearest = nearestName(key, candidates);
	if (nearest.empty())
	{
		_text = "unknown key: " + hint(table);
		return;
	}
	_meant.push_back(nearest);
	_text = "unknown key: did you mean \"" + nearest + "\"?";
}

bool UnknownKey::isBadName(const SettingTable& table, const std::string& key)
{
	for (const auto& setting : table.settings())
	{
		if (!setting.pattern().nameIn(key)) continue;
		_meant.push_back(key);
		_text = "unknown key: in " + setting.key() + " the name is 1 to " +
				std::to_string(KeyPattern::MAX_NAME) + " of A-Z, a-z, 0-9, _ and -";
		return true;
	}
	return false;
}

} // namespace Bore
