//
// LogLevels.cpp
//

#include "Shared/LogLevels.h"

#include "Shared/LogText.h"
#include "Shared/NearestName.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>
#include <stdexcept>

namespace Bore
{

namespace
{

[[noreturn]] void refuseForm(const std::string& given)
{
	throw std::invalid_argument(
		"\"" + escapeForLog(given) +
		"\": expected components and their levels, such as server.tunnel:debug, relay:warning");
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
	return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void refuse(
	const std::string& what, const std::string& given, const std::vector<std::string>& known)
{
	const std::string nearest = nearestName(given, known);
	std::string all;
	for (const auto& name : known) all += (all.empty() ? "" : ", ") + name;
	throw std::invalid_argument("no " + what + " is called \"" + escapeForLog(given) + "\": " +
								(nearest.empty() ? "there are " + all : "did you mean \"" + nearest + "\"?"));
}

} // namespace

const std::vector<std::string>& logLevelNames()
{
	// In the order of POCO's priorities, which begin at 1.
	static const std::vector<std::string> names{
		"fatal", "critical", "error", "warning", "notice", "information", "debug", "trace"};
	return names;
}

Poco::Message::Priority logLevelFrom(const std::string& name)
{
	const auto& names = logLevelNames();
	const auto place = std::find(names.begin(), names.end(), name) - names.begin();
	return static_cast<Poco::Message::Priority>(Poco::Message::PRIO_FATAL + place);
}

const std::string& logLevelName(Poco::Message::Priority level)
{
	return logLevelNames().at(static_cast<std::size_t>(level - Poco::Message::PRIO_FATAL));
}

const std::vector<std::string>& logComponents()
{
	static const std::vector<std::string> components{"server", "server.tunnel", "server.visitor",
		"server.handshake", "server.authentication", "server.limits", "server.access", "server.tls", "client",
		"client.visitor", "client.standby", "client.tls", "relay", "workers", "config", "service", "log"};
	return components;
}

LogConfig::Levels logLevelsFrom(const std::string& list)
{
	LogConfig::Levels levels;
	const Poco::StringTokenizer entries(list, ",", Poco::StringTokenizer::TOK_TRIM);
	if (entries.count() == 0) refuseForm(list);
	for (const auto& entry : entries)
	{
		const Poco::StringTokenizer parts(entry, ":", Poco::StringTokenizer::TOK_TRIM);
		if (parts.count() != 2) refuseForm(entry);
		if (!has(logComponents(), parts[0])) refuse("component", parts[0], logComponents());
		if (!has(logLevelNames(), parts[1])) refuse("level", parts[1], logLevelNames());
		const std::string name = "bore." + parts[0];
		const auto same = [&name](const auto& level) { return level.first == name; };
		if (std::any_of(levels.begin(), levels.end(), same))
			throw std::invalid_argument("the component " + parts[0] + " is given twice: give it one level");
		levels.emplace_back(name, logLevelFrom(parts[1]));
	}
	// POCO sets all loggers below a name, so the general ones have to come first.
	std::sort(levels.begin(), levels.end());
	return levels;
}

} // namespace Bore
