//
// FrameBuffer.h
//
// Bytes in, frames out.
//

#ifndef Bore_Shared_FrameBuffer_INCLUDED
#define Bore_Shared_FrameBuffer_INCLUDED

#include "Shared/Protocol.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace Bore
{

class FrameBuffer
/// Cuts a stream of bytes into NUL-ended frames. It holds one frame of the
/// longest kind and no more, so a peer cannot make us buffer; what follows
/// the last frame belongs to the proxied stream and is handed out whole.
/// No I/O, no locks: one thread at a time.
{
public:
	static constexpr std::size_t CAPACITY = Protocol::MAX_FRAME_BYTES + 1;
	/// Bytes: the longest frame and its NUL.

	[[nodiscard]] std::size_t room() const noexcept { return CAPACITY - _used; }
	/// How many bytes can be added. Never 0 once next() has returned nothing.

	[[nodiscard]] char* writable() noexcept { return _bytes.data() + _used; }
	/// Where the next bytes go: room() of them.

	void commit(std::size_t n) noexcept;
	/// Adds n bytes that were written to writable(); n is at most room().

	void append(const char* data, std::size_t n) noexcept;
	/// Adds a copy of n bytes, at most room().

	[[nodiscard]] std::optional<std::string> next();
	/// The next whole frame without its NUL, or nothing if more bytes are
	/// needed. Throws FrameTooLongException when the buffer is full and
	/// holds no NUL (bore protocol: 256 bytes before the NUL at most).

	[[nodiscard]] std::string takeRest();
	/// Everything that was added after the last frame; the buffer is empty.

private:
	std::array<char, CAPACITY> _bytes;
	std::size_t _used = 0;
};

} // namespace Bore

#endif // Bore_Shared_FrameBuffer_INCLUDED
