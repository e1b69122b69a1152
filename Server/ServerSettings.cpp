//
// ServerSettings.cpp
//

#include "Server/ServerSettings.h"

#include "Shared/CommonSettings.h"
#include "Shared/Protocol.h"
#include "Shared/RelaySettings.h"

#include <algorithm>
#include <string>
#include <vector>

namespace Bore
{

namespace
{

constexpr char MIN_PORT[] = "minPort";
constexpr char MAX_PORT[] = "maxPort";
constexpr char BIND_ADDR[] = "bindAddr";
constexpr char BIND_TUNNELS[] = "bindTunnels";
constexpr char MAX_STANDBY[] = "standby.max";
constexpr std::uint32_t MOST_STANDBY = 1024; // each takes a descriptor on both sides

SettingTable::Program program()
{
	return {
		"bore-server",
		"[OPTION]...",
		"Gives clients public ports and carries what arrives there to them.",
		{
			{ExitCode::Ok, "asked to stop, by a signal"},
			{ExitCode::Usage, "the command line is wrong"},
			{ExitCode::Internal, "internal error"},
			{ExitCode::CannotBind, "an address or a port cannot be bound"},
			{ExitCode::Configuration, "a configuration file, a secret's file or the environment is wrong"},
		},
	};
}

std::vector<Setting> settings()
{
	std::vector<Setting> result{
		Setting::number(MIN_PORT, 1, 65535).orElse("1024").explained("lowest port that a client can get"),
		Setting::number(MAX_PORT, 1, 65535).orElse("65535").explained("highest port that a client can get"),
		Setting::of(Setting::Kind::Address, BIND_ADDR)
			.taking("ADDRESS")
			.explained("address of the control port; without it all, IPv4 and IPv6"),
		Setting::of(Setting::Kind::Address, BIND_TUNNELS)
			.taking("ADDRESS")
			.explained("address of the clients' public ports; without it that of --bind-addr"),
		Setting::number(Key::CONTROL_PORT, 0, 65535)
			.orElse(std::to_string(Protocol::CONTROL_PORT))
			.explained("port that clients connect to; 0 is any free one, which the log names"),
		Setting::number(MAX_STANDBY, 0, MOST_STANDBY)
			.orElse("64")
			.explained("standby connections that a tunnel may keep, so that its visitors need no dial"
					   " back; 0 is none"),
	};
	for (const auto& common : {secretSettings(), relaySettings(), operationSettings()})
		result.insert(result.end(), common.begin(), common.end());
	return result;
}

std::string addressFrom(const Settings& settings, const char* key)
{
	const SettingValue* value = settings.find(key);
	return value == nullptr ? std::string() : withoutBrackets(value->text);
}

} // namespace

const SettingTable& ServerSettings::table()
{
	static const SettingTable table(program(), settings());
	return table;
}

ServerConfig ServerSettings::config(const Settings& settings)
{
	ServerConfig config;
	config.minPort = settings.port(MIN_PORT);
	config.maxPort = settings.port(MAX_PORT);
	if (config.minPort > config.maxPort)
	{
		const SettingValue& min = settings.get(MIN_PORT);
		const SettingValue& max = settings.get(MAX_PORT);
		Settings::refuse(std::max(min.layer, max.layer), "no port is left: " + min.described() +
															 " is above " + max.described() +
															 ": lower the one or raise the other");
	}
	config.bindAddr = addressFrom(settings, BIND_ADDR);
	config.bindTunnels = addressFrom(settings, BIND_TUNNELS);
	if (config.bindTunnels.empty()) config.bindTunnels = config.bindAddr;
	config.controlPort = settings.port(Key::CONTROL_PORT);
	config.maxStandby = settings.number(MAX_STANDBY);
	config.secret = secretFrom(settings);
	config.relay = relayConfigFrom(settings);
	config.grace = graceFrom(settings);
	return config;
}

} // namespace Bore
