//
// Message.h
//
// What the peers say to each other, and its JSON.
//

#ifndef Bore_Shared_Message_INCLUDED
#define Bore_Shared_Message_INCLUDED

#include <Poco/UUID.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace Bore
{

struct Authenticate
/// The client's answer to a Challenge.
{
	std::string tag; /// hexadecimal, as the peer sent it: not yet checked
};

struct Accept
/// This new connection carries the visitor with this id.
{
	Poco::UUID id;
};

struct Standby
/// This new connection waits for a visitor of the tunnel with this ticket
/// (our extension, never sent unasked: see Extension.h).
{
	Poco::UUID ticket;
};

struct Reclaim
/// Client: what it has in place of Hello: the ticket of a tunnel it lost (our extension).
{
	Poco::UUID ticket;
};

struct Hello
/// Client: open a tunnel on this port (0: any). Server: it is open there.
{
	std::uint16_t port;
};

struct Challenge
/// The server asks for proof of the secret.
{
	Poco::UUID id;
};

struct Heartbeat
/// The server lives; after a Grant, so does the client (our extension).
{
};

struct Goodbye
/// Client, after a Grant: it ends on purpose, and wants its port no more (our extension).
{
};

struct Connection
/// A visitor has come; the client claims it by Accept.
{
	Poco::UUID id;
};

struct Error
/// The server refuses, and closes.
{
	std::string text; /// as the peer sent it: escape it before it is logged
};

using ClientMessage = std::variant<Authenticate, Hello, Accept, Standby, Reclaim>;
using ClientSign = std::variant<Heartbeat, Goodbye>;
/// What a client says on a control connection that has had its Hello.

using ServerMessage = std::variant<Challenge, Hello, Heartbeat, Connection, Error>;

[[nodiscard]] ClientMessage parseClientMessage(std::string_view frame);
[[nodiscard]] ServerMessage parseServerMessage(std::string_view frame);
/// The message in a frame (without its NUL). As strict as a real peer:
/// one JSON value in UTF-8, one known key (written without escapes), a
/// value of its type, nothing after it. Throw MalformedFrameException, and nothing else but
/// std::bad_alloc. Any thread.

[[nodiscard]] std::optional<ClientSign> parseClientSign(std::string_view frame) noexcept;
/// Nothing if the frame is something else. Any thread.

[[nodiscard]] std::string format(const ClientMessage& message);
[[nodiscard]] std::string format(const ClientSign& sign);
[[nodiscard]] std::string format(const ServerMessage& message);
/// The frame of a message, without spaces and without the NUL. Hello is
/// in both variants: name the one meant, format(ServerMessage{Hello{80}}).
/// An Error's text is made valid UTF-8 and is cut so that the frame keeps
/// to 256 bytes. Any thread.

[[nodiscard]] bool isWellFormedJson(std::string_view frame) noexcept;
/// Whether the frame is one JSON value of any kind, nested at most 64
/// deep: an extension that we do not know, to be ignored. Any thread.

} // namespace Bore

#endif // Bore_Shared_Message_INCLUDED
