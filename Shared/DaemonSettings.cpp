//
// DaemonSettings.cpp
//

#include "Shared/DaemonSettings.h"

#include "Shared/LogText.h"

#include <stdexcept>

namespace Bore
{

namespace
{

constexpr char DAEMON[] = "daemon";
constexpr char PID_FILE[] = "pidfile";
constexpr char UMASK[] = "umask";

void checkUmask(const std::string& text)
{
	const bool isOctal = !text.empty() && text.find_first_not_of("01234567") == std::string::npos;
	if (!isOctal || text.size() > 4 || (text.size() == 4 && text.front() != '0'))
		throw std::invalid_argument(
			"\"" + escapeForLog(text) + "\": expected octal digits from 0 to 777, such as 027");
}

void expectNoStandardError(const Settings& settings, const SettingValue& daemon)
{
	for (const char* const key : {"log.target", "accessLog.target"})
	{
		const SettingValue* const target = settings.find(key);
		if (target == nullptr || target->text != "stderr") continue;
		refuse({&daemon, target}, daemon.described() + " leaves no standard error for " +
									  target->described() + ": set " + key + " to file or syslog");
	}
}

} // namespace

std::vector<Setting> daemonSettings()
{
	return {
		Setting::flag(DAEMON)
			.orElse("false")
			.requiringRestart()
			.explained(
				"whether to go into the background: the command ends when the start has succeeded or failed")
			.noted("There is no standard error then: log.target must be file or syslog; so must"
				   " accessLog.target, or off.")
			.beginning("Background"),
		Setting::of(Setting::Kind::Path, PID_FILE)
			.taking("FILE")
			.requiringRestart()
			.explained("file for the process number, which it holds for as long as the program runs")
			.noted("In the background or not. A second process with the same file is refused.")
			.like("/run/bore/bore.pid"),
		Setting::checked(UMASK, checkUmask)
			.taking("MASK")
			.requiringRestart()
			.explained("rights that files made from now on do not give, in octal; without it as it is")
			.like("027"),
	};
}

DaemonConfig daemonConfigFrom(const Settings& settings)
{
	DaemonConfig config;
	if (const auto* daemon = settings.find(DAEMON); daemon != nullptr && daemon->text == "true")
	{
		expectNoStandardError(settings, *daemon);
		config.isDaemon = true;
	}
	if (const auto* file = settings.find(PID_FILE)) config.pidFile = file->text;
	if (const auto* mask = settings.find(UMASK))
		config.umask = static_cast<mode_t>(std::stoul(mask->text, nullptr, 8));
	return config;
}

} // namespace Bore
