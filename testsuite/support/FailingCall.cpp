//
// FailingCall.cpp
//

#include "testsuite/support/FailingCall.h"

#include <array>
#include <cppunit/TestAssert.h>
#include <cstddef>
#include <cstdint>
#include <future>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

namespace Bore::Test
{

namespace
{

bool refuse(long call, int error)
{
	const auto number = static_cast<std::uint32_t>(call);
	const auto answer = SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
	std::array<sock_filter, 4> filter{{
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number},
		{BPF_RET | BPF_K, 0, 0, answer},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	}};
	const sock_fprog program{filter.size(), filter.data()};
	// Without NO_NEW_PRIVS only root may set a filter. Both hold for this thread alone.
	return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		   ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

} // namespace

void withFailingCall(long call, int error, const std::function<void()>& work)
{
	std::async(std::launch::async,
		[&]
		{
			CPPUNIT_ASSERT_MESSAGE("seccomp is not available", refuse(call, error));
			work();
		})
		.get();
}

} // namespace Bore::Test
