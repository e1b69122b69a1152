//
// SocketSource.cpp
//

#include "Shared/SocketSource.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace Bore
{

SocketSource::SocketSource(Endpoint& from, const SocketSink& sink, std::size_t limit) noexcept
	: _from(from)
	, _sink(sink)
	, _limit(limit)
{
}

std::streamsize SocketSource::xsgetn(char* data, std::streamsize size)
{
	const std::size_t wanted = std::min(static_cast<std::size_t>(size), _limit - _taken);
	if (wanted == 0 || _ended || !_from.readable || _sink.owes()) return 0;
	ssize_t got = 0;
	do got = ::recv(_from.descriptor(), data, wanted, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got > 0)
	{
		// A short read has emptied the socket: asking again would cost a
		// system call to be told so. If an end is behind it, poll says it;
		// but nobody polls a socket that is known to be reset.
		if (static_cast<std::size_t>(got) < wanted) _from.readable = _from.reset;
		_taken += static_cast<std::size_t>(got);
		return got;
	}
	_from.readable = false;
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
	if (got < 0) _from.fail();
	_ended = true;
	return 0;
}

} // namespace Bore
