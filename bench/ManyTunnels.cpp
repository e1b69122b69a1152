//
// ManyTunnels.cpp
//

#include "bench/ManyTunnels.h"

#include "Shared/Connector.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/ProtocolException.h"

#include <array>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <system_error>
#include <variant>

namespace Bore::Bench
{

namespace
{

constexpr int EVENTS = 256;
constexpr std::uint64_t STOP = std::numeric_limits<std::uint64_t>::max();
constexpr Duration TIMEOUT = std::chrono::seconds(10);

void watch(const Descriptor& epoll, int fd, std::uint64_t name)
{
	epoll_event event{};
	event.events = EPOLLIN;
	event.data.u64 = name;
	if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0)
		throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

} // namespace

ManyTunnels::ManyTunnels(const Poco::Net::SocketAddress& to, std::uint32_t count)
	: _epoll(Descriptor::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))
{
	_streams.reserve(count);
	for (std::uint32_t i = 0; i < count; ++i) open(to);
}

void ManyTunnels::open(const Poco::Net::SocketAddress& to)
{
	const TimePoint deadline = Clock::system().now() + TIMEOUT;
	FrameStream stream(Connector().connect(to, deadline));
	stream.send(format(ClientMessage{Hello{0}}), deadline);
	const std::string frame = stream.receive(deadline);
	if (!std::holds_alternative<Hello>(parseServerMessage(frame)))
		throw std::runtime_error("tunnel " + std::to_string(_streams.size() + 1) + ": the server answered " +
								 escapeForLog(frame) + " (a server without a secret is needed)");
	watch(_epoll, stream.socket().impl()->sockfd(), _streams.size());
	_streams.push_back(std::move(stream));
}

void ManyTunnels::listen(int untilReadable)
{
	watch(_epoll, untilReadable, STOP);
	std::array<epoll_event, EVENTS> events{};
	for (;;)
	{
		const int count = ::epoll_wait(_epoll.get(), events.data(), EVENTS, -1);
		for (int i = 0; i < count; ++i)
		{
			const std::uint64_t name = events[static_cast<std::size_t>(i)].data.u64;
			if (name == STOP) return;
			read(_streams[name]);
		}
	}
}

void ManyTunnels::read(FrameStream& stream)
{
	try
	{
		while (const auto frame = stream.poll())
			if (std::holds_alternative<Heartbeat>(parseServerMessage(*frame))) ++_heartbeats;
	}
	catch (const ProtocolException&)
	{
		++_lost;
		stream.socket().close();
	}
}

} // namespace Bore::Bench
