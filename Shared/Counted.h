//
// Counted.h
//
// A number of things, in words.
//

#ifndef Bore_Shared_Counted_INCLUDED
#define Bore_Shared_Counted_INCLUDED

#include <cstddef>
#include <string>

namespace Bore
{

[[nodiscard]] inline std::string counted(std::size_t number, const std::string& thing)
/// "1 tunnel", "2 tunnels". Any thread.
{
	return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

} // namespace Bore

#endif // Bore_Shared_Counted_INCLUDED
