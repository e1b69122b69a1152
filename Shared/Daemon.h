//
// Daemon.h
//
// A process that goes on in the background.
//

#ifndef Bore_Shared_Daemon_INCLUDED
#define Bore_Shared_Daemon_INCLUDED

#include "Shared/Descriptor.h"

#include <atomic>
#include <optional>
#include <sys/types.h>

namespace Bore
{

class Daemon
/// Divides the process in two: one that whoever started it waits for, and
/// one in a session of its own that works. The first ends when the second
/// says that its start has succeeded, and then with 0; or when the second
/// has ended, with its exit code. Until then the second has the standard
/// output and error of the first, so that a start that fails says why; and
/// signals to the first reach the second.
///
/// Not that of Poco::Util::ServerApplication: its parent ends at once, with
/// 0 whatever comes of the start, and it is bound to POCO's reading of the
/// command line, which we do without (CommandLine). The folder stays what
/// it is, so that relative paths mean the same before and after.
{
public:
	Daemon();
	/// Throws std::system_error where there is no descriptor to be had.

	Daemon(const Daemon&) = delete;
	Daemon& operator=(const Daemon&) = delete;

	[[nodiscard]] std::optional<int> detach();
	/// Returns twice: an exit code to the process that ends, nothing to the
	/// one that works. Once, before any thread exists (fork(2) takes none
	/// along), and with the stop signals blocked. Throws RoleFailure to the
	/// first if there can be no second, or if it did not end by itself.

	void started() noexcept;
	/// In the second: lets the first end, and the standard descriptors lead
	/// nowhere from now on. Once, by any thread, while no other uses them.

	[[nodiscard]] bool hasStarted() const noexcept { return _started; }

private:
	[[nodiscard]] static int await(pid_t worker, const Descriptor& news);
	[[nodiscard]] static int codeOf(pid_t worker);

	Descriptor _null; // opened ahead: later there may be no descriptors
	Descriptor _news; // the end to write to; in the second alone
	std::atomic<bool> _started{false};
};

} // namespace Bore

#endif // Bore_Shared_Daemon_INCLUDED
