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
					   " an option for a moment, so prefer the file")
			.noted("It cannot be empty. Of the secret and its file only one may be given in one place. A file"
				   " that holds a secret must be its owner's alone.")
			.like("correct horse battery staple")
			.beginning("Secret"),
		Setting::of(Setting::Kind::Path, Key::SECRET_FILE)
			.taking("FILE")
			.explained("file whose first line is the secret")
			.like("/etc/bore/secret"),
	};
}

std::vector<Setting> operationSettings()
{
	return {
		Setting::number(Key::SHUTDOWN_GRACE, 0, MAX_GRACE_SECONDS)
			.in("seconds")
			.orElse("5")
			.explained("how long running connections may go on after the first stop signal, in seconds")
			.noted("A second signal ends them at once.")
			.beginning("Operation"),
		Setting::flag(Key::PERMISSIONS_STRICT)
			.orElse("true")
			.explained("whether a file with a secret in it is refused where others than its owner have any"
					   " right to it"),
	};
}

std::optional<Secret> secretFrom(const Settings& settings)
{
	const SettingValue* value = settings.findEither(Key::SECRET, Key::SECRET_FILE);
	if (value == nullptr) return std::nullopt;
	if (value->setting->isSecret()) return Secret(value->text);
	try
	{
		return Secret::fromFile(value->text, permissionsFrom(settings));
	}
	catch (const std::invalid_argument& e)
	{
		value->refuse(e.what(), ExitCode::Configuration);
	}
}

std::string secretKeyOf(const Settings& settings)
{
	const SettingValue* value = settings.findEither(Key::SECRET, Key::SECRET_FILE);
	return value == nullptr ? Key::SECRET : value->key;
}

Permissions permissionsFrom(const Settings& settings)
{
	const bool any =
		settings.find(Key::PERMISSIONS_STRICT) != nullptr && !settings.isTrue(Key::PERMISSIONS_STRICT);
	return any ? Permissions::Any : Permissions::Strict;
}

Duration graceFrom(const Settings& settings)
{
	return std::chrono::seconds(settings.number(Key::SHUTDOWN_GRACE));
}

} // namespace Bore
