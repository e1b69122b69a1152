//
// Handshake.h
//
// What a new connection to the control port says first.
//

#ifndef Bore_Server_Handshake_INCLUDED
#define Bore_Server_Handshake_INCLUDED

#include "Server/ServerContext.h"
#include "Shared/FrameStream.h"
#include "Shared/Message.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace Bore
{

class Handshake : public Watched, public std::enable_shared_from_this<Handshake>
/// The server's side of a connection's first frames: authenticate, read
/// the first message, then become a tunnel (Hello) or carry a visitor
/// (Accept). It reads what is there and never waits: unfinished, it lies
/// in the Watch, with one deadline of 3 s for all of it (bore protocol).
///
/// A connection that is refused gets its Error if the protocol has one;
/// then its sending side is shut down and what still comes is read and
/// dropped until the peer closes or the deadline passes: to close at once
/// with unread bytes would send a reset, and the Error would be lost.
///
/// Kept alive by whoever runs it, or by the Watch.
{
public:
	Handshake(const ServerContext& context, Poco::Net::StreamSocket socket);
	~Handshake() override;

	void begin() noexcept;
	/// Sends the challenge if there is a secret, and goes as far as it can. One thread, once.

	void resume(const Wake& wake) noexcept override;

	void abort() noexcept;
	/// Closes the connection. Any thread; returns at once, and where a
	/// thread is just busy with it, that thread closes it.

	[[nodiscard]] Watch::Id id() const noexcept { return _id; }

private:
	void advance();
	void expire();
	bool handle(std::string_view frame);
	bool authenticate(std::string_view frame);
	void openTunnel(std::uint16_t port);
	void claimVisitor(const Poco::UUID& id);
	void standBy(const Poco::UUID& ticket);
	void refuse(std::string_view errorText);
	void discard(bool expired);
	void wait();
	void handOn() noexcept;
	void finish() noexcept;
	template <typename Step>
	void guarded(Step&& step) noexcept;

	const ServerContext& _context;
	const Watch::Id _id;
	const TimePoint _deadline;
	FrameStream _stream;
	Poco::UUID _challenge;
	bool _authenticated;
	bool _discarding = false;
	bool _finished = false; // closed, or handed on
	std::atomic<bool> _aborted{false};
};

} // namespace Bore

#endif // Bore_Server_Handshake_INCLUDED
