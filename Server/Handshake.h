//
// Handshake.h
//
// What a new connection to the control port says first.
//

#ifndef Bore_Server_Handshake_INCLUDED
#define Bore_Server_Handshake_INCLUDED

#include "Server/Authentication.h"
#include "Server/Dismissal.h"
#include "Server/HandshakePeer.h"
#include "Server/ServerContext.h"
#include "Server/TlsHandshake.h"
#include "Server/User.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"
#include "Shared/Quota.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace Bore
{

class Handshake : public Watched, public std::enable_shared_from_this<Handshake>
/// The server's side of a connection's first frames: authenticate, read the
/// first message, then become what that asks for (FirstMessage). From a
/// proxy's network it begins with a PROXY header, and is the connection of
/// the address in it (HandshakePeer). On the port for TLS the TLS handshake
/// comes next, and is a part of it (TlsHandshake). It reads what is there and
/// never waits: unfinished, it lies in the Watch, with one deadline of 3 s for
/// all of it (bore protocol).
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
	/// The place and the proxy are as for a HandshakePeer.

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
	void turnAway();
	void advance();
	[[nodiscard]] bool secure();
	void waitForMore();
	[[nodiscard]] bool linger();
	void expire();
	[[nodiscard]] bool handle(std::string_view frame);
	[[nodiscard]] bool authenticate(const ClientMessage& message);
	void judge(std::string_view answer);
	void answerFailure(bool isDue);
	void fulfil(const ClientMessage& message);
	void refuse(std::string_view errorText);
	void dismiss(std::string_view errorText);
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
	HandshakePeer _peer;
	TlsHandshake _tls;
	bool _authenticated;
	UserPtr _user;                      // null where nobody has to prove anything
	std::string_view _failure;          // the answer to a wrong guess
	std::optional<TimePoint> _answerAt; // when it is due
	int _lingers;                       // how often it may linger until something is settled
	bool _finished = false;             // closed, or handed on
	std::atomic<bool> _aborted{false};
};

} // namespace Bore

#endif // Bore_Server_Handshake_INCLUDED
