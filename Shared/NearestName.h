//
// NearestName.h
//
// What a user who mistyped a name may have meant.
//

#ifndef Bore_Shared_NearestName_INCLUDED
#define Bore_Shared_NearestName_INCLUDED

#include <cstddef>
#include <string>
#include <vector>

namespace Bore
{

[[nodiscard]] std::string nearestName(const std::string& typed, const std::vector<std::string>& names);
/// The name with the fewest letters to insert, drop, change or swap with
/// their neighbour, the case aside; the first of several. Empty where even
/// that one is too far to be meant: more than half of what was typed is wrong.

[[nodiscard]] std::string nearestName(
	const std::string& typed, const std::vector<std::string>& names, std::size_t most);
/// The same, where so many letters may be wrong at most.

} // namespace Bore

#endif // Bore_Shared_NearestName_INCLUDED
