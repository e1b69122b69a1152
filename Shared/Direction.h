//
// Direction.h
//
// The bytes that flow one way through a proxied connection.
//

#ifndef Bore_Shared_Direction_INCLUDED
#define Bore_Shared_Direction_INCLUDED

#include "Shared/Endpoint.h"
#include "Shared/Rest.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace Bore
{

class Direction
/// Carries bytes from one endpoint to the other by Poco::StreamCopier, a
/// bounded amount at a step and without ever waiting. The end of the
/// stream is passed on as a half-close, once everything before it is sent.
/// Owned by a Relay, and used by the one thread that runs it.
{
public:
	Direction(Endpoint& from, Endpoint& to, std::string_view first);
	/// `first` are bytes that were read from `from` before: they go ahead
	/// of everything else. Throws std::bad_alloc.

	Direction(const Direction&) = delete;
	Direction& operator=(const Direction&) = delete;

	[[nodiscard]] bool canStep() const noexcept;
	/// True while a step may achieve something.

	bool step(std::size_t limit);
	/// Moves up to `limit` bytes; true if it moved any, or came to its end.
	/// Throws std::bad_alloc.

	[[nodiscard]] bool wantsToRead() const noexcept { return !_ended && !_sourceEnded && _rest.empty(); }
	/// True if it waits for its source.

	[[nodiscard]] bool wantsToWrite() const noexcept { return !_ended && !_rest.empty(); }
	/// True if it waits for its sink.

	[[nodiscard]] bool ended() const noexcept { return _ended; }
	/// True when nothing will flow this way any more.

	[[nodiscard]] std::uint64_t bytes() const noexcept { return _bytes; }
	/// Bytes sent on so far.

private:
	void copy(std::size_t limit);
	bool endIfDone() noexcept;

	Endpoint& _from;
	Endpoint& _to;
	Rest _rest;
	std::uint64_t _bytes = 0;
	bool _sourceEnded = false;
	bool _ended = false;
};

} // namespace Bore

#endif // Bore_Shared_Direction_INCLUDED
