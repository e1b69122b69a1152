//
// SocketSink.cpp
//

#include "Shared/SocketSink.h"

#include "Shared/StreamIo.h"

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
	const IoResult done = sendSome(_to.socket, data, size);
	if (done.outcome == Io::Failed) _to.fail();
	if (done.bytes < size) _to.writable = false;
	_to.writesWhenReadable = done.outcome == Io::WantsRead;
	_sent += done.bytes;
	return done.bytes;
}

} // namespace Bore
