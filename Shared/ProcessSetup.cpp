//
// ProcessSetup.cpp
//

#include "Shared/ProcessSetup.h"

#include <algorithm>
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace Bore
{

void openStandardDescriptors()
{
	int fd = ::open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
	if (fd > STDERR_FILENO) ::close(fd);
}

void shareHeaps() noexcept
{
#ifdef M_ARENA_MAX
	::mallopt(M_ARENA_MAX, static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U)));
#endif
}

std::size_t descriptorLimit() noexcept
{
	rlimit limit{};
	return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

std::optional<DescriptorLimit> raiseDescriptorLimit() noexcept
{
	rlimit limit{};
	if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return std::nullopt;
	const DescriptorLimit result{limit.rlim_cur, limit.rlim_max};
	limit.rlim_cur = limit.rlim_max;
	if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
	return result;
}

} // namespace Bore
