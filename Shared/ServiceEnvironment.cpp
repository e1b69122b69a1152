//
// ServiceEnvironment.cpp
//

#include "Shared/ServiceEnvironment.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr std::int64_t LONGEST_WATCHDOG_MICROSECONDS =
	31'536'000'000'000; // a year: what is added to a time must not overflow it

std::optional<std::string> take(const char* name)
{
	const char* const value = std::getenv(name);
	if (value == nullptr) return std::nullopt;
	std::string result = value;
	::unsetenv(name);
	return result;
}

std::optional<std::int64_t> numberFrom(const std::string& text)
{
	std::int64_t number = 0;
	const char* const end = text.data() + text.size();
	const auto [stop, error] = std::from_chars(text.data(), end, number);
	if (error != std::errc() || stop != end) return std::nullopt;
	return number;
}

std::optional<Duration> watchdogFrom(
	const std::optional<std::string>& interval, const std::optional<std::string>& process)
{
	if (!interval) return std::nullopt;
	if (process && numberFrom(*process) != std::int64_t{::getpid()}) return std::nullopt;
	const auto number = numberFrom(*interval);
	if (!number || *number <= 0 || *number > LONGEST_WATCHDOG_MICROSECONDS) return std::nullopt;
	return std::chrono::microseconds(*number);
}

} // namespace

ServiceEnvironment takeServiceEnvironment()
{
	ServiceEnvironment result;
	result.notifySocket = take("NOTIFY_SOCKET").value_or(std::string());
	const auto interval = take("WATCHDOG_USEC");
	const auto process = take("WATCHDOG_PID");
	result.watchdog = watchdogFrom(interval, process);
	return result;
}

} // namespace Bore
