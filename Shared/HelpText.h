//
// HelpText.h
//
// What --help prints.
//

#ifndef Bore_Shared_HelpText_INCLUDED
#define Bore_Shared_HelpText_INCLUDED

#include "Shared/SettingTable.h"

#include <string>

namespace Bore
{

[[nodiscard]] std::string helpText(const SettingTable& table);
/// Usage, every option with its key, variable and default, the order of
/// precedence and the exit codes. Made from the table alone: it cannot
/// show a value that was given.

} // namespace Bore

#endif // Bore_Shared_HelpText_INCLUDED
