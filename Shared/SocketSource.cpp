//
// SocketSource.cpp
//

#include "Shared/SocketSource.h"

#include "Shared/StreamIo.h"

#include <algorithm>

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
	const IoResult got = receiveSome(_from.socket, data, wanted);
	_from.readsWhenWritable = got.outcome == Io::WantsWrite;
	if (got.outcome == Io::Moved)
	{
		// Nobody polls a socket that is known to be reset.
		if (!got.mayHaveMore) _from.readable = _from.reset;
		_taken += got.bytes;
		return static_cast<std::streamsize>(got.bytes);
	}
	_from.readable = false;
	if (got.mustWait()) return 0;
	if (got.outcome == Io::Failed) _from.fail();
	_ended = true;
	return 0;
}

} // namespace Bore
