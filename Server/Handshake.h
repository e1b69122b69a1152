//
// Handshake.h
//
// What a new connection to the control port says first.
//

#ifndef Bore_Server_Handshake_INCLUDED
#define Bore_Server_Handshake_INCLUDED

#include "Server/Authentication.h"
#include "Server/Dismissal.h"
#include "Server/ProxyHeaderReader.h"
#include "Server/ServerContext.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"
#include "Shared/Quota.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

class TlsStream;

class Handshake : public Watched, public std::enable_shared_from_this<Handshake>
/// The server's side of a connection's first frames: authenticate, read the
/// first message, then become a tunnel (Hello, Reclaim) or carry a visitor
/// (Accept). From a proxy's network it begins with a PROXY header, and is the
/// connection of the address in it. On the port for TLS the TLS handshake
/// comes next, and is a part of it. It reads what is there and never waits:
/// unfinished, it lies in the Watch, with one deadline of 3 s for all of it
/// (bore protocol).
///
/// A connection that is refused gets its Error, if the protocol has one, and
/// time to read it (Dismissal). The answer to a wrong guess at a secret may be
/// held back (see Authentication): it lies in the Watch meanwhile, too.
///
/// Kept alive by whoever runs it, or by the Watch.
{
public:
	Handshake(const ServerContext& context, Poco::Net::StreamSocket socket, Quota::Token place = {},
		bool isOfProxy = false);
	/// The place is that of its address among the handshakes. That of a
	/// proxy begins with a PROXY header, and gets its place when it is read.

	~Handshake() override;

	void begin() noexcept;
	/// Sends the challenge if there is a secret; the rest is for a worker. One
	/// thread, once.

	void resume(const Wake& wake) noexcept override;

	void abort() noexcept;
	/// Closes the connection. Any thread; returns at once, and where a
	/// thread is just busy with it, that thread closes it.

	[[nodiscard]] Watch::Id id() const noexcept { return _id; }

private:
	void greet();
	void introduce();
	[[nodiscard]] bool admit();
	void turnAway(const std::string& fault);
	void mentionHeader(std::string_view frame);
	void advance();
	[[nodiscard]] bool secure();
	void refuseTls();
	[[nodiscard]] bool linger();
	void expire();
	bool handle(std::string_view frame);
	bool authenticate(std::string_view frame);
	void judge(std::string_view answer);
	template <typename Message>
	void openTunnel(const Message& message);
	void claimVisitor(const Poco::UUID& id);
	void standBy(const Poco::UUID& ticket);
	void answerFailure(bool isDue);
	[[nodiscard]] const Poco::Net::SocketAddress& peer();
	[[nodiscard]] std::string peerName();
	void refuse(std::string_view errorText);
	void discard(bool expired);
	void wait(std::uint32_t events, TimePoint until);
	void handOn() noexcept;
	void finish() noexcept;
	template <typename Step>
	void guarded(Step&& step) noexcept;

	const ServerContext& _context;
	const Watch::Id _id;
	const TimePoint _deadline;
	FrameStream _stream;
	Authentication _authentication;
	Dismissal _dismissal;
	Quota::Token _place; // among the handshakes of its address
	const bool _isOfProxy;
	std::optional<ProxyHeaderReader> _introduction; // until the proxy has said for whom it speaks
	bool _authenticated;
	UserPtr _user;                                 // null where nobody has to prove anything
	std::optional<Poco::Net::SocketAddress> _peer; // what a proxy says, or where it comes from
	std::string_view _failure;                     // the answer to a wrong guess
	std::optional<TimePoint> _answerAt;            // when it is due
	TlsStream* _securing; // null: there is no TLS, or its handshake is done; kept by _stream
	bool _lingered = false;
	bool _finished = false; // closed, or handed on
	std::atomic<bool> _aborted{false};
};

} // namespace Bore

#endif // Bore_Server_Handshake_INCLUDED
