//
// Unprivileged.h
//
// What an ordinary user would meet with.
//

#ifndef Bore_Test_Unprivileged_INCLUDED
#define Bore_Test_Unprivileged_INCLUDED

#include <functional>
#include <string>

namespace Bore::Test
{

[[nodiscard]] std::string runUnprivileged(const std::function<std::string()>& task);
/// What the task returns, run by a process of its own as a user without
/// rights (nobody, if we are root). Fails the test if the task throws, or
/// does not return within the patience. Not while other threads run.

} // namespace Bore::Test

#endif // Bore_Test_Unprivileged_INCLUDED
