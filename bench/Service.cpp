//
// Service.cpp
//

#include "bench/Service.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>

namespace Bore::Bench
{

namespace
{

constexpr int EVENTS = 256;
constexpr std::size_t ECHO_BLOCK = std::size_t(16) * 1024;

void watch(int epoll, int fd, std::uint32_t interest)
{
	epoll_event event{};
	event.events = interest;
	event.data.fd = fd;
	if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

} // namespace

Service::Service()
	: _listener(Socket::listenOn(Poco::Net::SocketAddress("127.0.0.1", 0)))
	, _stop(Descriptor::checked(::eventfd(0, EFD_CLOEXEC), "eventfd"))
{
	const unsigned count = std::max(2U, std::thread::hardware_concurrency());
	for (unsigned i = 0; i < count; ++i) _threads.emplace_back([this] { serve(); });
}

Service::~Service()
{
	// Nobody reads it, so that it wakes every thread.
	::eventfd_write(_stop.get(), 1);
	for (std::thread& thread : _threads) thread.join();
}

void Service::serve()
{
	const Descriptor epoll = Descriptor::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
	watch(epoll.get(), _listener.fd(), EPOLLIN | EPOLLEXCLUSIVE);
	watch(epoll.get(), _stop.get(), EPOLLIN);
	Sessions sessions;
	std::array<epoll_event, EVENTS> events{};
	for (;;)
	{
		const int count = ::epoll_wait(epoll.get(), events.data(), EVENTS, -1);
		for (int i = 0; i < count; ++i)
		{
			const int fd = events[static_cast<std::size_t>(i)].data.fd;
			if (fd == _stop.get()) return;
			if (fd == _listener.fd())
				admit(epoll.get(), sessions);
			else if (auto found = sessions.find(fd); found != sessions.end() && !attend(found->second))
			{
				// A socket that was handed on must leave this epoll; a closed one has left already.
				::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, fd, nullptr);
				sessions.erase(found);
			}
		}
	}
}

void Service::admit(int epoll, Sessions& sessions) const
{
	Socket socket = _listener.accept();
	if (!socket) return;
	const int fd = socket.fd();
	watch(epoll, fd, EPOLLIN);
	sessions[fd] = Session{std::move(socket), false};
}

bool Service::attend(Session& session)
{
	try
	{
		if (!session.echoes) return begin(session);
		std::array<char, ECHO_BLOCK> block; // NOLINT: filled by the kernel
		const auto received = session.socket.tryReceive(block.data(), block.size());
		if (received && *received > 0) session.socket.sendAll(block.data(), *received);
		return !received || *received > 0;
	}
	catch (const std::exception&)
	{
		return false; // a visitor's reset costs that visitor alone
	}
}

bool Service::begin(Session& session)
{
	char first = 0;
	const auto received = session.socket.tryReceive(&first, 1);
	if (!received || *received == 0) return !received;
	const Mode mode{first};
	switch (mode)
	{
	case Mode::Echo:
		session.echoes = true;
		return true;
	case Mode::Answer:
		session.socket.sendAll("!", 1);
		return true;
	case Mode::Discard:
	case Mode::Source:
	case Mode::Count:
		break;
	default:
		return false;
	}
	_bulk.start(std::move(session.socket), mode);
	return false;
}

} // namespace Bore::Bench
