//
// ServerSettings.cpp
//

#include "Server/ServerSettings.h"

#include "Server/AccessLogSettings.h"
#include "Server/AccessSettings.h"
#include "Server/TlsServerSettings.h"
#include "Server/UsersFile.h"
#include "Shared/CommonSettings.h"
#include "Shared/DaemonSettings.h"
#include "Shared/HostName.h"
#include "Shared/KeepaliveSettings.h"
#include "Shared/LogSettings.h"
#include "Shared/Protocol.h"
#include "Shared/RelaySettings.h"

#include <array>
#include <chrono>
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
constexpr char USER_TIMEOUT[] = "control.userTimeout";
constexpr char PORT_RESERVATION[] = "port.reservation";
constexpr std::uint32_t MAX_USER_TIMEOUT_SECONDS = 3600; // a client that is silent for longer is gone
constexpr std::uint32_t MAX_RESERVATION_SECONDS =
	86'400;                                  // a day: a port that nobody uses is missed by others
constexpr std::uint32_t MOST = 1000000;      // of what a limit can bound: more than a machine has ports
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
		"/etc/bore/bore-server.properties",
		{"make-certificate", "NAME...",
			"write a self-signed certificate for these names and addresses, and its key, to the files of"
			" tls.certificate and tls.key (else bore-server.crt and bore-server.key here), print its"
			" fingerprint, and exit"},
	};
}

struct Bound
/// A limit: its key, where its value goes, and what help says of it.
{
	const char* key;
	std::size_t Limits::*value;
	std::uint32_t least;
	const char* help;
	const char* note = "";
};

constexpr std::array<Bound, 12> BOUNDS{{
	{"limit.tunnels", &Limits::tunnels, 0, "tunnels at once; 0 is no limit, here and below",
		"A client beyond a limit is told which."},
	{"limit.tunnelsPerAddress", &Limits::tunnelsPerAddress, 0,
		"of them for one address, an IPv6 address by its /64"},
	{"limit.newTunnelsPerMinute", &Limits::newTunnelsPerMinute, 0,
		"tunnels that one address may open in a minute"},
	{"limit.connections", &Limits::connections, 0, "visitors' connections at once",
		"Each takes two descriptors. A visitor beyond a limit is reset."},
	{"limit.connectionsPerTunnel", &Limits::connectionsPerTunnel, 0, "of them for one tunnel"},
	{"limit.connectionsPerVisitor", &Limits::connectionsPerVisitor, 0, "of them from one address"},
	{"limit.unclaimed", &Limits::unclaimed, 0, "visitors at once that their clients have yet to fetch",
		"Never more than a quarter of the descriptors that the server may open."},
	{"limit.unclaimedPerTunnel", &Limits::unclaimedPerTunnel, 0, "of them for one tunnel"},
	{"limit.handshakes", &Limits::handshakes, 1,
		"unfinished handshakes at once; beyond it the oldest is dropped for the newest"},
	{"limit.handshakesPerAddress", &Limits::handshakesPerAddress, 0,
		"of them from one address; beyond it the newest is reset"},
	{"limit.failedAuthentications.delayAfter", &Limits::delayAfter, 0,
		"wrong answers of one address within a minute from which on the reply is held back for 1 s"},
	{"limit.failedAuthentications.refuseAfter", &Limits::refuseAfter, 0,
		"the same from which on the address is refused for 60 s"},
}};

std::vector<Setting> limitSettings()
{
	const Limits defaults;
	std::vector<Setting> result;
	result.reserve(BOUNDS.size());
	for (const auto& bound : BOUNDS)
		result.push_back(Setting::number(bound.key, bound.least, MOST)
							 .orElse(std::to_string(defaults.*bound.value))
							 .explained(bound.help)
							 .noted(bound.note));
	result.front() = std::move(result.front()).beginning("Limits");
	return result;
}

std::vector<Setting> settings()
{
	std::vector<Setting> result{
		Setting::number(MIN_PORT, 1, 65535)
			.orElse("1024")
			.explained("lowest port that a client can get")
			.beginning("Ports and addresses"),
		Setting::number(MAX_PORT, 1, 65535).orElse("65535").explained("highest port that a client can get"),
		Setting::of(Setting::Kind::Address, BIND_ADDR)
			.taking("ADDRESS")
			.requiringRestart()
			.explained("address of the control port; without it all, IPv4 and IPv6")
			.like("192.0.2.1"),
		Setting::of(Setting::Kind::Address, BIND_TUNNELS)
			.taking("ADDRESS")
			.requiringRestart()
			.explained("address of the clients' public ports; without it that of --bind-addr")
			.like("192.0.2.2"),
		Setting::number(Key::CONTROL_PORT, 0, 65535)
			.orElse(std::to_string(Protocol::CONTROL_PORT))
			.requiringRestart()
			.explained("port that clients connect to; 0 is any free one, which the log names"),
		Setting::number(MAX_STANDBY, 0, MOST_STANDBY)
			.orElse("64")
			.explained("standby connections that a tunnel may keep, so that its visitors need no dial"
					   " back; 0 is none")
			.noted("Each takes a descriptor.")
			.beginning("Clients"),
		Setting::number(USER_TIMEOUT, 0, MAX_USER_TIMEOUT_SECONDS)
			.in("seconds")
			.orElse("10")
			.explained("a client whose machine acknowledges nothing for so long is given up, in seconds; 0 is"
					   " as long as the system says")
			.noted("That is a quarter of an hour, as a rule."),
		Setting::number(PORT_RESERVATION, 0, MAX_RESERVATION_SECONDS)
			.in("seconds")
			.orElse("30")
			.explained("how long the port of a client that was lost is kept for it, in seconds; 0 is not at"
					   " all")
			.noted("The original's clients cannot have this."),
		Setting::of(Setting::Kind::Path, ServerSettings::USERS_FILE)
			.taking("FILE")
			.explained(
				"file of the users who may open tunnels, each with a secret and limits of its own, beside"
				" whoever has the one secret")
			.noted("It has keys of its own: user.<name>.secret and others.")
			.like("/etc/bore/users.properties"),
	};
	for (const auto& common :
		{tlsServerSettings(), accessSettings(), limitSettings(), secretSettings(), keepaliveSettings(),
			relaySettings(), operationSettings(), logSettings(), accessLogSettings(), daemonSettings()})
		result.insert(result.end(), common.begin(), common.end());
	return result;
}

std::string addressFrom(const Settings& settings, const char* key)
{
	const SettingValue* value = settings.find(key);
	return value == nullptr ? std::string() : withoutBrackets(value->text);
}

void expectPortsBetween(const SettingValue& min, const SettingValue& max, const ServerConfig& config)
{
	if (config.minPort <= config.maxPort) return;
	refuse({&min, &max}, "no port is left: " + min.described() + " is above " + max.described() +
							 ": lower the one or raise the other");
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
	SettingFaults faults;
	faults.collect([&] { expectPortsBetween(settings.get(MIN_PORT), settings.get(MAX_PORT), config); });
	config.bindAddr = addressFrom(settings, BIND_ADDR);
	config.bindTunnels = addressFrom(settings, BIND_TUNNELS);
	if (config.bindTunnels.empty()) config.bindTunnels = config.bindAddr;
	config.controlPort = settings.port(Key::CONTROL_PORT);
	faults.collect([&] { config.plainControl = plainControlFrom(settings); });
	faults.collect([&] { config.tls = tlsServerConfigFrom(settings); });
	config.maxStandby = settings.number(MAX_STANDBY);
	config.userTimeout = std::chrono::seconds(settings.number(USER_TIMEOUT));
	config.portReservation = std::chrono::seconds(settings.number(PORT_RESERVATION));
	for (const auto& bound : BOUNDS) config.limits.*bound.value = settings.number(bound.key);
	faults.collect([&] { config.access = accessRulesFrom(settings); });
	faults.collect([&] { config.secret = secretFrom(settings); });
	if (const auto* file = settings.find(USERS_FILE))
		faults.collect(
			[&] { config.users = UsersFile(file->text, permissionsFrom(settings)).users(config.secret); });
	config.keepalive = keepaliveFrom(settings);
	config.relay = relayConfigFrom(settings);
	faults.collect([&] { config.accessLog = accessLogConfigFrom(settings); });
	config.grace = graceFrom(settings);
	faults.throwIfAny();
	return config;
}

} // namespace Bore
