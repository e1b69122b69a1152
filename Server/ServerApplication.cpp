//
// ServerApplication.cpp
//

#include "Server/ServerApplication.h"

#include "Server/SelfSignedCertificate.h"
#include "Server/Server.h"
#include "Server/ServerSettings.h"
#include "Server/TlsServerSettings.h"
#include "Shared/CommonSettings.h"

#include <iostream>

namespace Bore
{

ServerApplication::ServerApplication()
	: ServerApplication(ServerSettings::table())
{
}

ServerApplication::ServerApplication(const SettingTable& table)
	: RoleApplication(table)
{
}

std::unique_ptr<Role> ServerApplication::createRole(const Settings& settings)
{
	auto server = std::make_unique<Server>(ServerSettings::config(settings));
	_server = server.get();
	logDescriptorLimit();
	return server;
}

void ServerApplication::perform(const Settings& settings, const std::vector<std::string>& words)
{
	const auto files = certificateFilesFrom(settings);
	const auto made = SelfSignedCertificate::make(words);
	made.save(files.certificate, files.key);
	std::cout << "certificate: " << files.certificate << "\nkey: " << files.key
			  << "\nSHA-256 fingerprint: " << made.fingerprint() << "\n"
			  << std::flush;
}

void ServerApplication::check(const Settings& settings, bool) const
{
	static_cast<void>(ServerSettings::config(settings));
}

std::vector<std::string> ServerApplication::apply(const Settings& settings)
{
	const auto fingerprint = _server->certificateFingerprint();
	const auto difference = _server->apply(ServerSettings::config(settings));
	std::vector<std::string> changed;
	if (fingerprint != _server->certificateFingerprint()) changed.emplace_back(TLS_CERTIFICATE);
	if (difference.own) changed.push_back(secretKeyOf(settings));
	if (difference.named) changed.emplace_back(ServerSettings::USERS_FILE);
	return changed;
}

Overruled ServerApplication::overruled(const Settings& settings) const
{
	return overruledOf(settings, Key::SECRET, Key::SECRET_FILE);
}

} // namespace Bore
