//
// Direction.cpp
//

#include "Shared/Direction.h"

#include "Shared/SocketSink.h"
#include "Shared/SocketSource.h"
#include "Shared/StreamIo.h"

#include <Poco/StreamCopier.h>

#include <algorithm>
#include <fcntl.h>
#include <istream>
#include <ostream>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::size_t COPY_BUFFER_BYTES = 128 * 1024; // larger gained nothing in trials, smaller costs calls
constexpr std::size_t LEAN_BUFFER_BYTES = 16 * 1024;

constexpr std::uint32_t PROMOTE_AFTER_BYTES = 1024 * 1024; // then a direction has proved to be bulk
constexpr std::size_t SMALL_FILL_BYTES = 4096;  // less at a time, and two splices cost more than a copy
constexpr std::uint8_t DEMOTE_AFTER_FILLS = 64; // small ones in a row

// SPLICE_F_NONBLOCK applies to the pipe alone, not to the socket.
bool setNonBlocking(Endpoint& end) noexcept
{
	if (end.nonBlocking) return true;
	const int socket = end.descriptor();
	const int flags = ::fcntl(socket, F_GETFL);
	end.nonBlocking =
		flags >= 0 && ((flags & O_NONBLOCK) != 0 || ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0);
	return end.nonBlocking;
}

} // namespace

Direction::Direction(Endpoint& from, Endpoint& to, std::string_view first, RelayResources& resources)
	: _from(from)
	, _to(to)
	, _resources(resources)
	, _isPlain(!isSecure(from.socket) && !isSecure(to.socket))
{
	_rest.keep(first.data(), first.size());
}

Direction::~Direction()
{
	releasePipe();
}

bool Direction::canStep() const noexcept
{
	if (_ended) return false;
	if (_to.reset) return true; // to its end
	if (owes()) return _to.writable;
	return _sourceEnded || _from.readable;
}

bool Direction::step(std::size_t limit)
{
	const auto before = _bytes;
	if (!_rest.empty()) payRest();
	if (!_ended && !_to.reset && _rest.empty())
	{
		// Here, and not where the last byte was copied: a sink that is slower
		// than the source leaves a rest after every copy.
		if (isBulk() && !_pipe && !_sourceEnded) promote();
		if (_pipe)
			splice(limit);
		else if (!_sourceEnded)
			copy(limit);
	}
	return endIfDone() || _bytes != before;
}

void Direction::payRest()
{
	SocketSink sink(_to, _rest);
	sink.pay();
	count(sink.sent());
}

void Direction::copy(std::size_t limit)
{
	SocketSink sink(_to, _rest);
	SocketSource source(_from, sink, limit);
	std::istream in(&source);
	std::ostream out(&sink);
	// An ostream swallows what its buffer throws, unless told otherwise:
	// a rest that could not be kept would be a hole in the stream.
	out.exceptions(std::ios::badbit);
	const std::size_t most = Rest::total() > _resources.maxRestBytes ? LEAN_BUFFER_BYTES : COPY_BUFFER_BYTES;
	Poco::StreamCopier::copyStream64(in, out, std::min(most, limit));
	_sourceEnded = source.ended();
	count(sink.sent());
}

void Direction::count(std::size_t sent) noexcept
{
	_bytes += sent;
	_copied = static_cast<std::uint32_t>(std::min<std::size_t>(_copied + sent, PROMOTE_AFTER_BYTES));
}

bool Direction::isBulk() const noexcept
{
	return _isPlain && _copied >= PROMOTE_AFTER_BYTES;
}

void Direction::promote() noexcept
{
	_pipe = _resources.pipes.borrow();
	if (_pipe && setNonBlocking(_from) && setNonBlocking(_to)) return;
	// StreamCopier goes on, and asks again after as much.
	demote();
}

void Direction::demote() noexcept
{
	_copied = 0;
	_smallFills = 0;
	releasePipe();
}

void Direction::pause() noexcept
{
	if (_pipe && _pipe->held() == 0) releasePipe();
}

void Direction::releasePipe() noexcept
{
	_resources.pipes.giveBack(std::move(_pipe));
}

void Direction::splice(std::size_t limit)
{
	for (const auto start = _bytes; _bytes - start < limit;)
		if (!(_pipe->held() > 0 ? drainPipe() : fillPipe(limit))) break;
	if (_smallFills >= DEMOTE_AFTER_FILLS && _pipe->held() == 0) demote();
}

bool Direction::fillPipe(std::size_t limit) noexcept
{
	if (_sourceEnded || !_from.readable) return false;
	const auto outcome = _pipe->fill(_from.descriptor(), limit);
	if (outcome == Pipe::Outcome::Moved)
	{
		if (_pipe->held() >= SMALL_FILL_BYTES)
			_smallFills = 0;
		else if (_smallFills < DEMOTE_AFTER_FILLS)
			++_smallFills;
		return true;
	}
	_from.readable = false;
	if (outcome == Pipe::Outcome::Failed) _from.fail();
	_sourceEnded = outcome != Pipe::Outcome::WouldBlock;
	return false;
}

bool Direction::drainPipe() noexcept
{
	if (!_to.writable) return false;
	const auto before = _pipe->held();
	const auto outcome = _pipe->drain(_to.descriptor());
	_bytes += before - _pipe->held();
	if (outcome == Pipe::Outcome::Failed) _to.fail();
	if (outcome != Pipe::Outcome::Moved) _to.writable = false;
	return outcome == Pipe::Outcome::Moved;
}

bool Direction::endIfDone() noexcept
{
	if (_ended) return false;
	if (_to.reset)
	{
		_owesEnd = false;
		_rest.clear();
		releasePipe();
		_ended = true;
	}
	else if (_sourceEnded && !owesBytes())
	{
		// A reset is passed on as a reset, by the relay: an end of stream
		// here would tell the peer that the stream was whole.
		releasePipe();
		_ended = _from.reset || endSink();
		_from.finished = _ended && !_from.reset;
	}
	return _ended;
}

bool Direction::endSink() noexcept
{
	// The relay closes it next, which says the same, and wakes nobody.
	if (_isPlain && _to.finished) return true;
	const Io outcome = endSending(_to.socket);
	_owesEnd = outcome == Io::WantsWrite;
	if (_owesEnd) _to.writable = false;
	if (outcome == Io::Failed && !_isPlain) _to.fail(); // what took the error may never be told of it again
	return !_owesEnd;
}

} // namespace Bore
