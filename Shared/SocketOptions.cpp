//
// SocketOptions.cpp
//

#include "Shared/SocketOptions.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr int LOOK_INTERVAL_MS = 5;
// Between two looks of awaitDelivery: short beside a round trip over a
// real path, and no load for the seconds it lasts at most.

constexpr std::chrono::milliseconds ACKNOWLEDGED_WITHIN{1500};
// Three heartbeats of a server: an acknowledgement that is delayed, and one that was lost.

constexpr int KEEP_ALIVE_PROBES = 3; // in the time that a silent peer has, so that one may be lost

constexpr std::string_view LOOPBACK_CONTROL = "reno";

constexpr linger RESET{1, 0};

bool isLoopback(const Poco::Net::IPAddress& address) noexcept
{
	// To POCO every IPv4 address is a mapped one, too.
	if (address.family() == Poco::Net::IPAddress::IPv4 || !address.isIPv4Mapped())
		return address.isLoopback();
	constexpr std::ptrdiff_t MAPPED = 12; // bytes of the prefix ::ffff:0:0/96
	return static_cast<const unsigned char*>(address.addr())[MAPPED] == IN_LOOPBACKNET;
}

template <typename T>
void setOption(const Poco::Net::Socket& socket, int level, int option, const T& value) noexcept
{
	// Not Poco's setOption: it throws, and on a socket that its peer has
	// already reset there is nothing to be done.
	static_cast<void>(::setsockopt(socket.impl()->sockfd(), level, option, &value, sizeof(value)));
}

std::optional<tcp_info> infoOf(const Poco::Net::StreamSocket& socket) noexcept
{
	tcp_info info = {};
	socklen_t size = sizeof(info);
	if (::getsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
	return info;
}

bool isClosed(const Poco::Net::StreamSocket& socket) noexcept
{
	const auto info = infoOf(socket);
	return !info || info->tcpi_state == TCP_CLOSE;
}

} // namespace

void prepareStream(Poco::Net::StreamSocket& socket) noexcept
{
	setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
	setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
}

void tuneKeepalive(const Poco::Net::Socket& socket, const Keepalive& keepalive) noexcept
{
	const std::pair<int, int> options[] = {
		{TCP_KEEPIDLE, keepalive.idle}, {TCP_KEEPINTVL, keepalive.interval}, {TCP_KEEPCNT, keepalive.count}};
	for (const auto& [option, value] : options)
		if (value != 0) setOption(socket, IPPROTO_TCP, option, value);
}

void easeLoopback(const Poco::Net::Socket& socket, const Poco::Net::IPAddress& peer) noexcept
{
	if (!isLoopback(peer)) return;
	static_cast<void>(::setsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_CONGESTION,
		LOOPBACK_CONTROL.data(), LOOPBACK_CONTROL.size()));
}

void boundSilence(const Poco::Net::StreamSocket& socket, std::chrono::milliseconds longest) noexcept
{
	if (longest <= std::chrono::milliseconds::zero()) return;
	const auto milliseconds = static_cast<unsigned>(longest.count());
	const int seconds = std::max(1, static_cast<int>(milliseconds / 1000 / (KEEP_ALIVE_PROBES + 1)));
	setOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, milliseconds);
	setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
	setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
	setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, seconds);
	setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, KEEP_ALIVE_PROBES);
}

void abortOnClose(Poco::Net::StreamSocket& socket) noexcept
{
	setOption(socket, SOL_SOCKET, SO_LINGER, RESET);
}

void resetOnClose(const Descriptor& connection) noexcept
{
	static_cast<void>(::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &RESET, sizeof RESET));
}

int unsentBytes(const Poco::Net::StreamSocket& socket) noexcept
{
	int bytes = 0;
	return ::ioctl(socket.impl()->sockfd(), SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

bool hasStoppedAcknowledging(const Poco::Net::StreamSocket& socket) noexcept
{
	if (unsentBytes(socket) <= 0) return false;
	const auto info = infoOf(socket);
	return info && std::chrono::milliseconds(info->tcpi_last_ack_recv) > ACKNOWLEDGED_WITHIN;
}

bool awaitDelivery(const Poco::Net::StreamSocket& socket, TimePoint deadline, const Clock& clock) noexcept
{
	for (;;)
	{
		const int unsent = unsentBytes(socket);
		if (unsent <= 0) return unsent == 0;
		// After a reset the bytes count as unsent for ever.
		if (isClosed(socket)) return false;
		const TimePoint now = clock.now();
		if (now >= deadline) return false;
		::poll(nullptr, 0, std::min(LOOK_INTERVAL_MS, millisecondsUntil(deadline, now)));
	}
}

} // namespace Bore
