//
// TunnelSettings.h
//
// The keys of a client's tunnels.
//

#ifndef Bore_Client_TunnelSettings_INCLUDED
#define Bore_Client_TunnelSettings_INCLUDED

#include "Client/TunnelConfig.h"
#include "Shared/ConfigDump.h"
#include "Shared/Settings.h"

#include <string>
#include <vector>

namespace Bore
{

struct TunnelSettings
/// From keys to the tunnels of a ClientConfig: those with a name in a file,
/// tunnel.<name>.*, then those without, which the command line gives as
/// TunnelSpecs, or else the key localPort.
{
	static constexpr char LOCAL_PORT[] = "localPort";

	[[nodiscard]] static std::vector<Setting> settings();
	/// The positional first.

	[[nodiscard]] static std::vector<TunnelConfig> tunnels(const Settings& settings);
	/// Perhaps none. One without a name in a file gets a name where it is not
	/// the only one: what was typed, with '_' for what no name can have, and a
	/// number behind it where that is taken.
	/// Throws SettingFailure with all faults: a name without a local port, a
	/// public port asked for twice, or a `port` that is nobody's.

	[[nodiscard]] static Overruled overruled(const Settings& settings);
	/// For --dump-config: localPort and port where they do not count, and the
	/// tunnels of the command line as those of a file.
};

} // namespace Bore

#endif // Bore_Client_TunnelSettings_INCLUDED
