//
// TlsHandshake.h
//
// The TLS handshake of a new connection.
//

#ifndef Bore_Server_TlsHandshake_INCLUDED
#define Bore_Server_TlsHandshake_INCLUDED

#include "Server/ServerContext.h"
#include "Shared/Clock.h"
#include "Shared/FrameStream.h"
#include "Shared/StreamIo.h"

#include <string_view>

namespace Bore
{

class HandshakePeer;
class TlsStream;
struct TlsRefusal;

class TlsHandshake
/// What comes before the frames on the port for TLS, and what is said of
/// peers that speak TLS on the wrong port, or do not on the right one
/// (TlsRefusal). It never waits. For one thread at a time; the stream and the
/// peer must outlive it.
{
public:
	TlsHandshake(FrameStream& stream, const HandshakePeer& peer, const ServerContext& context,
		TimePoint deadline) noexcept;
	/// The deadline is that of the whole handshake.

	TlsHandshake(const TlsHandshake&) = delete;
	TlsHandshake& operator=(const TlsHandshake&) = delete;

	[[nodiscard]] bool isPending() const noexcept { return _securing != nullptr; }
	/// Whether there is one to come; never on a connection in the clear.

	[[nodiscard]] Io advance() noexcept;
	/// Goes on with it, while it is pending. Moved: it is done, and counted if
	/// it has resumed a session (Handshakes). Failed: refuse() it.

	[[nodiscard]] std::string_view refuse();
	/// Logs why it failed, and puts the plain connection in place of TLS: what
	/// is under way to the peer, an alert, is to reach it. Returns what a
	/// client that speaks in the clear is to be answered, if anything. Throws
	/// std::bad_alloc.

	void expire();
	/// Logs that its time is over. Throws likewise.

	[[nodiscard]] bool refuses(std::string_view frame);
	/// Whether a frame is none, but the beginning of TLS where there is none:
	/// that is logged. Throws likewise.

private:
	void log(const TlsRefusal& refusal);

	FrameStream& _stream;
	const HandshakePeer& _peer;
	const ServerContext& _context;
	const TimePoint _deadline;
	TlsStream* _securing; // null: there is no TLS, or its handshake is done; kept by _stream
};

} // namespace Bore

#endif // Bore_Server_TlsHandshake_INCLUDED
