//
// KeepaliveSettings.cpp
//

#include "Shared/KeepaliveSettings.h"

#include <cstdint>
#include <string>

namespace Bore
{

namespace
{

constexpr char IDLE[] = "keepalive.idle";
constexpr char INTERVAL[] = "keepalive.interval";
constexpr char COUNT[] = "keepalive.count";

constexpr std::uint32_t MAX_SECONDS = 32767; // Linux takes no more (MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL)
constexpr std::uint32_t MAX_COUNT = 127;     // nor here (MAX_TCP_KEEPCNT)

int valueOf(const Settings& settings, const char* key)
{
	return static_cast<int>(settings.number(key));
}

} // namespace

std::vector<Setting> keepaliveSettings()
{
	const Keepalive defaults;
	return {
		Setting::number(IDLE, 0, MAX_SECONDS)
			.in("seconds")
			.orElse(std::to_string(defaults.idle))
			.explained("a connection on which nothing moves for so long is probed, in seconds; 0 is what the"
					   " system has")
			.beginning("Dead connections"),
		Setting::number(INTERVAL, 0, MAX_SECONDS)
			.in("seconds")
			.orElse(std::to_string(defaults.interval))
			.explained("time between two probes, in seconds; 0 is what the system has"),
		Setting::number(COUNT, 0, MAX_COUNT)
			.orElse(std::to_string(defaults.count))
			.explained("probes without an answer before it is dead; 0 is what the system has"),
	};
}

Keepalive keepaliveFrom(const Settings& settings)
{
	return {valueOf(settings, IDLE), valueOf(settings, INTERVAL), valueOf(settings, COUNT)};
}

} // namespace Bore
