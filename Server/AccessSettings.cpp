//
// AccessSettings.cpp
//

#include "Server/AccessSettings.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace Bore
{

namespace
{

constexpr char CLIENTS[] = "clients";
constexpr char VISITORS[] = "visitors";
constexpr char FAMILY[] = "access";
constexpr char ALLOW[] = ".allow";
constexpr char DENY[] = ".deny";
constexpr char PORTS[] = ".ports";
constexpr char CONTROL_PROXIES[] = "control.acceptProxyProtocol";
constexpr char VISITORS_PROXIES[] = "visitors.acceptProxyProtocol";

Setting networks(const std::string& key, const std::string& help)
{
	return Setting::of(Setting::Kind::Networks, key).taking("NETWORKS").explained(help);
}

NetworkSet networksFrom(const Settings& settings, const std::string& key)
{
	const SettingValue* value = settings.find(key);
	return value == nullptr ? NetworkSet() : NetworkSet::parse(value->text);
}

AccessList listFrom(const Settings& settings, const std::string& name)
{
	return AccessList(name, networksFrom(settings, name + ALLOW), networksFrom(settings, name + DENY));
}

SettingFault withoutPorts(const SettingValue& value, const std::string& ports, const std::string& forAll)
{
	// The missing key is one of those that the fault is about: it may be there, and wrong.
	return {value.place, value.code(),
		value.where() + ": no ports that this is for: give " + ports + " too, or " + forAll +
			" for all ports",
		{value.key, ports}};
}

void expectPorts(const Settings& settings, const std::string& name, SettingFaults& faults)
{
	for (const auto* end : {ALLOW, DENY})
	{
		const SettingValue* value = settings.find(name + end);
		if (value != nullptr) faults.add(withoutPorts(*value, name + PORTS, std::string(VISITORS) + end));
	}
}

struct Range
{
	PortRanges::Range ports;
	const SettingValue* value;
};

std::vector<Range> rangesOf(const std::vector<const SettingValue*>& values)
{
	std::vector<Range> ranges;
	for (const auto* value : values)
	{
		const PortRanges all = PortRanges::parse(value->text);
		for (const auto& ports : all.ranges()) ranges.push_back({ports, value});
	}
	std::sort(ranges.begin(), ranges.end(),
		[](const Range& a, const Range& b) { return a.ports.first < b.ports.first; });
	return ranges;
}

SettingFault overlap(const SettingValue& one, const SettingValue& other, std::uint16_t port)
{
	const SettingValue& higher = one.place < other.place ? other : one;
	return {higher.place, higher.code(),
		higher.where() + ": port " + std::to_string(port) + " is in " + one.described() + " and in " +
			other.described() + ": leave it to one of them",
		{one.key, other.key}};
}

void expectApart(const std::vector<const SettingValue*>& values, SettingFaults& faults)
{
	std::set<std::pair<const SettingValue*, const SettingValue*>> told;
	const SettingValue* widest = nullptr; // of those so far the one that reaches highest
	std::uint16_t last = 0;
	for (const auto& range : rangesOf(values))
	{
		const bool apart = widest == nullptr || range.ports.first > last;
		if (!apart && told.emplace(std::minmax(widest, range.value)).second)
			faults.add(overlap(*widest, *range.value, range.ports.first));
		if (!apart && range.ports.last <= last) continue;
		widest = range.value;
		last = range.ports.last;
	}
}

} // namespace

std::vector<Setting> accessSettings()
{
	const std::string each = std::string(FAMILY) + ".<name>";
	return {
		networks(std::string(CLIENTS) + ALLOW,
			"networks that may connect to the control port; without it all but those of --clients-deny")
			.noted(
				"Deny wins over allow. An IPv4 address that came through an IPv6 socket is the IPv4 address.")
			.like("192.0.2.0/24, 2001:db8::/32")
			.beginning("Who may connect"),
		networks(std::string(CLIENTS) + DENY,
			"networks that may not, even if they are allowed; who is kept out is reset at once, here and"
			" below")
			.like("192.0.2.7"),
		networks(std::string(VISITORS) + ALLOW,
			"networks that may connect to the public ports; without it all but those of --visitors-deny")
			.like("0.0.0.0/0, ::/0"),
		networks(std::string(VISITORS) + DENY, "networks that may not, even if they are allowed")
			.like("203.0.113.0/24"),
		Setting::of(Setting::Kind::PortRanges, each + PORTS)
			.taking("PORTS")
			.explained("public ports with two lists of their own, which a visitor has to pass, too")
			.noted("In place of <name> stands a name of yours. As many names as you like, each with ports; no"
				   " port may have two names.")
			.like("8000-8100, 9000"),
		networks(each + ALLOW, "networks that may connect to them; without it all but those denied")
			.like("10.0.0.0/8"),
		networks(each + DENY, "networks that may not, even if they are allowed").like("10.0.0.7"),
		networks(CONTROL_PROXIES,
			"networks of proxies before the control port: their connections begin with a PROXY protocol"
			" header (v1 or v2), and are those of the address in it")
			.noted("Whoever can connect from there can claim any address: name no more than the proxies.")
			.like("10.0.0.0/24")
			.beginning("Behind a proxy"),
		networks(VISITORS_PROXIES, "the same before the public ports").like("10.0.0.0/24"),
	};
}

AccessRules accessRulesFrom(const Settings& settings)
{
	SettingFaults faults;
	std::vector<const SettingValue*> ports;
	std::vector<AccessRules::OfPorts> ofPorts;
	for (const auto& given : settings.names(FAMILY))
	{
		const std::string name = std::string(FAMILY) + "." + given;
		const SettingValue* value = settings.find(name + PORTS);
		if (value == nullptr)
		{
			expectPorts(settings, name, faults);
			continue;
		}
		ports.push_back(value);
		ofPorts.push_back({PortRanges::parse(value->text), listFrom(settings, name)});
	}
	expectApart(ports, faults);
	faults.throwIfAny();
	return AccessRules(listFrom(settings, CLIENTS), listFrom(settings, VISITORS), ofPorts,
		{networksFrom(settings, CONTROL_PROXIES), networksFrom(settings, VISITORS_PROXIES)});
}

} // namespace Bore
