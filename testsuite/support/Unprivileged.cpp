//
// Unprivileged.cpp
//

#include "testsuite/support/Unprivileged.h"

#include "Shared/Clock.h"
#include "Shared/Descriptor.h"
#include "testsuite/support/Eventually.h"

#include <array>
#include <cppunit/TestAssert.h>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

constexpr uid_t NOBODY = 65534;
constexpr char RETURNED = '+';
constexpr char THREW = '-';

std::string performed(const std::function<std::string()>& task)
{
	if (::getuid() == 0 && (::setgid(NOBODY) != 0 || ::setuid(NOBODY) != 0))
		return std::string(1, THREW) + "cannot become nobody";
	try
	{
		return RETURNED + task();
	}
	catch (const std::exception& error)
	{
		return THREW + std::string(error.what());
	}
}

std::string readToEnd(int descriptor)
{
	const TimePoint deadline = Clock::system().now() + PATIENCE;
	std::string text;
	std::array<char, 1024> buffer{};
	for (;;)
	{
		pollfd entry{descriptor, POLLIN, 0};
		if (::poll(&entry, 1, millisecondsUntil(deadline, Clock::system().now())) <= 0) return {};
		const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
		if (got <= 0) return text;
		text.append(buffer.data(), static_cast<std::size_t>(got));
	}
}

} // namespace

std::string runUnprivileged(const std::function<std::string()>& task)
{
	std::array<int, 2> ends{};
	CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
	const Descriptor reader(ends[0]);
	Descriptor writer(ends[1]);
	const pid_t child = ::fork();
	CPPUNIT_ASSERT(child >= 0);
	if (child == 0)
	{
		const std::string answer = performed(task);
		const bool told = ::write(writer.get(), answer.data(), answer.size()) >= 0;
		::_exit(told ? 0 : 1);
	}
	writer = Descriptor();
	const std::string answer = readToEnd(reader.get());
	::kill(child, SIGKILL); // no harm where it has ended by itself
	::waitpid(child, nullptr, 0);
	CPPUNIT_ASSERT_MESSAGE("the unprivileged process hangs or has crashed", !answer.empty());
	CPPUNIT_ASSERT_MESSAGE(answer.substr(1), answer.front() == RETURNED);
	return answer.substr(1);
}

} // namespace Bore::Test
