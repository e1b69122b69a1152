//
// ChildProcess.h
//
// A program, run and watched by a test.
//

#ifndef Bore_Test_ChildProcess_INCLUDED
#define Bore_Test_ChildProcess_INCLUDED

#include "Shared/Descriptor.h"
#include "testsuite/support/Eventually.h"

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace Bore::Test
{

class ChildProcess
/// Starts a program with no input and reads its two outputs. Its
/// environment is the test's own without any BORE_ variable, and what the
/// test adds; it inherits no descriptor and no ignored or blocked signal.
/// Every wait has a deadline, after which the test fails with what the
/// program wrote. Ends the program by SIGKILL if it still runs when this
/// object ends, or when the thread that started it ends. For one thread.
{
public:
	using Arguments = std::vector<std::string>;
	using Environment = std::map<std::string, std::string>;

	enum class Output
	{
		Stdout,
		Stderr
	};

	static constexpr char NO_CONFIGURATION[] = BORE_TEST_DATA "/empty.properties";
	/// A file of no keys. bore-server and bore-client get it where their
	/// arguments have no --config: what is in /etc/bore on the machine that
	/// runs the tests must not change them. A shell's are not seen.

	explicit ChildProcess(
		const std::string& program, const Arguments& arguments = {}, const Environment& environment = {});
	/// A program that cannot be run ends with code 127 and says why on stderr.

	ChildProcess(const ChildProcess&) = delete;
	ChildProcess& operator=(const ChildProcess&) = delete;
	~ChildProcess();

	[[nodiscard]] pid_t pid() const noexcept { return _pid; }

	[[nodiscard]] std::string readLine(Output output);
	/// The next line, without its end.

	[[nodiscard]] std::string readLineWith(Output output, const std::string& text);
	/// The next line that contains the text; lines before it are passed over.

	[[nodiscard]] std::string readToEnd(Output output);
	/// Everything not yet read, once the program has closed that output.

	void readOn();
	/// Takes what has been written so far: a program whose output nobody
	/// reads stops when the pipe is full.

	[[nodiscard]] const std::string& everything(Output output) const noexcept;
	/// All that has come so far, read or not.

	void signal(int number) const;

	[[nodiscard]] int waitForExit(std::chrono::milliseconds patience = PATIENCE);
	/// The exit code; 128 plus the number where a signal ended it, as a shell says.

	[[nodiscard]] bool hasExited();

private:
	struct Pipe
	/// A pipe, read by us, whose text so far is kept.
	{
		Pipe();
		void readOnce();

		Descriptor reader; /// none once the program has closed its end
		Descriptor writer;
		std::string text;
		std::size_t consumed = 0;
	};

	[[nodiscard]] Pipe& pipeOf(Output output);
	void waitForOutput(std::chrono::milliseconds patience);
	/// Reads from both pipes what there is, or what comes first.

	[[noreturn]] void fail(const std::string& problem) const;

	std::array<Pipe, 2> _pipes;
	pid_t _pid = -1;
	bool _exited = false;
	int _code = 0;
};

} // namespace Bore::Test

#endif // Bore_Test_ChildProcess_INCLUDED
