//
// CommonSettings.cpp
//

#include "Shared/CommonSettings.h"

#include <chrono>
#include <cstdint>
#include <stdexcept>

namespace Bore
{

namespace
{

constexpr std::uint32_t MAX_GRACE_SECONDS = 3600; // longer is no shutdown any more

} // namespace

std::vector<Setting> secretSettings()
{
	return {
		Setting::of(Setting::Kind::Secret, Key::SECRET)
			.taking("S")
			.shortened('s')
			.explained("secret that the server and its clients share; other users of the machine may see"
					   " an option for a moment, so prefer the file"),
		Setting::of(Setting::Kind::Path, Key::SECRET_FILE)
			.taking("FILE")
			.explained("file whose first line is the secret"),
	};
}

std::vector<Setting> operationSettings()
{
	return {
		Setting::number(Key::SHUTDOWN_GRACE, 0, MAX_GRACE_SECONDS)
			.in("seconds")
			.orElse("5")
			.explained("how long running connections may go on after the first stop signal, in seconds"),
		Setting::choice(Key::LOG_LEVEL,
			{"fatal", "critical", "error", "warning", "notice", "information", "debug", "trace"})
			.taking("LEVEL")
			.orElse("information")
			.explained("least important messages to log: fatal, critical, error, warning, notice,"
					   " information, debug or trace"),
	};
}

std::optional<Secret> secretFrom(const Settings& settings)
{
	const SettingValue* value = settings.findEither(Key::SECRET, Key::SECRET_FILE);
	if (value == nullptr) return std::nullopt;
	if (value->setting->isSecret()) return Secret(value->text);
	try
	{
		return Secret::fromFile(value->text);
	}
	catch (const std::invalid_argument& e)
	{
		throw RoleFailure(ExitCode::Configuration, e.what());
	}
}

Duration graceFrom(const Settings& settings)
{
	return std::chrono::seconds(settings.number(Key::SHUTDOWN_GRACE));
}

} // namespace Bore
