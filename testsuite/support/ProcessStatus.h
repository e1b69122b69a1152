//
// ProcessStatus.h
//
// What a process holds: descriptors, threads, memory.
//

#ifndef Bore_Test_ProcessStatus_INCLUDED
#define Bore_Test_ProcessStatus_INCLUDED

#include <cstddef>
#include <sys/types.h>

namespace Bore::Test
{

class ProcessStatus
/// Reads /proc anew at each call; each fails the test if the process does
/// not exist. May be called by any thread.
{
public:
	explicit ProcessStatus(pid_t pid) noexcept
		: _pid(pid)
	{
	}

	[[nodiscard]] static ProcessStatus self() noexcept;

	[[nodiscard]] std::size_t descriptors() const;
	/// Open file descriptors. One's own count is the same at each call,
	/// since the descriptor it is read through is left out.

	[[nodiscard]] std::size_t pipes() const;
	/// How many of the descriptors are ends of pipes.

	[[nodiscard]] std::size_t threads() const;

	[[nodiscard]] std::size_t residentKilobytes() const;

private:
	[[nodiscard]] std::size_t field(const char* name) const;

	pid_t _pid;
};

} // namespace Bore::Test

#endif // Bore_Test_ProcessStatus_INCLUDED
