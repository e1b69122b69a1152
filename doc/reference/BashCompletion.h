//
// BashCompletion.h
//
// What bash offers behind a program's name.
//

#ifndef Bore_Reference_BashCompletion_INCLUDED
#define Bore_Reference_BashCompletion_INCLUDED

#include "Shared/SettingTable.h"

#include <string>

namespace Bore
{

struct BashCompletion
/// Needs bash alone, not the package bash-completion.
{
	[[nodiscard]] static std::string program(const SettingTable& table);
	/// The file for a program.

	[[nodiscard]] static std::string command(const SettingTable& local, const SettingTable& server);
	/// The file for bore.
};

} // namespace Bore

#endif // Bore_Reference_BashCompletion_INCLUDED
