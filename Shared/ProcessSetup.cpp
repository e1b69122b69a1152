//
// ProcessSetup.cpp
//

#include "Shared/ProcessSetup.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace Bore
{

void openStandardDescriptors()
{
	int fd = ::open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
	if (fd > STDERR_FILENO) ::close(fd);
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
