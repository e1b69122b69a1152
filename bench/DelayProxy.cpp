//
// DelayProxy.cpp
//

#include "bench/DelayProxy.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <system_error>
#include <vector>

namespace Bore::Bench
{

namespace
{

constexpr Duration LONGEST_WAIT = std::chrono::seconds(60);

} // namespace

DelayProxy::DelayProxy(
	const Poco::Net::SocketAddress& listen, const Poco::Net::SocketAddress& to, Duration delay)
	: _listener(Socket::listenOn(listen))
	, _to(to)
	, _delay(delay)
{
}

void DelayProxy::serve(int untilReadable)
{
	for (bool stop = false; !stop;)
	{
		await(untilReadable, stop);
		const TimePoint now = std::chrono::steady_clock::now();
		for (Socket socket = _listener.accept(); socket; socket = _listener.accept())
			_connections.emplace_back(std::move(socket), _to, _delay, now);
		for (DelayedConnection& connection : _connections) connection.step(now);
		_connections.remove_if([](const DelayedConnection& connection) { return connection.finished(); });
	}
}

void DelayProxy::await(int untilReadable, bool& stop) const
{
	std::vector<pollfd> waits{{untilReadable, POLLIN, 0}, {_listener.fd(), POLLIN, 0}};
	for (const DelayedConnection& connection : _connections)
	{
		const auto [dialling, dialled] = connection.interest();
		waits.push_back(dialling);
		waits.push_back(dialled);
	}
	const auto wait = std::chrono::duration_cast<std::chrono::nanoseconds>(untilDue()).count();
	// poll(2) counts in milliseconds, which is too coarse for what is measured here.
	const timespec timeout{wait / 1'000'000'000, wait % 1'000'000'000};
	if (::ppoll(waits.data(), waits.size(), &timeout, nullptr) < 0 && errno != EINTR)
		throw std::system_error(errno, std::generic_category(), "ppoll");
	stop = waits.front().revents != 0;
}

Duration DelayProxy::untilDue() const
{
	const TimePoint now = std::chrono::steady_clock::now();
	TimePoint next = now + LONGEST_WAIT;
	for (const DelayedConnection& connection : _connections)
		if (const auto due = connection.due()) next = std::min(next, *due);
	return std::max(next - now, Duration::zero());
}

} // namespace Bore::Bench
