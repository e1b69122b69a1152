//
// SocketOptions.cpp
//

#include "Shared/SocketOptions.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace Bore
{

namespace
{

constexpr int LOOK_INTERVAL_MS = 5;
// Between two looks of awaitDelivery: short beside a round trip over a
// real path, and no load for the seconds it lasts at most.

template <typename T>
void setOption(const Poco::Net::StreamSocket& socket, int level, int option, const T& value) noexcept
{
	// Not Poco's setOption: it throws, and on a socket that its peer has
	// already reset there is nothing to be done.
	static_cast<void>(::setsockopt(socket.impl()->sockfd(), level, option, &value, sizeof(value)));
}

bool isClosed(const Poco::Net::StreamSocket& socket) noexcept
{
	tcp_info info = {};
	socklen_t size = sizeof(info);
	return ::getsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
		   info.tcpi_state == TCP_CLOSE;
}

} // namespace

void prepareStream(Poco::Net::StreamSocket& socket) noexcept
{
	setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
	setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
}

void abortOnClose(Poco::Net::StreamSocket& socket) noexcept
{
	setOption(socket, SOL_SOCKET, SO_LINGER, linger{1, 0});
}

int unsentBytes(const Poco::Net::StreamSocket& socket) noexcept
{
	int bytes = 0;
	return ::ioctl(socket.impl()->sockfd(), SIOCOUTQ, &bytes) == 0 ? bytes : -1;
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
