//
// RelaySettings.cpp
//

#include "Shared/RelaySettings.h"

#include <chrono>

namespace Bore
{

namespace
{

constexpr char THREADS[] = "relay.threads";
constexpr char ZERO_COPY[] = "relay.zeroCopy";
constexpr char PIPES[] = "relay.pipes";
constexpr char MAX_REST[] = "relay.maxRest";
constexpr char IDLE_TIMEOUT[] = "relay.idleTimeout";
constexpr char HALF_CLOSE_TIMEOUT[] = "relay.halfCloseTimeout";

constexpr std::uint32_t MAX_THREADS = 1024;
constexpr std::uint32_t MAX_PIPES = 8192; // two descriptors each
constexpr std::uint32_t MAX_REST_MEBIBYTES = 65536;
constexpr std::uint32_t MAX_SECONDS = 31'536'000; // a year
constexpr std::size_t MEBIBYTE = 1024 * 1024;

} // namespace

std::vector<Setting> relaySettings()
{
	return {
		Setting::number(THREADS, 0, MAX_THREADS)
			.orElse("0")
			.requiringRestart()
			.explained("threads that carry connections; 0 is one for each core, at least 2")
			.beginning("Connections"),
		Setting::choice(ZERO_COPY, {"true", "false"})
			.taking("true|false")
			.orElse("true")
			.requiringRestart()
			.explained("whether what moves in bulk stays in the kernel (splice)")
			.noted("It costs less CPU time; false is of use where splice misbehaves, and to compare."),
		Setting::number(PIPES, 1, MAX_PIPES)
			.orElse("128")
			.requiringRestart()
			.explained("pipes for that at once, one for each direction that moves in bulk; an ordinary"
					   " user may have 256 in all")
			.noted(
				"Each takes two descriptors and up to 256 KiB of kernel memory. A direction that finds none"
				" is copied."),
		Setting::number(MAX_REST, 1, MAX_REST_MEBIBYTES)
			.in("MiB")
			.orElse("64")
			.explained("memory that unsent bytes of all connections may take before each gets less at a"
					   " time, in MiB"),
		Setting::number(IDLE_TIMEOUT, 0, MAX_SECONDS)
			.in("seconds")
			.orElse("0")
			.explained("a connection without a byte either way for so long is reset, in seconds; 0 is never"),
		Setting::number(HALF_CLOSE_TIMEOUT, 0, MAX_SECONDS)
			.in("seconds")
			.orElse("3600")
			.explained("the same for one that one side has ended, in seconds; 0 is never")
			.noted("Of the two the shorter counts."),
	};
}

RelayConfig relayConfigFrom(const Settings& settings)
{
	RelayConfig config;
	config.threads = settings.number(THREADS);
	config.zeroCopy = settings.get(ZERO_COPY).text == "true";
	config.pipes = settings.number(PIPES);
	config.maxRestBytes = settings.number(MAX_REST) * MEBIBYTE;
	config.idleTimeout = std::chrono::seconds(settings.number(IDLE_TIMEOUT));
	config.halfCloseTimeout = std::chrono::seconds(settings.number(HALF_CLOSE_TIMEOUT));
	return config;
}

} // namespace Bore
