//
// FishCompletion.h
//
// What fish offers behind a program's name.
//

#ifndef Bore_Reference_FishCompletion_INCLUDED
#define Bore_Reference_FishCompletion_INCLUDED

#include "Shared/SettingTable.h"

#include <string>

namespace Bore
{

struct FishCompletion
/// A `complete` for each option.
{
	[[nodiscard]] static std::string program(const SettingTable& table);
	/// The file for a program.

	[[nodiscard]] static std::string command(const SettingTable& local, const SettingTable& server);
	/// The file for bore.
};

} // namespace Bore

#endif // Bore_Reference_FishCompletion_INCLUDED
