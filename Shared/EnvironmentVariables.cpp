//
// EnvironmentVariables.cpp
//

#include "Shared/EnvironmentVariables.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace Bore
{

EnvironmentVariables takeEnvironment(const SettingTable& table)
{
	EnvironmentVariables environment;
	for (const auto& setting : table.settings())
	{
		if (setting.isFamily()) continue;
		const std::string name = setting.environmentName();
		char* value = std::getenv(name.c_str());
		if (value == nullptr) continue;
		environment[name] = value;
		if (!setting.isSecret()) continue;
		std::fill_n(value, std::strlen(value), '\0');
		::unsetenv(name.c_str());
	}
	return environment;
}

} // namespace Bore
