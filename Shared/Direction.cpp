//
// Direction.cpp
//

#include "Shared/Direction.h"

#include "Shared/SocketSink.h"
#include "Shared/SocketSource.h"

#include <Poco/StreamCopier.h>

#include <algorithm>
#include <istream>
#include <ostream>
#include <sys/socket.h>

namespace Bore
{

namespace
{

constexpr std::size_t COPY_BUFFER_BYTES = 128 * 1024; // larger gained nothing in trials, smaller costs calls
constexpr std::size_t LEAN_BUFFER_BYTES = 16 * 1024;
constexpr std::size_t LEAN_ABOVE_BYTES = 64 * 1024 * 1024; // rests of all relays together

} // namespace

Direction::Direction(Endpoint& from, Endpoint& to, std::string_view first)
	: _from(from)
	, _to(to)
{
	_rest.keep(first.data(), first.size());
}

bool Direction::canStep() const noexcept
{
	if (_ended) return false;
	if (_to.reset) return true; // to its end
	if (!_rest.empty()) return _to.writable;
	return _sourceEnded || _from.readable;
}

bool Direction::step(std::size_t limit)
{
	const auto before = _bytes;
	if (!_ended && !_to.reset) copy(limit);
	return endIfDone() || _bytes != before;
}

void Direction::copy(std::size_t limit)
{
	SocketSink sink(_to, _rest);
	if (!_rest.empty()) sink.pay();
	if (_rest.empty() && !_sourceEnded)
	{
		SocketSource source(_from, sink, limit);
		std::istream in(&source);
		std::ostream out(&sink);
		// An ostream swallows what its buffer throws, unless told otherwise:
		// a rest that could not be kept would be a hole in the stream.
		out.exceptions(std::ios::badbit);
		const std::size_t most = Rest::total() > LEAN_ABOVE_BYTES ? LEAN_BUFFER_BYTES : COPY_BUFFER_BYTES;
		Poco::StreamCopier::copyStream64(in, out, std::min(most, limit));
		_sourceEnded = source.ended();
	}
	_bytes += sink.sent();
}

bool Direction::endIfDone() noexcept
{
	if (_ended) return false;
	if (_to.reset)
	{
		_rest.clear();
		_ended = true;
	}
	else if (_sourceEnded && _rest.empty())
	{
		// A reset is passed on as a reset, by the relay: an end of stream
		// here would tell the peer that the stream was whole.
		if (!_from.reset) ::shutdown(_to.descriptor(), SHUT_WR);
		_ended = true;
	}
	return _ended;
}

} // namespace Bore
