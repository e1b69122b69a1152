//
// Handover.h
//
// A visitor on a standby connection, until it is known to have arrived.
//

#ifndef Bore_Server_Handover_INCLUDED
#define Bore_Server_Handover_INCLUDED

#include "Server/PendingVisitors.h"
#include "Server/ServerContext.h"
#include "Shared/Clock.h"
#include "Shared/Relays.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace Bore
{

class Handover : public Watched, public std::enable_shared_from_this<Handover>
/// A standby connection can be dead without anyone knowing (a NAT forgot
/// it). So the visitor's first bytes, 16 KiB at most, are sent on it and
/// kept, until a byte comes back or the peer has acknowledged everything:
/// then a relay takes over. If nothing is acknowledged for too long, or the
/// connection fails, it is reset, and the visitor is announced again, under
/// the same id, on the control connection, with the bytes kept (our extension).
/// The client knows the ids it has taken, so that nobody is served twice.
///
/// Kept alive by the worker that runs it, or by the Watch.
{
public:
	Handover(
		const ServerContext& context, const Poco::UUID& id, Visitor visitor, Poco::Net::StreamSocket standby);
	~Handover() override;

	void begin() noexcept;
	/// Sends the announcement on the standby connection, and goes on from there. Once.

	void resume(const Wake& wake) noexcept override;

private:
	template <typename Step>
	void guarded(Step&& step) noexcept;
	void absorb(std::uint32_t visitor, std::uint32_t standby);
	void carry();
	[[nodiscard]] bool linger();
	void readVisitor();
	void sendOn();
	[[nodiscard]] bool confirmed();
	void noteProgress(int unsent);
	void complete();
	void giveUp();
	void wait();
	[[nodiscard]] std::uint32_t visitorInterest() const noexcept;
	[[nodiscard]] std::uint32_t standbyInterest() const noexcept;
	void abandon() noexcept;
	[[nodiscard]] TimePoint deadline() const noexcept;

	const ServerContext& _context;
	const Poco::UUID _id;
	const Watch::Id _watchId;
	const TimePoint _begun;
	const Relays::Expected _expected;
	Visitor _visitor;
	Poco::Net::StreamSocket _standby;
	std::string _toSend;        // frame, then the visitor's bytes
	std::size_t _frameSize = 0; // of which the frame
	std::size_t _sent = 0;
	std::optional<std::int64_t> _acknowledged; // of all that was sent, less what was owed before
	TimePoint _progressed;                     // when that became more
	std::string _answer;                       // first bytes that came back
	std::chrono::milliseconds _lookAfter{};
	bool _lingered = false;
	bool _visitorReadable = true; // there may be bytes to read
	bool _visitorEnded = false;   // no more will come before the relay looks again
	bool _standbyEnded = false;
	bool _standbyFailed = false;
	bool _done = false;
};

} // namespace Bore

#endif // Bore_Server_Handover_INCLUDED
