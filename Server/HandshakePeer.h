//
// HandshakePeer.h
//
// Whose a new connection to the control port is.
//

#ifndef Bore_Server_HandshakePeer_INCLUDED
#define Bore_Server_HandshakePeer_INCLUDED

#include "Server/ProxyHeaderReader.h"
#include "Server/ServerContext.h"
#include "Shared/FrameStream.h"
#include "Shared/Quota.h"

#include <Poco/Net/SocketAddress.h>

#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

class HandshakePeer
/// The address that a handshake goes by: the one that the connection comes
/// from, or, from a proxy's network, the one in the PROXY header that it
/// begins with. That header is read here, and until then nobody knows the
/// peer. For one thread at a time; the stream must outlive it.
{
public:
	HandshakePeer(
		FrameStream& stream, const ServerContext& context, Quota::Token place = {}, bool isOfProxy = false);
	/// The place is that of its address among the handshakes. That of a
	/// proxy begins with a PROXY header, and gets its place when it is read.

	HandshakePeer(const HandshakePeer&) = delete;
	HandshakePeer& operator=(const HandshakePeer&) = delete;

	[[nodiscard]] bool isAwaited() const noexcept { return _introduction.has_value(); }
	/// Whether the proxy has yet to say for whom it speaks.

	enum class Introduction
	{
		Incomplete, /// the socket has been read until it would block
		Refused,    /// which is logged: the connection is to be reset
		Admitted
	};

	[[nodiscard]] Introduction introduce();
	/// Goes on with the header, while the peer is awaited. Whom it names is
	/// asked of Admissions then, as others are when they are accepted. Throws
	/// PeerGoneException and std::bad_alloc.

	void expire();
	/// Logs that the header is late. Throws likewise.

	void mentionHeader(std::string_view frame);
	/// Where a peer that is no proxy begins with that frame, which is no good,
	/// or with the rest in the stream, which it takes: logs it if that is a
	/// PROXY header. Throws likewise.

	[[nodiscard]] const Poco::Net::SocketAddress& address();
	/// Throws PeerGoneException if the connection was reset before anybody asked.

	[[nodiscard]] std::string name() const;
	/// The address, for logs, as far as there is one.

	void leave() noexcept { _place.reset(); }
	/// Gives the place back.

private:
	[[nodiscard]] bool admit();
	void refuse(const std::string& fault);

	FrameStream& _stream;
	const ServerContext& _context;
	Quota::Token _place; // among the handshakes of its address
	const bool _isOfProxy;
	std::optional<ProxyHeaderReader> _introduction;   // until the proxy has said for whom it speaks
	std::optional<Poco::Net::SocketAddress> _address; // what a proxy says, or where it comes from
};

} // namespace Bore

#endif // Bore_Server_HandshakePeer_INCLUDED
