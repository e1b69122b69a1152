//
// ClientSettings.h
//
// The keys of bore-client.
//

#ifndef Bore_Client_ClientSettings_INCLUDED
#define Bore_Client_ClientSettings_INCLUDED

#include "Client/ClientConfig.h"
#include "Shared/ConfigDump.h"
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
	/// Throws SettingFailure with all faults: where something is missing, where
	/// values do not fit together, or where the secret's file is no good.

	static void check(const Settings& settings, bool forStart);
	/// Throws like config(). Where it is not for a start, there may be no
	/// tunnel: a configuration may leave it to the command line.

	[[nodiscard]] static Overruled overruled(const Settings& settings);
	/// For --dump-config: of the two ways to give the server's port, and of
	/// those to give the secret, what does not count.
};

} // namespace Bore

#endif // Bore_Client_ClientSettings_INCLUDED
