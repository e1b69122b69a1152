//
// TunnelSettings.cpp
//

#include "Client/TunnelSettings.h"

#include "Client/TunnelSpec.h"
#include "Shared/HostName.h"

#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace Bore
{

namespace
{

constexpr char LOCAL_HOST[] = "localHost";
constexpr char PORT[] = "port";
constexpr char STANDBY_SIZE[] = "standby.size";
constexpr char MAX_CONNECTIONS[] = "maxConnections";
constexpr char STANDBY[] = "standby"; // of one tunnel
constexpr char PROXY_PROTOCOL[] = "proxyProtocol";
constexpr char PROXY_OFF[] = "off";
constexpr char PROXY_V1[] = "v1";
constexpr char PROXY_V2[] = "v2";
constexpr char FAMILY[] = "tunnel";
constexpr char ANY_NAME[] = "<name>";
constexpr std::uint32_t MOST_STANDBY = 1024;          // each takes a descriptor on both sides
constexpr std::uint32_t MOST_CONNECTIONS = 1'000'000; // each takes two descriptors: more is no limit any more

struct Wanted
{
	TunnelConfig tunnel;
	const SettingValue* portFrom; // what names its public port
};

std::string keyOf(const std::string& name, const std::string& what)
{
	return std::string(FAMILY) + "." + name + "." + what;
}

ProxyProtocol proxyProtocolFrom(const Settings& settings, const std::string& key)
{
	const std::string& text = settings.get(key).text;
	return text == PROXY_V1 ? ProxyProtocol::V1 : text == PROXY_V2 ? ProxyProtocol::V2 : ProxyProtocol::Off;
}

std::string textOf(ProxyProtocol protocol)
{
	return protocol == ProxyProtocol::V1 ? PROXY_V1 : protocol == ProxyProtocol::V2 ? PROXY_V2 : PROXY_OFF;
}

bool portCounts(const Settings& settings)
{
	const auto& words = settings.arguments();
	if (words.empty()) return settings.find(TunnelSettings::LOCAL_PORT) != nullptr;
	return words.size() == 1 && !TunnelSpec::parse(words.front().text).port;
}

Wanted namedTunnel(const Settings& settings, const std::string& name)
{
	Wanted result;
	result.tunnel.name = name;
	result.tunnel.localPort = settings.port(keyOf(name, TunnelSettings::LOCAL_PORT));
	result.tunnel.localHost = withoutBrackets(settings.get(keyOf(name, LOCAL_HOST)).text);
	result.tunnel.port = settings.port(keyOf(name, PORT));
	result.tunnel.standby = settings.number(keyOf(name, STANDBY));
	result.tunnel.maxConnections = settings.number(keyOf(name, MAX_CONNECTIONS));
	result.tunnel.proxyProtocol = proxyProtocolFrom(settings, keyOf(name, PROXY_PROTOCOL));
	result.portFrom = settings.find(keyOf(name, PORT));
	return result;
}

void refuseWithoutLocalPort(const Settings& settings, const std::string& name, SettingFaults& faults)
{
	const std::string needed = keyOf(name, TunnelSettings::LOCAL_PORT);
	const SettingValue* first = nullptr;
	for (const char* what : {LOCAL_HOST, PORT, STANDBY, MAX_CONNECTIONS, PROXY_PROTOCOL})
	{
		const SettingValue* value = settings.find(keyOf(name, what));
		if (value == nullptr || value->place.layer == Layer::Default) continue;
		if (first == nullptr || value->place < first->place) first = value;
	}
	// Without any, what the name has is wrong, and told already.
	if (first == nullptr) return;
	faults.add({first->place, first->code(),
		first->where() + ": the tunnel has no local port: give " + needed + ", too", {needed}});
}

std::vector<Wanted> namedTunnels(const Settings& settings, SettingFaults& faults)
{
	std::vector<Wanted> result;
	for (const auto& name : settings.names(FAMILY))
	{
		if (settings.find(keyOf(name, TunnelSettings::LOCAL_PORT)) == nullptr)
			refuseWithoutLocalPort(settings, name, faults);
		else
			result.push_back(namedTunnel(settings, name));
	}
	return result;
}

std::string unusedName(const std::string& typed, std::set<std::string>& used)
{
	constexpr std::size_t ROOM_FOR_A_NUMBER = 8; // "-" and more tunnels than there are ports
	std::string name = typed.substr(0, KeyPattern::MAX_NAME - ROOM_FOR_A_NUMBER);
	for (char& c : name)
		if (!KeyPattern::isName({&c, 1})) c = '_';
	std::string result = name;
	for (int number = 2; !used.insert(result).second; ++number) result = name + "-" + std::to_string(number);
	return result;
}

std::vector<const SettingValue*> namelessWords(const Settings& settings)
{
	std::vector<const SettingValue*> result;
	for (const auto& word : settings.arguments()) result.push_back(&word);
	const SettingValue* alone = settings.find(TunnelSettings::LOCAL_PORT);
	if (result.empty() && alone != nullptr) result.push_back(alone);
	return result;
}

std::vector<Wanted> namelessTunnels(const Settings& settings)
{
	std::set<std::string> used(settings.names(FAMILY).begin(), settings.names(FAMILY).end());
	TunnelConfig common;
	common.localHost = withoutBrackets(settings.get(LOCAL_HOST).text);
	common.standby = settings.number(STANDBY_SIZE);
	common.maxConnections = settings.number(MAX_CONNECTIONS);
	common.proxyProtocol = proxyProtocolFrom(settings, PROXY_PROTOCOL);
	common.port = portCounts(settings) ? settings.port(PORT) : 0;

	std::vector<Wanted> result;
	for (const auto* word : namelessWords(settings))
	{
		const TunnelSpec spec = TunnelSpec::parse(word->text);
		TunnelConfig tunnel = common;
		tunnel.name = unusedName(word->text, used);
		tunnel.localHost = spec.localHost.value_or(common.localHost);
		tunnel.localPort = spec.localPort;
		tunnel.port = spec.port.value_or(common.port);
		result.push_back({tunnel, spec.port ? word : settings.find(PORT)});
	}
	return result;
}

void checkPort(const Settings& settings)
{
	const SettingValue& port = settings.get(PORT);
	if (port.place.layer != Layer::CommandLine || portCounts(settings)) return;
	const auto& words = settings.arguments();
	if (words.size() > 1)
		port.refuse("one public port for several tunnels: give each its own, LOCAL_PORT:REMOTE_PORT",
			ExitCode::Usage);
	if (words.size() == 1)
		port.refuse("two public ports for one tunnel: " + port.text + ", and the one in " +
						words.front().text + ": give one of them",
			ExitCode::Usage);
	if (!settings.names(FAMILY).empty())
		port.refuse(
			"every tunnel has a name: give LOCAL_PORT, too, or " + keyOf(ANY_NAME, PORT) + " in the file",
			ExitCode::Usage);
}

void checkPublicPorts(const std::vector<Wanted>& tunnels)
{
	std::map<std::uint16_t, const SettingValue*> first;
	for (const auto& wanted : tunnels)
	{
		if (wanted.tunnel.port == 0) continue;
		const auto [known, isNew] = first.emplace(wanted.tunnel.port, wanted.portFrom);
		if (isNew) continue;
		refuse({known->second, wanted.portFrom},
			"public port " + std::to_string(wanted.tunnel.port) + " is asked for by two tunnels: " +
				known->second->described() + " and " + wanted.portFrom->described() + ": give each its own");
	}
}

} // namespace

std::vector<Setting> TunnelSettings::settings()
{
	return {
		Setting::number(LOCAL_PORT, 1, 65535)
			.taking("LOCAL_PORT")
			.repeated("[LOCAL_HOST:]LOCAL_PORT[:REMOTE_PORT]...",
				[](const std::string& word) { static_cast<void>(TunnelSpec::parse(word)); })
			.explained("port of the local service, perhaps with its host and the public port to ask for;"
					   " several are several tunnels; the key and the variable are a port alone")
			.noted("It must be given somewhere, or else tunnels with names.")
			.like("8080")
			.needed()
			.beginning("Tunnel"),
		Setting::of(Setting::Kind::Host, LOCAL_HOST)
			.taking("HOST")
			.shortened('l')
			.orElse("localhost")
			.explained("host of the local services that name none"),
		Setting::number(PORT, 0, 65535)
			.shortened('p')
			.orElse("0")
			.explained("public port to ask for, with one tunnel; 0 is any"),
		Setting::number(STANDBY_SIZE, 0, MOST_STANDBY)
			.orElse("8")
			.explained(
				"connections that each tunnel keeps ready for visitors, with a server that can; 0 is none")
			.noted("Each takes a descriptor."),
		Setting::number(MAX_CONNECTIONS, 0, MOST_CONNECTIONS)
			.orElse("0")
			.explained("visitors that each tunnel has at once, the others are reset; 0 is any number"),
		Setting::choice(PROXY_PROTOCOL, {PROXY_OFF, PROXY_V1, PROXY_V2})
			.orElse(PROXY_OFF)
			.explained("whether the local services are told who their visitors are, by a header of the PROXY"
					   " protocol ahead of the first byte; needs a server that can"),
		Setting::number(keyOf(ANY_NAME, LOCAL_PORT), 1, 65535)
			.explained("port of the local service of one more tunnel, which the log calls by its name")
			.noted("In place of <name> stands a name of 1 to 64 of A-Z, a-z, 0-9, _ and -. It must be given"
				   " for each name that another key has.")
			.like("8000")
			.beginning("More tunnels"),
		Setting::of(Setting::Kind::Host, keyOf(ANY_NAME, LOCAL_HOST))
			.taking("HOST")
			.orElseThatOf(LOCAL_HOST)
			.explained("its host"),
		Setting::number(keyOf(ANY_NAME, PORT), 0, 65535)
			.orElse("0")
			.explained("public port to ask for; 0 is any"),
		Setting::number(keyOf(ANY_NAME, STANDBY), 0, MOST_STANDBY)
			.orElseThatOf(STANDBY_SIZE)
			.explained("connections that it keeps ready for visitors"),
		Setting::number(keyOf(ANY_NAME, MAX_CONNECTIONS), 0, MOST_CONNECTIONS)
			.orElseThatOf(MAX_CONNECTIONS)
			.explained("visitors that it has at once"),
		Setting::choice(keyOf(ANY_NAME, PROXY_PROTOCOL), {PROXY_OFF, PROXY_V1, PROXY_V2})
			.orElseThatOf(PROXY_PROTOCOL)
			.explained("whether it is told who they are"),
	};
}

std::vector<TunnelConfig> TunnelSettings::tunnels(const Settings& settings)
{
	SettingFaults faults;
	std::vector<Wanted> wanted = namedTunnels(settings, faults);
	const bool anyNamed = !settings.names(FAMILY).empty();
	for (const auto& nameless : namelessTunnels(settings)) wanted.push_back(nameless);
	faults.collect([&] { checkPort(settings); });
	faults.collect([&] { checkPublicPorts(wanted); });
	faults.throwIfAny();

	std::vector<TunnelConfig> result;
	result.reserve(wanted.size());
	for (const auto& each : wanted) result.push_back(each.tunnel);
	if (!anyNamed && result.size() == 1) result.front().name.clear();
	return result;
}

Overruled TunnelSettings::overruled(const Settings& settings)
{
	Overruled result;
	if (settings.get(PORT).place.layer != Layer::Default && !portCounts(settings))
		result[PORT] = std::nullopt;
	if (settings.arguments().empty()) return result;
	result[LOCAL_PORT] = std::nullopt;
	for (const auto& nameless : namelessTunnels(settings))
	{
		const TunnelConfig& tunnel = nameless.tunnel;
		result[keyOf(tunnel.name, LOCAL_PORT)] = std::to_string(tunnel.localPort);
		result[keyOf(tunnel.name, LOCAL_HOST)] = tunnel.localHost;
		result[keyOf(tunnel.name, PORT)] = std::to_string(tunnel.port);
		result[keyOf(tunnel.name, STANDBY)] = std::to_string(tunnel.standby);
		result[keyOf(tunnel.name, MAX_CONNECTIONS)] = std::to_string(tunnel.maxConnections);
		result[keyOf(tunnel.name, PROXY_PROTOCOL)] = textOf(tunnel.proxyProtocol);
	}
	return result;
}

} // namespace Bore
