//
// FailingCall.h
//
// A system call that fails as a test wants it to.
//

#ifndef Bore_Test_FailingCall_INCLUDED
#define Bore_Test_FailingCall_INCLUDED

#include <functional>

namespace Bore::Test
{

void withFailingCall(long call, int error, const std::function<void()>& work);
/// Runs the work on a thread of its own, in which the system call of that
/// number (SYS_bind) does nothing and fails with that errno: also for root,
/// who is refused nothing. What the work throws is thrown on. Fails the
/// test where the kernel has no seccomp.

} // namespace Bore::Test

#endif // Bore_Test_FailingCall_INCLUDED
