//
// Pipe.h
//
// A kernel buffer that bytes pass through without being copied.
//

#ifndef Bore_Shared_Pipe_INCLUDED
#define Bore_Shared_Pipe_INCLUDED

#include "Shared/Descriptor.h"

#include <cstddef>
#include <memory>

namespace Bore
{

class Pipe
/// A pipe of full size for splice(2), and how many bytes are in it. Used
/// by one thread at a time.
{
public:
	static constexpr std::size_t CAPACITY_BYTES = 256 * 1024;
	/// As measured: smaller costs throughput, larger gained none. An
	/// ordinary user may have 256 of them in all (pipe(7), pipe-user-pages-soft).

	[[nodiscard]] static std::unique_ptr<Pipe> open() noexcept;
	/// Null if there is none to be had, or none of the full size: one that
	/// cannot be grown would be slower than copying.

	[[nodiscard]] std::size_t held() const noexcept { return _held; }

	enum class Outcome
	{
		Moved,
		WouldBlock, /// nothing to read now, or no room to write now
		Ended,      /// the source's stream has ended
		Failed      /// the socket was reset
	};

	[[nodiscard]] Outcome fill(int socket, std::size_t limit) noexcept;
	/// Moves bytes from a non-blocking socket into the pipe. Only while it
	/// is empty: a pipe can be full after 64 segments of one byte each, and
	/// then the source's readiness would say nothing.

	[[nodiscard]] Outcome drain(int socket) noexcept;
	/// Moves bytes from the pipe to a non-blocking socket.

private:
	Pipe(Descriptor reader, Descriptor writer) noexcept;

	Descriptor _reader;
	Descriptor _writer;
	std::size_t _held = 0;
};

} // namespace Bore

#endif // Bore_Shared_Pipe_INCLUDED
