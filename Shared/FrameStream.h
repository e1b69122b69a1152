//
// FrameStream.h
//
// Frames on a socket.
//

#ifndef Bore_Shared_FrameStream_INCLUDED
#define Bore_Shared_FrameStream_INCLUDED

#include "Shared/Clock.h"
#include "Shared/FrameBuffer.h"
#include "Shared/StreamIo.h"

#include <Poco/Net/StreamSocket.h>

#include <optional>
#include <string>

namespace Bore
{

class FrameStream
/// Sends and receives NUL-ended frames on a stream socket. Every wait has
/// a deadline of the caller's, which bounds the whole call, not each byte.
/// It works with blocking and non-blocking sockets alike and leaves their
/// mode as it is. One thread reads and, at the same time, one may send.
/// Moving is cheap; POCO before 1.12 copies the handle, so that the socket
/// stays open until the moved-from object has ended, too.
{
public:
	explicit FrameStream(Poco::Net::StreamSocket socket, const Clock& clock = Clock::system());
	/// The clock must outlive the stream.

	FrameStream(FrameStream&&) = default;
	FrameStream& operator=(FrameStream&&) = default;
	FrameStream(const FrameStream&) = delete;
	FrameStream& operator=(const FrameStream&) = delete;
	~FrameStream() = default;

	void send(const std::string& frame, TimePoint deadline);
	/// Sends a frame and its NUL, in one segment where the socket has room.
	/// Throws PeerTimeoutException if the peer does not take it in time (a
	/// part may have gone: close the connection), PeerGoneException if the
	/// connection has ended.

	[[nodiscard]] std::string receive(std::optional<TimePoint> deadline);
	/// The next frame without its NUL; without a deadline, waits for ever.
	/// A frame that is already there is delivered even after the deadline.
	/// Throws PeerTimeoutException, PeerGoneException at the end of the
	/// stream or a reset, FrameTooLongException.

	[[nodiscard]] std::optional<std::string> poll();
	/// The next frame if it is there whole, else nothing, without waiting:
	/// nothing means that the socket has been read until it would block, so
	/// that waiting for it is right, also where it is carried by TLS.
	/// Throws PeerGoneException and FrameTooLongException like receive().

	void await(TimePoint deadline) const;
	/// Waits until there is something to poll() for, or until the deadline.
	/// It may return early: for one that has other things to do at times.

	[[nodiscard]] std::string takeRest() { return _buffer.takeRest(); }
	/// What was read past the last frame, for the proxied stream (bore
	/// protocol: delivered first). At most 257 bytes.

	[[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return _socket; }

private:
	[[nodiscard]] bool fill();
	void waitFor(short events, std::optional<TimePoint> deadline) const;
	void waitFor(short events, int milliseconds) const;

	Poco::Net::StreamSocket _socket;
	const Clock* _clock;
	FrameBuffer _buffer;
	Io _wanted = Io::WantsRead; // by the last attempt to receive
};

} // namespace Bore

#endif // Bore_Shared_FrameStream_INCLUDED
