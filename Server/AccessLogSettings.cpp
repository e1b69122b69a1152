//
// AccessLogSettings.cpp
//

#include "Server/AccessLogSettings.h"

#include "Shared/LogSettings.h"

namespace Bore
{

std::vector<Setting> accessLogSettings()
{
	return {
		Setting::choice("accessLog.target", {"off", "stderr", "file", "syslog"})
			.taking("off|stderr|file|syslog")
			.orElse("off")
			.requiringRestart()
			.explained("where a line for each visitor's connection goes, when it has ended")
			.beginning("Access log"),
		Setting::of(Setting::Kind::Path, "accessLog.file")
			.taking("FILE")
			.requiringRestart()
			.explained("the file, for the target file; it rotates as that of the log does")
			.noted("The keys log.rotateSize, log.rotateDaily, log.keep and log.facility are for both.")
			.like("/var/log/bore/access.log"),
		Setting::choice("accessLog.format", {"text", "json"})
			.taking("text|json")
			.orElse("text")
			.requiringRestart()
			.explained("key=value pairs, or a JSON object on each line"),
	};
}

LogOutputConfig accessLogConfigFrom(const Settings& settings)
{
	LogOutputConfig result = logOutputFrom(settings, "accessLog");
	const LogOutputConfig log = logOutputFrom(settings, "log");
	if (!result.file.path.empty() && result.file.path == log.file.path)
	{
		// Each would rename it under the other's hands.
		const SettingValue& one = settings.get(result.file.key);
		const SettingValue& other = settings.get(log.file.key);
		refuse(
			{&one, &other}, one.described() + " is the file of the log as well: give each a file of its own");
	}
	return result;
}

} // namespace Bore
