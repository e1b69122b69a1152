//
// StrangeVariables.cpp
//

#include "Shared/StrangeVariables.h"

#include "Shared/LogText.h"
#include "Shared/NearestName.h"

#include <Poco/String.h>

#include <algorithm>
#include <cstring>

namespace Bore
{

namespace
{

constexpr char PREFIX[] = "BORE_";
constexpr std::size_t LETTERS = 1; // that is wrong: BORE_TLS_CERT, the client's, is no BORE_TLS_PORT

std::string meaningOf(const SettingTable& table, const std::string& name)
{
	std::vector<std::string> known;
	for (const auto& setting : table.settings())
		if (!setting.isFamily()) known.push_back(setting.environmentName());
	if (std::find(known.begin(), known.end(), name) != known.end()) return {};
	const std::string nearest = nearestName(name, known, LETTERS);
	if (!nearest.empty()) return "did you mean " + nearest + "?";
	for (const auto& setting : table.settings())
	{
		const std::string family = setting.pattern().family();
		if (!setting.isFamily() || name.rfind(PREFIX + Poco::toUpper(family) + "_", 0) != 0) continue;
		return "the keys " + family + ".<name>.* are given in files alone";
	}
	return {};
}

} // namespace

std::vector<std::string> strangeVariables(const SettingTable& table, const char* const* environment)
{
	std::vector<std::string> result;
	for (; *environment != nullptr; ++environment)
	{
		const std::string name(*environment, std::strcspn(*environment, "="));
		if (name.rfind(PREFIX, 0) != 0) continue;
		const std::string meaning = meaningOf(table, name);
		if (!meaning.empty())
			result.push_back("the variable " + escapeForLog(name) + " does not count: " + meaning);
	}
	return result;
}

} // namespace Bore
