//
// StandbyConnection.cpp
//

#include "Server/StandbyConnection.h"

#include "Server/Standbys.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"
#include "Shared/SocketOptions.h"
#include "Shared/StreamIo.h"

#include <sys/epoll.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds HEARTBEAT_INTERVAL{20}; // our extension; below what NATs usually forget

} // namespace

StandbyConnection::StandbyConnection(Standbys& standbys, std::uint64_t tunnel, Poco::Net::StreamSocket socket)
	: _standbys(standbys)
	, _tunnel(tunnel)
	, _id(standbys._watch.newId())
	, _socket(std::move(socket))
{
}

bool StandbyConnection::wait()
{
	auto& watch = _standbys._watch;
	const auto self = shared_from_this(); // it may be taken before park() returns
	if (!watch.park(_id, self, {&_socket, EPOLLIN}, {}, _standbys._clock.now() + HEARTBEAT_INTERVAL))
		return false;
	// Its tunnel may have ended while it was not parked.
	return _standbys.knows(_tunnel, _id) || !watch.withdraw(_id);
}

void StandbyConnection::resume(const Wake& wake) noexcept
{
	try
	{
		if (wake.expired && sendHeartbeat() && wait()) return;
	}
	catch (const std::exception&)
	{
		// No memory: it is closed.
	}
	_standbys.remove(_tunnel, _id);
	_socket.close();
}

bool StandbyConnection::sendHeartbeat() noexcept
{
	// The one before, 20 s ago, was never acknowledged: a path that forgot us.
	if (unsentBytes(_socket) > 0) return false;
	static const std::string frame = format(ServerMessage{Heartbeat{}});
	const auto size = frame.size() + 1;
	// Twelve bytes after 20 s of silence: a socket without room for them is dead.
	return sendSome(_socket, frame.c_str(), size).bytes == size;
}

} // namespace Bore
