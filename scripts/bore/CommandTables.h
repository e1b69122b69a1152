//
// CommandTables.h
//
// The keys of bore local and bore server.
//

#ifndef Bore_Command_CommandTables_INCLUDED
#define Bore_Command_CommandTables_INCLUDED

#include "Shared/SettingTable.h"

#include <string>
#include <vector>

namespace Bore
{

struct CommandTables
/// The tables of bore-client and bore-server, for a command that behaves as
/// the original does: without a configuration file, unless one is given.
{
	[[nodiscard]] static const SettingTable& local();
	[[nodiscard]] static const SettingTable& server();

	[[nodiscard]] static bool isOriginal(const Setting& setting);
	/// Whether the original has this option, or argument, too.
};

} // namespace Bore

#endif // Bore_Command_CommandTables_INCLUDED
