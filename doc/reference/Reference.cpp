//
// Reference.cpp
//

#include "doc/reference/Reference.h"

#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"
#include "doc/reference/BashCompletion.h"
#include "doc/reference/ExampleFile.h"
#include "doc/reference/FishCompletion.h"
#include "doc/reference/ManPage.h"
#include "doc/reference/ZshCompletion.h"
#include "scripts/bore/CommandTables.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace Bore
{

namespace
{

bool every(const Setting&)
{
	return true;
}

bool isShared(const Setting& setting, const SettingTable& other)
{
	const Setting* same = other.find(setting.key());
	return same != nullptr && same->help() == setting.help() && same->expected() == setting.expected() &&
		   same->defaultValue() == setting.defaultValue();
}

std::map<std::string, std::string> programParts(const SettingTable& table)
{
	return {{"OPTIONS", ManPage::options(table, every)}, {"COMMON_OPTIONS", ManPage::commonOptions(table)},
		{"EXIT_CODES", ManPage::exitCodes(table.program().ends)}};
}

std::vector<SettingTable::End> endsOf(const SettingTable& one, const SettingTable& other)
{
	std::map<ExitCode, SettingTable::End> all;
	for (const auto* table : {&one, &other})
		for (const auto& end : table->program().ends) all.emplace(end.code, end);
	std::vector<SettingTable::End> result;
	result.reserve(all.size());
	for (const auto& end : all) result.push_back(end.second);
	return result;
}

std::string originalOptions(const SettingTable& table)
{
	return ManPage::options(table, CommandTables::isOriginal, ManPage::Sections::LeftOut);
}

std::map<std::string, std::string> commandParts()
{
	const auto& local = CommandTables::local();
	const auto& server = CommandTables::server();
	return {{"LOCAL_OPTIONS", originalOptions(local)}, {"SERVER_OPTIONS", originalOptions(server)},
		{"EXIT_CODES", ManPage::exitCodes(endsOf(local, server))}};
}

std::map<std::string, std::string> fileParts()
{
	const auto& client = ClientSettings::table();
	const auto& server = ServerSettings::table();
	const auto inBoth = [&server](const Setting& setting) { return isShared(setting, server); };
	return {{"SERVER_KEYS", ManPage::keys(server,
								[&client](const Setting& setting) { return !isShared(setting, client); })},
		{"CLIENT_KEYS",
			ManPage::keys(client, [&inBoth](const Setting& setting) { return !inBoth(setting); })},
		{"SHARED_KEYS", ManPage::keys(client, inBoth)}};
}

std::string contentOf(const std::string& path)
{
	std::ifstream file(path);
	std::ostringstream content;
	content << file.rdbuf();
	if (!file || !content) throw std::runtime_error(path + ": cannot be read");
	return content.str();
}

} // namespace

Reference::Files Reference::manual(const std::string& folder)
{
	const std::map<std::string, std::map<std::string, std::string>> pages{
		{"bore-server.8", programParts(ServerSettings::table())},
		{"bore-client.1", programParts(ClientSettings::table())},
		{"bore.1", commandParts()},
		{"bore.properties.5", fileParts()},
	};
	Files result;
	for (const auto& [name, ofTables] : pages)
	{
		auto parts = ofTables;
		parts["VERSION"] = BORE_VERSION;
		const std::string path = folder + "/" + name + ".in";
		try
		{
			result[name] = ManPage::fill(contentOf(path), parts);
		}
		catch (const std::invalid_argument& e)
		{
			throw std::runtime_error(path + ": " + e.what());
		}
	}
	return result;
}

Reference::Files Reference::completions()
{
	Files result;
	for (const auto* table : {&ServerSettings::table(), &ClientSettings::table()})
	{
		const std::string& name = table->program().name;
		result["bash/" + name] = BashCompletion::program(*table);
		result["zsh/_" + name] = ZshCompletion::program(*table);
		result["fish/" + name + ".fish"] = FishCompletion::program(*table);
	}
	const auto& local = CommandTables::local();
	const auto& server = CommandTables::server();
	result["bash/bore"] = BashCompletion::command(local, server);
	result["zsh/_bore"] = ZshCompletion::command(local, server);
	result["fish/bore.fish"] = FishCompletion::command(local, server);
	return result;
}

Reference::Files Reference::examples()
{
	return {{"bore-server.full.properties", exampleFile(ServerSettings::table())},
		{"bore-client.full.properties", exampleFile(ClientSettings::table())}};
}

} // namespace Bore
