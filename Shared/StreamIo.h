//
// StreamIo.h
//
// Receiving and sending without waiting, in the clear or by TLS.
//

#ifndef Bore_Shared_StreamIo_INCLUDED
#define Bore_Shared_StreamIo_INCLUDED

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <string>

namespace Bore
{

enum class Io
/// How an operation that does not wait came out.
{
	Moved,      /// it did what it could
	WantsRead,  /// nothing now: again when the socket is readable
	WantsWrite, /// nothing now: again when the socket is writable
	Ended,      /// the peer has ended its stream
	Failed      /// the connection was reset, or is of no use any more
};

struct IoResult
/// What a receive or a send has moved.
{
	Io outcome = Io::Moved;
	std::size_t bytes = 0;
	bool mayHaveMore = false; /// of a receive: more may come at once. If not, waiting for the socket is right
	int error = 0;            /// the errno of Failed, where there is one

	[[nodiscard]] bool mustWait() const noexcept
	{
		return outcome == Io::WantsRead || outcome == Io::WantsWrite;
	}
};

// A socket is one of the kernel's, or has a TlsStream behind it. All of this
// works on both, whatever their mode, and never waits; on one of the kernel's
// each is one system call. Any thread, for a TlsStream one at a time.

[[nodiscard]] IoResult receiveSome(
	const Poco::Net::StreamSocket& socket, char* data, std::size_t size) noexcept;
/// Receives up to `size` bytes, at least one.

[[nodiscard]] IoResult sendSome(
	const Poco::Net::StreamSocket& socket, const char* data, std::size_t size) noexcept;
/// Sends of `size` bytes, at least one, what is taken now. What is not must
/// be what is sent next, perhaps with more behind it: a part may lie
/// encrypted already (SSL_write(3)).

[[nodiscard]] Io endSending(const Poco::Net::StreamSocket& socket) noexcept;
/// Ends this direction; the other goes on. By TLS that is a close_notify
/// (RFC 8446, 6.1) before the connection's own end of stream; WantsWrite:
/// again when the socket is writable. Behind all that was sent.

[[nodiscard]] bool hasBuffered(const Poco::Net::StreamSocket& socket) noexcept;
/// Whether bytes have been taken from the kernel, and not been received yet:
/// then waiting for the socket may be waiting for ever. Never of a
/// socket that was received from until it wanted to wait, but for a
/// part of a record, which is of no use to anybody.

[[nodiscard]] bool isSecure(const Poco::Net::StreamSocket& socket) noexcept;
/// Whether there is a TlsStream behind it: its descriptor carries no plain bytes.

[[nodiscard]] std::string failureOf(const Poco::Net::StreamSocket& socket, int error);
/// Why something Failed, in words: "Connection reset by peer".

} // namespace Bore

#endif // Bore_Shared_StreamIo_INCLUDED
