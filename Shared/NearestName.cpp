//
// NearestName.cpp
//

#include "Shared/NearestName.h"

#include <Poco/String.h>

#include <algorithm>
#include <cstddef>

namespace Bore
{

namespace
{

// Longer text is no mistyped name, and the table below is quadratic.
constexpr std::size_t MAX_NAME = 64;

std::size_t distance(const std::string& a, const std::string& b)
{
	std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
	for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
	for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
	for (std::size_t i = 1; i <= a.size(); ++i)
	{
		for (std::size_t j = 1; j <= b.size(); ++j)
		{
			const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
			table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
		}
	}
	return table[a.size()][b.size()];
}

} // namespace

std::string nearestName(const std::string& typed, const std::vector<std::string>& names)
{
	return nearestName(typed, names, typed.size() / 2);
}

std::string nearestName(const std::string& typed, const std::vector<std::string>& names, std::size_t most)
{
	if (typed.size() > MAX_NAME) return {};
	const std::string lower = Poco::toLower(typed);
	std::string nearest;
	std::size_t least = most + 1;
	for (const auto& name : names)
	{
		const std::size_t steps = distance(lower, Poco::toLower(name));
		if (steps >= least) continue;
		least = steps;
		nearest = name;
	}
	return nearest;
}

} // namespace Bore
