//
// DaemonProgram.cpp
//

#include "testsuite/support/DaemonProgram.h"

#include "testsuite/support/Files.h"

#include <array>
#include <cppunit/TestAssert.h>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

ChildProcess::Arguments inBackground(const ChildProcess::Arguments& more, const TemporaryDirectory& directory)
{
	ChildProcess::Arguments arguments{"--daemon", "--pidfile", directory.path("pid"), "--log-target", "file",
		"--log-file", directory.path("log")};
	arguments.insert(arguments.begin(), more.begin(), more.end());
	return arguments;
}

} // namespace

DaemonProgram::DaemonProgram(const std::string& program, const ChildProcess::Arguments& more,
	const ChildProcess::Environment& environment)
	: _command(program, inBackground(more, _directory), environment)
{
}

DaemonProgram::~DaemonProgram()
{
	// A command that a failing test left waiting goes first: it would wait for ever.
	if (!_command.hasExited()) ::kill(_command.pid(), SIGKILL);
	if (_pid < 0) _pid = static_cast<pid_t>(std::strtol(textOf(pidFile()).c_str(), nullptr, 10));
	if (_pid <= 0 || !isRunning()) return;
	::kill(_pid, SIGKILL);
	static_cast<void>(eventually([this] { return !isRunning(); }));
}

const Ending& DaemonProgram::start()
{
	if (_ending.code < 0) _ending = endingOf(_command);
	return _ending;
}

pid_t DaemonProgram::pid()
{
	if (_pid > 0) return _pid;
	std::string number;
	CPPUNIT_ASSERT(eventually(
		[&]
		{
			number = textOf(pidFile());
			return !number.empty() && number.back() == '\n';
		}));
	_pid = static_cast<pid_t>(std::stol(number));
	return _pid;
}

void DaemonProgram::signal(int number)
{
	CPPUNIT_ASSERT_EQUAL(0, ::kill(pid(), number));
}

void DaemonProgram::awaitEnd()
{
	CPPUNIT_ASSERT_MESSAGE(log(), eventually([this] { return !isRunning(); }));
}

std::string DaemonProgram::log() const
{
	return textOf(_directory.path("log"));
}

std::string DaemonProgram::descriptor(const std::string& number)
{
	std::array<char, 256> target{};
	const std::string path = "/proc/" + std::to_string(pid()) + "/fd/" + number;
	const auto size = ::readlink(path.c_str(), target.data(), target.size());
	return {target.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
}

bool DaemonProgram::isRunning() const
{
	// What has ended may wait, for ever in some containers, for init to take note.
	const std::string status = textOf("/proc/" + std::to_string(_pid) + "/stat");
	return status.find(" (bore-") != std::string::npos && status.compare(status.rfind(')') + 1, 2, " Z") != 0;
}

} // namespace Bore::Test
