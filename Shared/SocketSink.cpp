//
// SocketSink.cpp
//

#include "Shared/SocketSink.h"

#include <cerrno>
#include <sys/socket.h>

namespace Bore
{

SocketSink::SocketSink(Endpoint& to, Rest& rest) noexcept
	: _to(to)
	, _rest(rest)
{
}

void SocketSink::pay()
{
	_rest.drop(send(_rest.data(), _rest.size()));
	if (_to.reset) _rest.clear();
}

std::streamsize SocketSink::xsputn(const char* data, std::streamsize size)
{
	const auto length = static_cast<std::size_t>(size);
	const std::size_t done = send(data, length);
	if (done < length && !_to.reset) _rest.keep(data + done, length - done);
	return size;
}

std::size_t SocketSink::send(const char* data, std::size_t size) noexcept
{
	if (size == 0 || _to.reset) return 0;
	ssize_t done = 0;
	do done = ::send(_to.descriptor(), data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (done < 0 && errno == EINTR);
	if (done < 0)
	{
		done = 0;
		if (errno != EAGAIN && errno != EWOULDBLOCK) _to.fail();
	}
	if (static_cast<std::size_t>(done) < size) _to.writable = false;
	_sent += static_cast<std::size_t>(done);
	return static_cast<std::size_t>(done);
}

} // namespace Bore
