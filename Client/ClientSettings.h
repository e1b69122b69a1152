//
// ClientSettings.h
//
// The keys of bore-client.
//

#ifndef Bore_Client_ClientSettings_INCLUDED
#define Bore_Client_ClientSettings_INCLUDED

#include "Client/ClientConfig.h"
#include "Shared/Settings.h"

namespace Bore
{

struct ClientSettings
/// From keys to a ClientConfig.
{
	[[nodiscard]] static const SettingTable& table();

	[[nodiscard]] static ClientConfig config(const Settings& settings);
	/// The server's port is the one in `server`, or else control.port. Where
	/// both are given the higher layer wins; on one layer they must agree.
	/// Throws RoleFailure where something is missing, where the values do not
	/// fit together, or where the secret's file is no good.
};

} // namespace Bore

#endif // Bore_Client_ClientSettings_INCLUDED
