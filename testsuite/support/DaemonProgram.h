//
// DaemonProgram.h
//
// A program in the background.
//

#ifndef Bore_Test_DaemonProgram_INCLUDED
#define Bore_Test_DaemonProgram_INCLUDED

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <string>
#include <sys/types.h>

namespace Bore::Test
{

class DaemonProgram
/// One of the programs with --daemon, a pid file and a log file. What runs
/// in the background is no child of the test: it is ended by SIGKILL,
/// and waited for, when this object ends. For one thread.
{
public:
	DaemonProgram(const std::string& program, const ChildProcess::Arguments& more,
		const ChildProcess::Environment& environment = {});
	/// Returns at once.

	DaemonProgram(const DaemonProgram&) = delete;
	DaemonProgram& operator=(const DaemonProgram&) = delete;
	~DaemonProgram();

	[[nodiscard]] const Ending& start();
	/// Waits for the command's end, and for that of its outputs.

	[[nodiscard]] ChildProcess& command() noexcept { return _command; }

	[[nodiscard]] pid_t pid();
	/// Of what is in the background, once it says so.

	void signal(int number);
	void awaitEnd();
	/// Until nothing is in the background any more.

	[[nodiscard]] std::string log() const;
	[[nodiscard]] std::string pidFile() const { return _directory.path("pid"); }

	[[nodiscard]] std::string descriptor(const std::string& number);
	/// What it leads to.

private:
	[[nodiscard]] bool isRunning() const;

	const TemporaryDirectory _directory;
	ChildProcess _command;
	Ending _ending{-1, {}, {}};
	pid_t _pid = -1; // once known
};

} // namespace Bore::Test

#endif // Bore_Test_DaemonProgram_INCLUDED
