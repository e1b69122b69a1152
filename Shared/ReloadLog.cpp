//
// ReloadLog.cpp
//

#include "Shared/ReloadLog.h"

#include "Shared/LoggingErrorHandler.h"
#include "Shared/Quietly.h"
#include "Shared/SettingFaults.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

namespace Bore
{

namespace
{

constexpr std::size_t MOST_NAMED = 50; // keys in one line: more are better looked up

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.config");
	return instance;
}

std::string named(const std::vector<std::string>& keys)
{
	std::string all;
	for (std::size_t i = 0; i < std::min(keys.size(), MOST_NAMED); ++i) all += (i == 0 ? "" : ", ") + keys[i];
	if (keys.size() > MOST_NAMED) all += " and " + std::to_string(keys.size() - MOST_NAMED) + " more";
	return all;
}

} // namespace

void ReloadLog::applied(const ConfigChanges& changes)
{
	logger().notice(
		"configuration reloaded: " +
		(changes.reloaded.empty() ? std::string("nothing changed") : "changed: " + named(changes.reloaded)));
	if (!changes.atRestart.empty())
		logger().warning("takes effect after a restart: " + named(changes.atRestart));
}

void ReloadLog::explaining(const std::function<void()>& step) noexcept
{
	const bool logged = quietly(
		[&]
		{
			try
			{
				step();
			}
			catch (const SettingFailure& failure)
			{
				for (const auto& fault : failure.faults()) logger().error(fault.text);
				logger().error("configuration not reloaded: it is wrong, and the old one stays");
			}
			catch (const std::exception& error)
			{
				logger().error(
					"configuration not reloaded, or not all of it: %s; send SIGHUP again", plainText(error));
			}
		});
	static_cast<void>(logged); // without memory even for a line
}

void ReloadLog::dropped() noexcept
{
	quietly([] { logger().notice("SIGHUP: the program stops, its configuration is not reloaded"); });
}

} // namespace Bore
