//
// NetworkNamespace.cpp
//

#include "testsuite/support/NetworkNamespace.h"

#include "Shared/Descriptor.h"
#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/Eventually.h"

#include <array>
#include <cerrno>
#include <cppunit/TestAssert.h>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

constexpr std::chrono::seconds LONGEST{100}; // for a few waits of PATIENCE

void fail(const std::string& what)
{
	throw std::runtime_error(what + ": " + std::strerror(errno));
}

void writeFile(const char* path, const std::string& text)
{
	const Descriptor file(::open(path, O_WRONLY | O_CLOEXEC));
	if (!file || ::write(file.get(), text.data(), text.size()) < 0) fail(path);
}

void enter()
{
	const auto user = std::to_string(::geteuid());
	const auto group = std::to_string(::getegid());
	if (::unshare(CLONE_NEWNET) != 0)
	{
		if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
			fail("this test needs a network namespace: run it as root, or allow user namespaces "
				 "(kernel.unprivileged_userns_clone, or --privileged for a container)");
		writeFile("/proc/self/setgroups", "deny");
		writeFile("/proc/self/uid_map", "0 " + user + " 1");
		writeFile("/proc/self/gid_map", "0 " + group + " 1");
	}
	const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	ifreq loopback{};
	std::strcpy(loopback.ifr_name, "lo");
	loopback.ifr_flags = IFF_UP | IFF_RUNNING;
	if (!socket || ::ioctl(socket.get(), SIOCSIFFLAGS, &loopback) != 0) fail("cannot bring loopback up");
}

[[noreturn]] void runChild(int report, const std::function<void()>& work)
{
	::prctl(PR_SET_PDEATHSIG, SIGKILL);
	std::string problem;
	try
	{
		enter();
		work();
	}
	catch (const std::exception& error)
	{
		problem = error.what();
		if (problem.empty()) problem = "failed";
	}
	const bool told = ::write(report, problem.data(), problem.size()) == static_cast<ssize_t>(problem.size());
	// Not exit(): what the parent will do at its end is not to be done twice.
	std::_Exit(problem.empty() && told ? EXIT_SUCCESS : EXIT_FAILURE);
}

std::string readToEnd(int descriptor)
{
	const auto deadline = std::chrono::steady_clock::now() + LONGEST;
	std::string text;
	for (;;)
	{
		pollfd entry{descriptor, POLLIN, 0};
		const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
			deadline - std::chrono::steady_clock::now());
		if (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) == 0)
			return text + " (still running at its deadline, taken for a hang)";
		std::array<char, 4096> bytes{};
		const ssize_t got = ::read(descriptor, bytes.data(), bytes.size());
		if (got == 0) return text;
		if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
	}
}

} // namespace

void inNetworkNamespace(const std::function<void()>& work)
{
	std::array<int, 2> ends{};
	CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
	const Descriptor reader(ends[0]);
	Descriptor writer(ends[1]);
	const pid_t pid = ::fork();
	CPPUNIT_ASSERT(pid >= 0);
	if (pid == 0) runChild(writer.get(), work);
	writer = Descriptor();
	const std::string problem = readToEnd(reader.get());
	if (!problem.empty()) ::kill(pid, SIGKILL);
	int status = 0;
	while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
	{
	}
	CPPUNIT_ASSERT_MESSAGE(problem, problem.empty());
	CPPUNIT_ASSERT_EQUAL_MESSAGE("the process in the namespace crashed", 0, status);
}

void ip(const std::string& arguments)
{
	ChildProcess process("/bin/sh", {"-c", "ip " + arguments});
	const int code = process.waitForExit();
	const std::string errors = process.readToEnd(ChildProcess::Output::Stderr);
	CPPUNIT_ASSERT_EQUAL_MESSAGE("ip " + arguments + ": " + errors + " (package iproute2)", 0, code);
}

void prepareBlackHoles()
{
	ip("rule add pref 10 lookup local");
	ip("rule del pref 0");
}

void blackHole(std::uint16_t fromPort, std::uint16_t toPort)
{
	ip("rule add pref 1 ipproto tcp sport " + std::to_string(fromPort) + " dport " + std::to_string(toPort) +
		" blackhole");
}

} // namespace Bore::Test
