//
// LogSettings.cpp
//

#include "Shared/LogSettings.h"

#include "Shared/LogLevels.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <stdexcept>

namespace Bore
{

namespace
{

constexpr char LEVEL[] = "log.level";
constexpr char LEVELS[] = "log.levels";
constexpr char ROTATE_SIZE[] = "log.rotateSize";
constexpr char ROTATE_DAILY[] = "log.rotateDaily";
constexpr char KEEP[] = "log.keep";
constexpr char FACILITY[] = "log.facility";

constexpr std::uint64_t MIB = 1024ULL * 1024;
constexpr std::uint32_t MAX_ROTATE_MIB = 1'048'576; // a TiB: nobody opens a larger file of text
constexpr std::uint32_t MAX_KEEP = 1000;            // each rotation renames as many

struct Facility
{
	const char* name;
	int value; // of syslog(3)
};

constexpr Facility FACILITIES[] = {{"daemon", LOG_DAEMON}, {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1},
	{"local2", LOG_LOCAL2}, {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4}, {"local5", LOG_LOCAL5},
	{"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}};

std::vector<std::string> facilityNames()
{
	std::vector<std::string> names;
	for (const auto& facility : FACILITIES) names.emplace_back(facility.name);
	return names;
}

int facilityFrom(const std::string& name)
{
	const auto* const found = std::find_if(std::begin(FACILITIES), std::end(FACILITIES),
		[&name](const Facility& facility) { return name == facility.name; });
	return found->value;
}

void checkLevels(const std::string& levels)
{
	static_cast<void>(logLevelsFrom(levels));
}

LogOutputConfig::Target targetFrom(const std::string& name)
{
	if (name == "file") return LogOutputConfig::Target::File;
	if (name == "syslog") return LogOutputConfig::Target::Syslog;
	return name == "stderr" ? LogOutputConfig::Target::Stderr : LogOutputConfig::Target::Off;
}

std::string fileFrom(const Settings& settings, const SettingValue& target, const std::string& key)
{
	const bool needed = target.text == "file";
	const SettingValue* file = settings.find(key);
	if (needed && file == nullptr)
		refuse({&target}, target.described() + " needs a file: give its path as " + key);
	// Where the target was chosen, the file may belong to another choice.
	if (file != nullptr && !needed && target.place.layer == Layer::Default)
		refuse({file}, file->described() + " would not be used: set " + target.key + " to file as well");
	return needed ? file->text : std::string();
}

} // namespace

std::vector<Setting> logSettings()
{
	const LogFileConfig defaults;
	return {
		Setting::choice(LEVEL, logLevelNames())
			.taking("LEVEL")
			.orElse(logLevelName(LogConfig().level))
			.explained("least important messages to log: fatal, critical, error, warning, notice,"
					   " information, debug or trace")
			.beginning("Log"),
		Setting::checked(LEVELS, checkLevels)
			.taking("LIST")
			.explained("the same for single components: \"server.tunnel:debug, relay:warning\"")
			.noted("A component includes what is below it.")
			.like("relay:warning"),
		Setting::choice("log.target", {"stderr", "file", "syslog"})
			.taking("stderr|file|syslog")
			.orElse("stderr")
			.requiringRestart()
			.explained("where the log goes"),
		Setting::choice("log.format", {"text", "json"})
			.taking("text|json")
			.orElse("text")
			.requiringRestart()
			.explained("lines for people, or a JSON object on each line"),
		Setting::of(Setting::Kind::Path, "log.file")
			.taking("FILE")
			.requiringRestart()
			.explained("the file, for the target file; SIGUSR1 opens it anew")
			.like("/var/log/bore/bore.log"),
		Setting::number(ROTATE_SIZE, 0, MAX_ROTATE_MIB)
			.in("MiB")
			.orElse(std::to_string(defaults.rotateBytes / MIB))
			.requiringRestart()
			.explained("size at which a file is renamed to FILE.1, and a new one begun, in MiB; 0 is never"),
		Setting::flag(ROTATE_DAILY)
			.orElse(defaults.rotateDaily ? "true" : "false")
			.requiringRestart()
			.explained("whether it is, too, at midnight (UTC)"),
		Setting::number(KEEP, 0, MAX_KEEP)
			.orElse(std::to_string(defaults.keep))
			.requiringRestart()
			.explained("old files to keep"),
		Setting::choice(FACILITY, facilityNames())
			.taking("NAME")
			.orElse("daemon")
			.requiringRestart()
			.explained("facility for the target syslog: daemon or local0 to local7"),
	};
}

LogConfig logConfigFrom(const Settings& settings)
{
	LogConfig config;
	config.level = logLevelFrom(settings.get(LEVEL).text);
	if (const SettingValue* levels = settings.find(LEVELS)) config.levels = logLevelsFrom(levels->text);
	config.output = logOutputFrom(settings, "log");
	return config;
}

LogOutputConfig logOutputFrom(const Settings& settings, const std::string& prefix)
{
	const SettingValue& target = settings.get(prefix + ".target");
	LogOutputConfig config;
	config.target = targetFrom(target.text);
	config.format = settings.get(prefix + ".format").text == "json" ? LogOutputConfig::Format::Json
																	: LogOutputConfig::Format::Text;
	config.file.key = prefix + ".file";
	config.file.path = fileFrom(settings, target, config.file.key);
	config.file.rotateBytes = settings.number(ROTATE_SIZE) * MIB;
	config.file.rotateDaily = settings.get(ROTATE_DAILY).text == "true";
	config.file.keep = settings.number(KEEP);
	config.facility = facilityFrom(settings.get(FACILITY).text);
	return config;
}

} // namespace Bore
