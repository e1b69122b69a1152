//
// HangUp.cpp
//

#include "Shared/HangUp.h"

#include "Shared/Descriptor.h"

#include <fcntl.h>
#include <unistd.h>

namespace Bore
{

namespace
{

bool hasTerminal() noexcept
{
	// The kernel takes the terminal from all of a session before it, or anybody, sends them HUP.
	return static_cast<bool>(Descriptor(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)));
}

bool isIgnored() noexcept
{
	struct sigaction action = {};
	return ::sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

HangUp::HangUp() noexcept
	: _followsTerminal(!isIgnored() && hasTerminal())
{
}

bool HangUp::isEndOfTerminal(const siginfo_t& signal) const noexcept
{
	if (!_followsTerminal) return false;
	if (signal.si_code == SI_KERNEL) return true;
	// A shell sends it to its jobs, but also when its user says kill -HUP.
	return signal.si_code == SI_USER && signal.si_pid == ::getsid(0) && !hasTerminal();
}

} // namespace Bore
