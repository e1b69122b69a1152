//
// FirstMessage.h
//
// What a client asks for.
//

#ifndef Bore_Server_FirstMessage_INCLUDED
#define Bore_Server_FirstMessage_INCLUDED

#include "Server/HandshakePeer.h"
#include "Server/ServerContext.h"
#include "Server/User.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"

#include <Poco/UUID.h>

#include <functional>
#include <optional>
#include <string>

namespace Bore
{

class FirstMessage
/// Has a connection become what its client's first message asks for: a
/// tunnel (Hello, Reclaim), a visitor's relay (Accept), or a standby
/// connection (Standby). Made and used by the thread that runs the
/// handshake.
{
public:
	using HandOn = std::function<void()>;
	/// Called once it is sure that the connection has found its place, right
	/// before it goes there: it is no handshake any more. Throws nothing.

	FirstMessage(
		const ServerContext& context, FrameStream& stream, HandshakePeer& peer, const UserPtr& user) noexcept;
	/// The user is null where nobody has to prove anything. All must outlive this.

	[[nodiscard]] std::optional<std::string> fulfil(const ClientMessage& message, const HandOn& handOn);
	/// Nothing if it was handed on; otherwise the Error that the client is
	/// to be told, which is empty where the protocol has none: a claim that
	/// finds nobody, or an Authenticate that nobody asked for. May wait up to
	/// 2 s (PortClaim). Throws PeerGoneException, and what PortClaim throws
	/// but for PortRefusedException.

private:
	using Refusal = std::optional<std::string>;

	template <typename Message>
	[[nodiscard]] Refusal openTunnel(const Message& message, const HandOn& handOn);
	[[nodiscard]] Refusal claimVisitor(const Poco::UUID& id, const HandOn& handOn);
	[[nodiscard]] Refusal standBy(const Poco::UUID& ticket, const HandOn& handOn);

	const ServerContext& _context;
	FrameStream& _stream;
	HandshakePeer& _peer;
	const UserPtr& _user;
};

} // namespace Bore

#endif // Bore_Server_FirstMessage_INCLUDED
