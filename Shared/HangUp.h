//
// HangUp.h
//
// What a SIGHUP means.
//

#ifndef Bore_Shared_HangUp_INCLUDED
#define Bore_Shared_HangUp_INCLUDED

#include <csignal>

namespace Bore
{

class HangUp
/// Tells a SIGHUP that asks for a reload from one that says that the
/// terminal is gone on which the program was started, with whoever looks
/// after it: that one comes from the kernel, or from the shell that leads
/// the session and has lost the terminal, too. A program that was started
/// without a terminal, or with SIGHUP ignored (nohup(1)), stays.
/// Constant after construction: any thread.
{
public:
	HangUp() noexcept;
	/// At the start, before SIGHUP's disposition changes.

	[[nodiscard]] bool isEndOfTerminal(const siginfo_t& signal) const noexcept;
	/// Of a SIGHUP: whether the program is to end, and not to reload.

private:
	bool _followsTerminal;
};

} // namespace Bore

#endif // Bore_Shared_HangUp_INCLUDED
