//
// SessionRig.h
//
// A client's session, and the test in the part of its server.
//

#ifndef Bore_Test_SessionRig_INCLUDED
#define Bore_Test_SessionRig_INCLUDED

#include "Client/Dials.h"
#include "Client/Session.h"
#include "Shared/ExitCode.h"
#include "Shared/ProxyHeader.h"
#include "Shared/RelayEngine.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/UUID.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace Bore::Test
{

class SessionRig
/// Runs one Session, with what it needs and a clock that stands still, on
/// a thread of its own, against a listener on loopback. For one thread.
{
public:
	SessionRig();
	SessionRig(const SessionRig&) = delete;
	SessionRig& operator=(const SessionRig&) = delete;
	~SessionRig();

	void setStandby(std::size_t count) noexcept { _standby = count; }
	/// Before prepare(): how many standby connections it offers; none if not called.

	void setTicket(const std::string& ticket) { _ticket.emplace(ticket); }
	/// Before prepare(): what it reclaims its port with; nothing if not called.

	void setSilence(Duration silence) noexcept { _silence = silence; }
	/// Before prepare(): how long the server may be silent; for ever if not called.

	void setProxyProtocol(ProxyProtocol protocol) noexcept { _proxyProtocol = protocol; }
	/// Before prepare(): whether the tunnel wants its visitors' addresses; not if not called.

	[[nodiscard]] ScriptedListener& listener() noexcept { return _listener; }

	void prepare(
		const std::string& host = "127.0.0.1", const std::string& secret = "", std::uint16_t publicPort = 0);
	/// Makes the session; no secret if it is empty.

	void run();
	/// Has it open the tunnel and serve. After prepare(), once.

	[[nodiscard]] ScriptedPeer start(const std::string& secret = "", std::uint16_t publicPort = 0);
	/// prepare(), run(), and the server's end of the control connection.

	[[nodiscard]] ScriptedPeer open();
	/// start(), and the tunnel is open on port 40123, the Offer read.

	[[nodiscard]] bool isOpen() const noexcept { return _isOpen; }
	/// Whether open() of the session has returned.

	[[nodiscard]] std::uint16_t openedPort();
	/// What open() of the session returned. Once.

	[[nodiscard]] std::string serverName() const;
	/// As in the session's messages.

	[[nodiscard]] ManualClock& clock() noexcept { return _clock; }

	void recheck();
	/// Has the Watch look at the clock.

	void passDeadline(ScriptedPeer& server);
	/// Time passes until the session ends; a byte of the server's for each
	/// second has it look at its clock.

	void stop() noexcept;

	void forget();
	/// Ends the session itself, which has run, and so its connection.

	[[nodiscard]] std::string failure(std::optional<ExitCode> code = std::nullopt);
	/// The text of the RoleFailure it ends with, and must end with. Once.

	void expectFailure(ExitCode code, const std::string& part);
	/// failure() has that code, and that part.

private:
	struct Parts;

	ManualClock _clock;
	ScriptedListener _listener;
	std::size_t _standby = 0;
	std::optional<Poco::UUID> _ticket;
	Duration _silence = Duration::zero();
	ProxyProtocol _proxyProtocol = ProxyProtocol::Off;
	std::atomic<bool> _isOpen{false};
	std::unique_ptr<Parts> _parts;
	std::future<void> _run;
};

} // namespace Bore::Test

#endif // Bore_Test_SessionRig_INCLUDED
