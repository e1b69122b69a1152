//
// ClientApplication.cpp
//

#include "Client/ClientApplication.h"

#include "Client/Client.h"
#include "Client/ClientSettings.h"
#include "Shared/CommonSettings.h"
#include "Shared/HostPort.h"

#include <Poco/Logger.h>

#include <iostream>
#include <utility>

namespace Bore
{

ClientApplication::ClientApplication()
	: ClientApplication(ClientSettings::table())
{
}

ClientApplication::ClientApplication(const SettingTable& table)
	: RoleApplication(table)
{
}

std::string ClientApplication::announcement(
	const std::string& publicAddress, const TunnelConfig& tunnel, bool isOneOfSeveral)
{
	if (!isOneOfSeveral) return publicAddress;
	return publicAddress + " " + formatHostPort(tunnel.localHost, tunnel.localPort);
}

std::string ClientApplication::announcementOf(
	const std::string& publicAddress, const TunnelConfig& tunnel, bool isOneOfSeveral) const
{
	return announcement(publicAddress, tunnel, isOneOfSeveral);
}

void ClientApplication::announce(std::ostream& out, const std::string& announcement)
{
	out << announcement + "\n" << std::flush;
	if (out) return;
	out.clear();
	Poco::Logger::get("bore-client")
		.warning("the public address cannot be written to standard output: " + announcement);
}

std::unique_ptr<Role> ClientApplication::createRole(const Settings& settings)
{
	ClientConfig config = ClientSettings::config(settings);
	_several = config.tunnels.size() > 1;
	auto client = std::make_unique<Client>(std::move(config),
		[this, isFirst = true](const std::string& publicAddress, const TunnelConfig& tunnel) mutable
		{
			if (isFirst) logDescriptorLimit();
			isFirst = false;
			announce(std::cout, announcementOf(publicAddress, tunnel, _several));
		});
	_client = client.get();
	return client;
}

std::vector<std::string> ClientApplication::apply(const Settings& settings)
{
	const ClientConfig config = ClientSettings::config(settings);
	_several = config.tunnels.size() > 1;
	if (!_client->apply(config)) return {};
	return {secretKeyOf(settings)};
}

void ClientApplication::check(const Settings& settings, bool forStart) const
{
	ClientSettings::check(settings, forStart);
}

Overruled ClientApplication::overruled(const Settings& settings) const
{
	return ClientSettings::overruled(settings);
}

} // namespace Bore
