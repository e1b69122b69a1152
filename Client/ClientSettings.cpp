//
// ClientSettings.cpp
//

#include "Client/ClientSettings.h"

#include "Client/TlsClientSettings.h"
#include "Client/TunnelSettings.h"
#include "Shared/CommonSettings.h"
#include "Shared/DaemonSettings.h"
#include "Shared/HostPort.h"
#include "Shared/KeepaliveSettings.h"
#include "Shared/LogSettings.h"
#include "Shared/Protocol.h"
#include "Shared/RelaySettings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace Bore
{

namespace
{

constexpr char SERVER[] = "server";
constexpr char WAIT[] = "wait";
constexpr char RECONNECT[] = "reconnect";
constexpr char ATTEMPTS[] = "reconnect.attempts";
constexpr char FIRST_DELAY[] = "reconnect.firstDelay";
constexpr char MAX_DELAY[] = "reconnect.maxDelay";
constexpr char SILENCE[] = "server.silence";
constexpr std::uint32_t MOST_ATTEMPTS = 1'000'000;      // more is no limit any more
constexpr std::uint32_t LONGEST_DELAY_MS = 3'600'000;   // an hour: longer is no reconnecting any more
constexpr std::uint32_t LONGEST_SILENCE_SECONDS = 3600; // a server beats twice a second

SettingTable::Program program()
{
	return {
		"bore-client",
		"[LOCAL_HOST:]LOCAL_PORT[:REMOTE_PORT]... --to HOST[:PORT] [OPTION]...",
		"Opens local TCP services to the public, each on a port of a bore server. Prints the public\n"
		"address on one line of standard output as soon as it is open; of several, each followed by a\n"
		"blank and LOCAL_HOST:LOCAL_PORT.",
		{
			{ExitCode::Ok, "asked to stop, by a signal"},
			{ExitCode::Usage, "the command line is wrong"},
			{ExitCode::Unreachable, "the server cannot be reached"},
			{ExitCode::Internal, "internal error"},
			{ExitCode::PortRefused, "the server refused the port, or does not say who its visitors are"},
			{ExitCode::Lost, "the connection to the server was lost, and not restored"},
			{ExitCode::AuthRefused, "authentication failed"},
			{ExitCode::Configuration, "a configuration file, a secret's file or the environment is wrong"},
		},
		"/etc/bore/bore-client.properties",
	};
}

std::vector<Setting> connectionSettings()
{
	return {
		Setting::flag(WAIT)
			.orElse("false")
			.explained("whether to wait, at start, for a server that cannot be reached")
			.beginning("Server lost"),
		// Before the keys that begin like it: POCO looks for a whole name in this order.
		Setting::flag(RECONNECT).orElse("true").explained(
			"whether to connect again, on the same public port, when the connection to the server is lost"),
		Setting::number(ATTEMPTS, 0, MOST_ATTEMPTS)
			.orElse("0")
			.explained("attempts to connect that may fail in a row; 0 is any number"),
		Setting::number(FIRST_DELAY, 1, LONGEST_DELAY_MS)
			.in("milliseconds")
			.orElse("500")
			.explained("how long to wait before the first of them, in milliseconds; doubles from one to the"
					   " next; chance takes off up to half")
			.noted("A connection that stood for the longest wait starts it anew."),
		Setting::number(MAX_DELAY, 1, LONGEST_DELAY_MS)
			.in("milliseconds")
			.orElse("30000")
			.explained("the longest wait between two, in milliseconds"),
		Setting::number(SILENCE, 0, LONGEST_SILENCE_SECONDS)
			.in("seconds")
			.orElse("8")
			.explained("a server of which nothing is heard for so long is gone, in seconds; 0 is never")
			.noted("A server says something twice a second."),
	};
}

ReconnectConfig reconnectConfigFrom(const Settings& settings)
{
	ReconnectConfig config;
	config.enabled = settings.get(RECONNECT).text == "true";
	config.wait = settings.get(WAIT).text == "true";
	config.attempts = settings.number(ATTEMPTS);
	config.firstDelay = std::chrono::milliseconds(settings.number(FIRST_DELAY));
	config.maxDelay = std::chrono::milliseconds(settings.number(MAX_DELAY));
	return config;
}

std::vector<Setting> serverSettings()
{
	return {
		Setting::of(Setting::Kind::HostPort, SERVER)
			.calledOption("--to")
			.taking("HOST[:PORT]")
			.shortened('t')
			.requiringRestart()
			.explained("the bore server; an IPv6 address in brackets")
			.noted("It must be given somewhere.")
			.like("localhost")
			.needed(),
		Setting::number(Key::CONTROL_PORT, 1, 65535)
			.orElse(std::to_string(Protocol::CONTROL_PORT))
			.requiringRestart()
			.explained("port of the bore server, where --to names none; with --tls 7836 if neither is given")
			.noted("Of two ports, the one from the higher layer counts; in one layer they must be the same."),
	};
}

std::vector<Setting> settings()
{
	std::vector<Setting> result = TunnelSettings::settings();
	// Behind the positional: nobody does without them.
	const auto server = serverSettings();
	result.insert(result.begin() + 1, server.begin(), server.end());
	for (const auto& common : {connectionSettings(), tlsClientSettings(), secretSettings(),
			 keepaliveSettings(), relaySettings(), operationSettings(), logSettings(), daemonSettings()})
		result.insert(result.end(), common.begin(), common.end());
	return result;
}

std::uint16_t serverPortFrom(const Settings& settings, const HostPort& server)
{
	const std::uint16_t controlPort = settings.port(Key::CONTROL_PORT);
	const SettingValue& separate = settings.get(Key::CONTROL_PORT);
	if (!server.port)
		return settings.isTrue(Key::TLS) && separate.place.layer == Layer::Default ? TLS_CONTROL_PORT
																				   : controlPort;

	const SettingValue& inServer = settings.get(SERVER);
	if (separate.place.outranks(inServer.place)) return controlPort;
	if (!inServer.place.outranks(separate.place) && controlPort != *server.port)
	{
		refuse({&inServer, &separate}, "two ports for one server: " + inServer.described() + " and " +
										   separate.described() + ": give one of them");
	}
	return *server.port;
}

SettingFault missing(const Settings& settings, const char* key, const std::string& what)
{
	const std::string& program = settings.table().program().name;
	return {{Layer::CommandLine}, ExitCode::Usage,
		what + ", as in " + program + " 8080 --to HOST (try " + program + " --help)", {key}};
}

void readServer(const Settings& settings, ClientConfig& config, SettingFaults& faults)
{
	const SettingValue* value = settings.find(SERVER);
	if (value == nullptr)
	{
		faults.add(missing(settings, SERVER, "the server is missing: give --to HOST[:PORT]"));
		return;
	}
	const HostPort server = HostPort::parse(value->text);
	config.serverHost = server.host;
	faults.collect([&] { config.serverPort = serverPortFrom(settings, server); });
}

void readTunnels(const Settings& settings, bool forStart, ClientConfig& config, SettingFaults& faults)
{
	config.tunnels = TunnelSettings::tunnels(settings);
	if (forStart && config.tunnels.empty())
		faults.add(missing(settings, TunnelSettings::LOCAL_PORT,
			"the port of the local service is missing: give LOCAL_PORT"));
}

ClientConfig read(const Settings& settings, bool forStart)
{
	SettingFaults faults;
	ClientConfig config;
	faults.collect([&] { readTunnels(settings, forStart, config, faults); });
	readServer(settings, config, faults);
	faults.collect([&] { config.tls = tlsClientConfigFrom(settings); });
	config.reconnect = reconnectConfigFrom(settings);
	config.silence = std::chrono::seconds(settings.number(SILENCE));
	faults.collect([&] { config.secret = secretFrom(settings); });
	config.keepalive = keepaliveFrom(settings);
	config.relay = relayConfigFrom(settings);
	config.grace = graceFrom(settings);
	faults.throwIfAny();
	return config;
}

} // namespace

const SettingTable& ClientSettings::table()
{
	static const SettingTable table(program(), settings());
	return table;
}

ClientConfig ClientSettings::config(const Settings& settings)
{
	return read(settings, true);
}

void ClientSettings::check(const Settings& settings, bool forStart)
{
	static_cast<void>(read(settings, forStart));
}

Overruled ClientSettings::overruled(const Settings& settings)
{
	Overruled result = overruledOf(settings, Key::SECRET, Key::SECRET_FILE);
	result.merge(TunnelSettings::overruled(settings));
	const HostPort server = HostPort::parse(settings.get(SERVER).text);
	if (!server.port) return result;
	const std::uint16_t counts = serverPortFrom(settings, server);
	// With control.port as it is, one file would name two ports.
	if (counts == *server.port)
		result[Key::CONTROL_PORT] = std::nullopt;
	else
		result[SERVER] = formatHostPort(server.host, counts);
	return result;
}

} // namespace Bore
