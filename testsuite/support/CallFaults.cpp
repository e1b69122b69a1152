//
// CallFaults.cpp
//

#include "testsuite/support/CallFaults.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cppunit/Exception.h>
#include <cppunit/TestAssert.h>
#include <cstdarg>
#include <cstdint>
#include <dlfcn.h>
#include <fcntl.h>
#include <initializer_list>
#include <optional>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

constexpr int NONE = -1;

// Not in the object: a thread may be in the middle of a call when it ends.
std::atomic<int> armed{NONE}; // a Call
std::atomic<int> armedError{0};
std::atomic<std::int64_t> toGo{0};      // calls until the first that fails, itself included
std::atomic<std::int64_t> afterLast{0}; // toGo at the first call that works again
thread_local bool isTestsOwn = false;

std::optional<int> strike(Call call) noexcept
// The error to fail with.
{
	if (armed.load(std::memory_order_acquire) != static_cast<int>(call) || isTestsOwn) return std::nullopt;
	const std::int64_t count = toGo.fetch_sub(1);
	return count <= 1 && count > afterLast ? std::optional(armedError.load()) : std::nullopt;
}

template <typename Function>
Function* realOne(Function*, const char* name) noexcept
{
	return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

void breakIfGone(int error, int fd) noexcept
// A connection of which a call says that it is gone is gone: what is told
// of it afterwards must fit, and its peer gets a reset.
{
	if (error != ECONNRESET && error != EPIPE && error != ETIMEDOUT && error != ENOTCONN) return;
	static auto* const connect = realOne(&::connect, "connect");
	sockaddr nowhere{};
	nowhere.sa_family = AF_UNSPEC;
	(void)connect(fd, &nowhere, sizeof nowhere);
}

template <typename Function, typename... Arguments>
auto call(Call kind, Function* next, Arguments... arguments) noexcept -> decltype(next(arguments...))
{
	const auto error = strike(kind);
	if (!error || *error == Fault::SHORT) return next(arguments...);
	errno = *error;
	return -1;
}

template <typename Function>
ssize_t move(
	Call kind, std::initializer_list<int> descriptors, std::size_t size, const Function& next) noexcept
{
	const auto error = strike(kind);
	if (!error) return next(size);
	if (*error == Fault::SHORT) return next(size > 1 ? 1 : size);
	for (const int fd : descriptors) breakIfGone(*error, fd);
	errno = *error;
	return -1;
}

} // namespace

std::string Fault::name() const
{
	constexpr std::array<const char*, 17> NAMES{"recv", "send", "splice", "poll", "accept", "connect",
		"socket", "pipe", "eventfd", "epoll_create", "epoll_ctl", "epoll_wait", "fcntl", "ioctl",
		"setsockopt", "shutdown", "pthread_create"};
	const std::string what = error == SHORT ? "one byte only" : std::generic_category().message(error);
	return NAMES.at(static_cast<std::size_t>(call)) + (": " + what);
}

CallFaults::CallFaults(const Fault& fault, std::size_t nth, std::size_t times)
{
	CPPUNIT_ASSERT_EQUAL(NONE, armed.load());
	isTestsOwn = true;
	armedError = fault.error;
	toGo = static_cast<std::int64_t>(nth);
	afterLast = 1 - static_cast<std::int64_t>(times);
	armed.store(static_cast<int>(fault.call), std::memory_order_release);
}

CallFaults::~CallFaults()
{
	armed = NONE;
	isTestsOwn = false;
}

void CallFaults::spareThisThread() noexcept
{
	isTestsOwn = true;
}

bool CallFaults::struck() const noexcept
{
	return toGo <= 0;
}

void withEachFault(const std::vector<Fault>& faults, std::size_t mostCalls,
	const std::function<void(const std::string& fault)>& work)
{
	for (const auto& fault : faults)
		for (std::size_t nth = 1; nth <= mostCalls; ++nth)
		{
			const std::string name = fault.name() + ", call " + std::to_string(nth);
			const CallFaults faulty(fault, nth);
			try
			{
				work(name);
			}
			catch (const CppUnit::Exception& failure)
			{
				CPPUNIT_FAIL(name + ": " + failure.what());
			}
			catch (const std::exception& failure)
			{
				CPPUNIT_FAIL(name + ": " + failure.what());
			}
			if (faulty.struck()) continue;
			if (nth == 1) CPPUNIT_FAIL(fault.name() + ": there is no such call");
			break;
		}
}

} // namespace Bore::Test

// What follows takes the place of libc's functions, and goes on to them.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

using Bore::Test::Call;
using Bore::Test::call;
using Bore::Test::move;
using Bore::Test::realOne;
using Bore::Test::strike;

extern "C"
{

	ssize_t recv(int fd, void* data, std::size_t size, int flags)
	{
		static auto* const next = realOne(&::recv, "recv");
		return move(Call::Recv, {fd}, size, [&](std::size_t n) { return next(fd, data, n, flags); });
	}

	ssize_t send(int fd, const void* data, std::size_t size, int flags)
	{
		static auto* const next = realOne(&::send, "send");
		return move(Call::Send, {fd}, size, [&](std::size_t n) { return next(fd, data, n, flags); });
	}

	ssize_t splice(int from, off64_t* fromOffset, int to, off64_t* toOffset, std::size_t size, unsigned flags)
	{
		static auto* const next = realOne(&::splice, "splice");
		return move(Call::Splice, {from, to}, size,
			[&](std::size_t n) { return next(from, fromOffset, to, toOffset, n, flags); });
	}

	int poll(pollfd* entries, nfds_t count, int timeout)
	{
		static auto* const next = realOne(&::poll, "poll");
		return call(Call::Poll, next, entries, count, timeout);
	}

	int accept(int fd, sockaddr* address, socklen_t* size)
	{
		static auto* const next = realOne(&::accept, "accept");
		return call(Call::Accept, next, fd, address, size);
	}

	int accept4(int fd, sockaddr* address, socklen_t* size, int flags)
	{
		static auto* const next = realOne(&::accept4, "accept4");
		return call(Call::Accept, next, fd, address, size, flags);
	}

	int connect(int fd, const sockaddr* address, socklen_t size)
	{
		static auto* const next = realOne(&::connect, "connect");
		return call(Call::Connect, next, fd, address, size);
	}

	int socket(int domain, int type, int protocol) noexcept
	{
		static auto* const next = realOne(&::socket, "socket");
		return call(Call::Socket, next, domain, type, protocol);
	}

	int pipe2(int* ends, int flags) noexcept
	{
		static auto* const next = realOne(&::pipe2, "pipe2");
		return call(Call::Pipe, next, ends, flags);
	}

	int eventfd(unsigned value, int flags) noexcept
	{
		static auto* const next = realOne(&::eventfd, "eventfd");
		return call(Call::EventFd, next, value, flags);
	}

	int epoll_create(int size) noexcept
	{
		static auto* const next = realOne(&::epoll_create, "epoll_create");
		return call(Call::EpollCreate, next, size);
	}

	int epoll_create1(int flags) noexcept
	{
		static auto* const next = realOne(&::epoll_create1, "epoll_create1");
		return call(Call::EpollCreate, next, flags);
	}

	int epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept
	{
		static auto* const next = realOne(&::epoll_ctl, "epoll_ctl");
		// To take out what is in needs no memory: the kernel never fails it for want of any.
		if (operation == EPOLL_CTL_DEL) return next(set, operation, fd, event);
		return call(Call::EpollControl, next, set, operation, fd, event);
	}

	int epoll_wait(int set, epoll_event* events, int most, int timeout)
	{
		static auto* const next = realOne(&::epoll_wait, "epoll_wait");
		return call(Call::EpollWait, next, set, events, most, timeout);
	}

	// What takes no third argument is given one that nobody reads, as libc does.
	int fcntl(int fd, int command, ...) // NOLINT(cert-dcl50-cpp)
	{
		static auto* const next = realOne(&::fcntl, "fcntl");
		std::va_list rest;
		va_start(rest, command);
		auto* const value = va_arg(rest, void*);
		va_end(rest);
		return call(Call::FileControl, next, fd, command, value);
	}

	int ioctl(int fd, unsigned long request, ...) noexcept // NOLINT(cert-dcl50-cpp,google-runtime-int)
	{
		static auto* const next = realOne(&::ioctl, "ioctl");
		std::va_list rest;
		va_start(rest, request);
		auto* const value = va_arg(rest, void*);
		va_end(rest);
		return call(Call::DeviceControl, next, fd, request, value);
	}

	int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept
	{
		static auto* const next = realOne(&::setsockopt, "setsockopt");
		return call(Call::SetOption, next, fd, level, name, value, size);
	}

	int shutdown(int fd, int how) noexcept
	{
		static auto* const next = realOne(&::shutdown, "shutdown");
		return static_cast<int>(move(Call::Shutdown, {fd}, 0, [&](std::size_t) { return next(fd, how); }));
	}

	int pthread_create(
		pthread_t* thread, const pthread_attr_t* attributes, void* (*work)(void*), void* argument) noexcept
	{
		static auto* const next = realOne(&::pthread_create, "pthread_create");
		const auto error = strike(Call::Thread);
		return error ? *error : next(thread, attributes, work, argument); // it tells by its result
	}
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
