//
// ClientSettings.cpp
//

#include "Client/ClientSettings.h"

#include "Shared/CommonSettings.h"
#include "Shared/HostPort.h"
#include "Shared/Protocol.h"
#include "Shared/RelaySettings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace Bore
{

namespace
{

constexpr char LOCAL_PORT[] = "localPort";
constexpr char LOCAL_HOST[] = "localHost";
constexpr char SERVER[] = "server";
constexpr char PORT[] = "port";
constexpr char STANDBY_SIZE[] = "standby.size";
constexpr std::uint32_t MOST_STANDBY = 1024; // each takes a descriptor on both sides

SettingTable::Program program()
{
	return {
		"bore-client",
		"LOCAL_PORT --to HOST[:PORT] [OPTION]...",
		"Opens a local TCP service to the public, on a port of a bore server. Prints the public\n"
		"address on one line of standard output as soon as it is open.",
		{
			{ExitCode::Ok, "asked to stop, by a signal"},
			{ExitCode::Usage, "the command line is wrong"},
			{ExitCode::Unreachable, "the server cannot be reached"},
			{ExitCode::Internal, "internal error"},
			{ExitCode::PortRefused, "the server refused the port"},
			{ExitCode::Lost, "the connection to the server was lost"},
			{ExitCode::AuthRefused, "authentication failed"},
			{ExitCode::Configuration, "a configuration file, a secret's file or the environment is wrong"},
		},
	};
}

std::vector<Setting> settings()
{
	std::vector<Setting> result{
		Setting::number(LOCAL_PORT, 1, 65535)
			.taking("LOCAL_PORT")
			.positional()
			.explained("port of the local service"),
		Setting::of(Setting::Kind::HostPort, SERVER)
			.calledOption("--to")
			.shortened('t')
			.taking("HOST[:PORT]")
			.explained("the bore server; an IPv6 address in brackets"),
		Setting::of(Setting::Kind::Host, LOCAL_HOST)
			.taking("HOST")
			.shortened('l')
			.orElse("localhost")
			.explained("host of the local service"),
		Setting::number(PORT, 0, 65535)
			.shortened('p')
			.orElse("0")
			.explained("public port to ask for; 0 is any"),
		Setting::number(Key::CONTROL_PORT, 1, 65535)
			.orElse(std::to_string(Protocol::CONTROL_PORT))
			.explained("port of the bore server, where --to names none"),
		Setting::number(STANDBY_SIZE, 0, MOST_STANDBY)
			.orElse("8")
			.explained("connections to keep ready for visitors, with a server that can; 0 is none"),
	};
	for (const auto& common : {secretSettings(), relaySettings(), operationSettings()})
		result.insert(result.end(), common.begin(), common.end());
	return result;
}

std::uint16_t serverPortFrom(const Settings& settings, const HostPort& server)
{
	const std::uint16_t controlPort = settings.port(Key::CONTROL_PORT);
	if (!server.port) return controlPort;

	const SettingValue& inServer = settings.get(SERVER);
	const SettingValue& separate = settings.get(Key::CONTROL_PORT);
	if (separate.layer > inServer.layer) return controlPort;
	if (separate.layer == inServer.layer && controlPort != *server.port)
	{
		Settings::refuse(separate.layer, "two ports for one server: " + inServer.described() + " and " +
											 separate.described() + ": give one of them");
	}
	return *server.port;
}

} // namespace

const SettingTable& ClientSettings::table()
{
	static const SettingTable table(program(), settings());
	return table;
}

ClientConfig ClientSettings::config(const Settings& settings)
{
	if (settings.find(LOCAL_PORT) == nullptr)
	{
		throw RoleFailure(ExitCode::Usage, "the port of the local service is missing: give LOCAL_PORT, as in"
										   " bore-client 8080 --to HOST (try bore-client --help)");
	}
	if (settings.find(SERVER) == nullptr)
	{
		throw RoleFailure(ExitCode::Usage, "the server is missing: give --to HOST[:PORT], as in"
										   " bore-client 8080 --to HOST (try bore-client --help)");
	}
	ClientConfig config;
	config.localHost = withoutBrackets(settings.get(LOCAL_HOST).text);
	config.localPort = settings.port(LOCAL_PORT);
	const HostPort server = HostPort::parse(settings.get(SERVER).text);
	config.serverHost = server.host;
	config.serverPort = serverPortFrom(settings, server);
	config.port = settings.port(PORT);
	config.standby = settings.number(STANDBY_SIZE);
	config.secret = secretFrom(settings);
	config.relay = relayConfigFrom(settings);
	config.grace = graceFrom(settings);
	return config;
}

} // namespace Bore
