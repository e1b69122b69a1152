//
// Semaphore.cpp
//

#include "Shared/Semaphore.h"

#include <Poco/Bugcheck.h>

#include <cerrno>
#include <ctime>

namespace Bore
{

namespace
{

timespec after(Duration timeout) noexcept
{
	timespec now{};
	::clock_gettime(CLOCK_MONOTONIC, &now);
	const auto end = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec) + timeout;
	const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(end);
	timespec result{};
	result.tv_sec = seconds.count();
	result.tv_nsec = std::chrono::nanoseconds(end - seconds).count();
	return result;
}

} // namespace

Semaphore::Semaphore() noexcept
{
	::sem_init(&_semaphore, 0, 0); // fails only for a value that is too large
}

Semaphore::~Semaphore()
{
	::sem_destroy(&_semaphore);
}

void Semaphore::post() noexcept
{
	[[maybe_unused]] const int result = ::sem_post(&_semaphore);
	poco_assert_dbg(result == 0);
}

void Semaphore::wait() noexcept
{
	while (::sem_wait(&_semaphore) != 0 && errno == EINTR)
	{
	}
}

bool Semaphore::waitFor(Duration timeout) noexcept
{
	const timespec deadline = after(timeout);
	int result = 0;
	do result = ::sem_clockwait(&_semaphore, CLOCK_MONOTONIC, &deadline);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

} // namespace Bore
