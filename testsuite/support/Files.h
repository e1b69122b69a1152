//
// Files.h
//
// What a file looks like.
//

#ifndef Bore_Test_Files_INCLUDED
#define Bore_Test_Files_INCLUDED

#include <string>
#include <sys/types.h>

namespace Bore::Test
{

[[nodiscard]] std::string textOf(const std::string& path);
/// All that is in it; nothing if there is no such file.

[[nodiscard]] bool exists(const std::string& path);

[[nodiscard]] mode_t modeOf(const std::string& path);
/// Its permissions. Fails the test if there is no such file.

} // namespace Bore::Test

#endif // Bore_Test_Files_INCLUDED
