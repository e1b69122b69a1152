//
// Direction.h
//
// The bytes that flow one way through a proxied connection.
//

#ifndef Bore_Shared_Direction_INCLUDED
#define Bore_Shared_Direction_INCLUDED

#include "Shared/Endpoint.h"
#include "Shared/RelayResources.h"
#include "Shared/Rest.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace Bore
{

class Direction
/// Carries bytes from one endpoint to the other by Poco::StreamCopier, a
/// bounded amount at a step and without ever waiting. One that has proved
/// to move in bulk is promoted: it goes on by splice(2) through a pipe, so
/// that its bytes stay in the kernel, for as long as it moves much at a
/// time and there is a pipe to be had, and neither end is carried by TLS. The end of the stream is passed on
/// as a half-close, once everything before it is sent.
/// Owned by a Relay, and used by the one thread that runs it.
{
public:
	Direction(Endpoint& from, Endpoint& to, std::string_view first, RelayResources& resources);
	/// `first` are bytes that were read from `from` before: they go ahead
	/// of everything else. Throws std::bad_alloc.

	~Direction();

	Direction(const Direction&) = delete;
	Direction& operator=(const Direction&) = delete;

	[[nodiscard]] bool canStep() const noexcept;
	/// True while a step may achieve something.

	bool step(std::size_t limit);
	/// Moves up to `limit` bytes, promoted up to twice as many; true if it
	/// moved any, or came to its end.
	/// Throws std::bad_alloc.

	void pause() noexcept;
	/// It will not move for a while: an empty pipe is lent to others.

	[[nodiscard]] bool wantsToRead() const noexcept { return !_ended && !_sourceEnded && !owes(); }
	/// True if it waits for its source.

	[[nodiscard]] bool wantsToWrite() const noexcept { return !_ended && owes(); }
	/// True if it waits for its sink.

	[[nodiscard]] bool ended() const noexcept { return _ended; }
	/// True when nothing will flow this way any more.

	[[nodiscard]] std::uint64_t bytes() const noexcept { return _bytes; }
	/// Bytes sent on so far.

private:
	void payRest();
	void copy(std::size_t limit);
	void count(std::size_t sent) noexcept;
	void splice(std::size_t limit);
	[[nodiscard]] bool isBulk() const noexcept;
	void promote() noexcept;
	void demote() noexcept;
	void releasePipe() noexcept;
	bool fillPipe(std::size_t limit) noexcept;
	bool drainPipe() noexcept;
	bool endIfDone() noexcept;
	[[nodiscard]] bool endSink() noexcept;
	[[nodiscard]] bool owes() const noexcept { return owesBytes() || _owesEnd; }
	[[nodiscard]] bool owesBytes() const noexcept { return !_rest.empty() || (_pipe && _pipe->held() > 0); }

	Endpoint& _from;
	Endpoint& _to;
	RelayResources& _resources;
	const bool _isPlain; // on both ends: what is encrypted cannot stay in the kernel
	Rest _rest;
	std::unique_ptr<Pipe> _pipe; // borrowed while promoted and busy
	std::uint64_t _bytes = 0;
	std::uint32_t _copied = 0;    // bytes towards the promotion, which then stay at its threshold
	std::uint8_t _smallFills = 0; // in a row, whether or not it paused in between
	bool _sourceEnded = false;
	bool _owesEnd = false; // TLS has words of its own for it, for which there was no room
	bool _ended = false;
};

} // namespace Bore

#endif // Bore_Shared_Direction_INCLUDED
