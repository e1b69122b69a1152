//
// CommonOptions.h
//
// The options that are no keys.
//

#ifndef Bore_Shared_CommonOptions_INCLUDED
#define Bore_Shared_CommonOptions_INCLUDED

#include "Shared/SettingTable.h"

#include <string>
#include <vector>

namespace Bore
{

struct CommonOption
/// An option that every program has, beside those of its keys.
{
	std::string name;     /// "--config"
	char shortOption;     /// 0 for none
	std::string argument; /// empty for none
	std::string help;     /// one line
};

[[nodiscard]] std::vector<CommonOption> commonOptions(const SettingTable& table);
/// In the order of --help. The help, the manual and the completions read it;
/// what the options do is CommandLine's.

} // namespace Bore

#endif // Bore_Shared_CommonOptions_INCLUDED
