//
// StrangeVariables.h
//
// Variables of the environment that were probably meant for us, and are not.
//

#ifndef Bore_Shared_StrangeVariables_INCLUDED
#define Bore_Shared_StrangeVariables_INCLUDED

#include "Shared/SettingTable.h"

#include <string>
#include <vector>

namespace Bore
{

[[nodiscard]] std::vector<std::string> strangeVariables(
	const SettingTable& table, const char* const* environment);
/// For each variable that is no key's and looks as if it were meant to be, one line for
/// the user that names what was meant: its name is one letter at most from that of a
/// key, or it begins like a family, whose keys are given in files alone. In the order
/// of the environment, which ends with a null pointer. Values are not shown.
///
/// No more than a warning, and none for other names: an environment is
/// shared with the other program, and BORE_ is not ours alone (Kubernetes
/// gives every container BORE_SERVICE_HOST where a service is called bore).

} // namespace Bore

#endif // Bore_Shared_StrangeVariables_INCLUDED
