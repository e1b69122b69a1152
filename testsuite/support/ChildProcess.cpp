//
// ChildProcess.cpp
//

#include "testsuite/support/ChildProcess.h"

#include <algorithm>
#include <cerrno>
#include <cppunit/TestAssert.h>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

constexpr std::chrono::milliseconds LOOK{100}; // between two looks at the deadline

std::vector<std::string> environmentWith(const ChildProcess::Environment& added)
{
	std::vector<std::string> entries;
	for (char** entry = environ; *entry != nullptr; ++entry)
	{
		const std::string text = *entry;
		if (text.rfind("BORE_", 0) != 0 && added.count(text.substr(0, text.find('='))) == 0)
			entries.push_back(text);
	}
	for (const auto& [name, value] : added)
	{
		entries.push_back(name);
		entries.back().append("=").append(value);
	}
	return entries;
}

ChildProcess::Arguments apartFromTheMachine(const std::string& program, ChildProcess::Arguments arguments)
// A bore that is installed here may have its configuration in /etc/bore,
// which is none of the tests' business. They give another.
{
	constexpr char CONFIG[] = "--config";
	const bool isBore = program == BORE_SERVER_BINARY || program == BORE_CLIENT_BINARY;
	const bool isGiven = std::any_of(arguments.begin(), arguments.end(),
		[&](const std::string& argument) { return argument.rfind(CONFIG, 0) == 0; });
	if (isBore && !isGiven) arguments.insert(arguments.begin(), {CONFIG, ChildProcess::NO_CONFIGURATION});
	return arguments;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts)
{
	std::vector<char*> pointers;
	pointers.reserve(texts.size() + 1);
	for (std::string& text : texts) pointers.push_back(text.data());
	pointers.push_back(nullptr);
	return pointers;
}

// Runs in the child between fork and exec, where nothing may allocate: other
// threads of the test may hold any lock.
[[noreturn]] void become(char* const* argv, char* const* envp, int out, int err, pid_t parent)
{
	::prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (::getppid() != parent) ::_exit(127);
	for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	::sigprocmask(SIG_SETMASK, &none, nullptr);

	const int in = ::open("/dev/null", O_RDONLY);
	if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) ::_exit(127);
	// POCO's sockets are not close-on-exec: one that leaked into the child
	// would keep a connection open that the test has closed.
	::close_range(3, ~0U, 0);

	::execve(argv[0], argv, envp);
	const char* const reason = strerrordesc_np(errno);
	(void)!::write(2, reason, std::strlen(reason));
	(void)!::write(2, "\n", 1);
	::_exit(127);
}

} // namespace

ChildProcess::Pipe::Pipe()
{
	std::array<int, 2> ends{-1, -1};
	const int made = ::pipe2(ends.data(), O_CLOEXEC);
	reader = Descriptor(ends[0]);
	writer = Descriptor(ends[1]);
	if (made != 0) throw std::runtime_error("no pipe for a child process");
}

void ChildProcess::Pipe::readOnce()
{
	std::array<char, 4096> buffer{};
	const ssize_t got = ::read(reader.get(), buffer.data(), buffer.size());
	if (got > 0)
		text.append(buffer.data(), static_cast<std::size_t>(got));
	else if (got == 0)
		reader = Descriptor();
}

ChildProcess::ChildProcess(
	const std::string& program, const Arguments& arguments, const Environment& environment)
{
	std::vector<std::string> words = apartFromTheMachine(program, arguments);
	words.insert(words.begin(), program);
	std::vector<std::string> entries = environmentWith(environment);
	const std::vector<char*> argv = pointersTo(words);
	const std::vector<char*> envp = pointersTo(entries);

	const pid_t self = ::getpid();
	_pid = ::fork();
	if (_pid == 0) become(argv.data(), envp.data(), _pipes[0].writer.get(), _pipes[1].writer.get(), self);
	for (Pipe& pipe : _pipes) pipe.writer = Descriptor();
	if (_pid < 0) throw std::runtime_error("no child process: " + std::string(std::strerror(errno)));
}

ChildProcess::~ChildProcess()
{
	if (_exited) return;
	::kill(_pid, SIGKILL);
	::waitpid(_pid, nullptr, 0);
}

std::string ChildProcess::readLine(Output output)
{
	Pipe& pipe = pipeOf(output);
	std::size_t end = std::string::npos;
	const bool found = eventually(
		[&]
		{
			end = pipe.text.find('\n', pipe.consumed);
			if (end != std::string::npos || !pipe.reader) return true;
			waitForOutput(LOOK);
			return false;
		});
	if (!found) fail("wrote no line in time");
	if (end == std::string::npos) fail("closed its output without another line");
	std::string line = pipe.text.substr(pipe.consumed, end - pipe.consumed);
	pipe.consumed = end + 1;
	return line;
}

std::string ChildProcess::readLineWith(Output output, const std::string& text)
{
	const auto deadline = std::chrono::steady_clock::now() + PATIENCE;
	while (std::chrono::steady_clock::now() < deadline)
	{
		std::string line = readLine(output);
		if (line.find(text) != std::string::npos) return line;
	}
	fail("wrote no line with \"" + text + "\" in time");
}

std::string ChildProcess::readToEnd(Output output)
{
	Pipe& pipe = pipeOf(output);
	const bool ended = eventually(
		[&]
		{
			if (pipe.reader) waitForOutput(LOOK);
			return !pipe.reader;
		});
	if (!ended) fail("did not close its output in time");
	std::string rest = pipe.text.substr(pipe.consumed);
	pipe.consumed = pipe.text.size();
	return rest;
}

void ChildProcess::readOn()
{
	std::size_t before = std::string::npos;
	while (before != _pipes[0].text.size() + _pipes[1].text.size())
	{
		before = _pipes[0].text.size() + _pipes[1].text.size();
		waitForOutput(std::chrono::milliseconds(0));
	}
}

const std::string& ChildProcess::everything(Output output) const noexcept
{
	return _pipes[output == Output::Stdout ? 0 : 1].text;
}

void ChildProcess::signal(int number) const
{
	if (!_exited) ::kill(_pid, number);
}

int ChildProcess::waitForExit(std::chrono::milliseconds patience)
{
	// Reading on meanwhile: a program that waits for room in a pipe never ends.
	const bool ended = eventually(
		[&]
		{
			waitForOutput(std::chrono::milliseconds(1));
			return hasExited();
		},
		patience);
	if (!ended) fail("did not end in time");
	return _code;
}

bool ChildProcess::hasExited()
{
	if (_exited) return true;
	int status = 0;
	if (::waitpid(_pid, &status, WNOHANG) != _pid) return false;
	_exited = true;
	_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return true;
}

ChildProcess::Pipe& ChildProcess::pipeOf(Output output)
{
	return _pipes.at(output == Output::Stdout ? 0 : 1);
}

void ChildProcess::waitForOutput(std::chrono::milliseconds patience)
{
	std::array<pollfd, 2> entries{};
	for (std::size_t i = 0; i < entries.size(); ++i)
		entries.at(i) = pollfd{_pipes.at(i).reader.get(), POLLIN, 0};
	if (::poll(entries.data(), entries.size(), static_cast<int>(patience.count())) <= 0) return;
	for (std::size_t i = 0; i < entries.size(); ++i)
	{
		if (entries.at(i).revents != 0) _pipes.at(i).readOnce();
	}
}

void ChildProcess::fail(const std::string& problem) const
{
	throw CppUnit::Exception(CppUnit::Message("process " + std::to_string(_pid) + " " + problem,
		"stdout: " + everything(Output::Stdout), "stderr: " + everything(Output::Stderr)));
}

} // namespace Bore::Test
