//
// Reconnector.h
//
// Sessions with the server, again and again.
//

#ifndef Bore_Client_Reconnector_INCLUDED
#define Bore_Client_Reconnector_INCLUDED

#include "Client/Backoff.h"
#include "Client/ClientContext.h"
#include "Client/Session.h"
#include "Client/SessionFailure.h"
#include "Shared/Clock.h"

#include <Poco/UUID.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace Bore
{

class Reconnector
/// Keeps a tunnel open: when a session is lost it opens another one, on
/// the same public port, after delays of a Backoff, until it is stopped or
/// an attempt fails in a way that time does not mend. To a server of ours
/// that gave a ticket it says Reclaim, so that the port is kept, and falls
/// back to Hello where the ticket is not taken.
/// Only the sessions are its own: what runs goes on when one is lost, but
/// for the standby connections, which each session begins anew.
/// Used by one thread, but for stop().
{
public:
	using OpenHandler = std::function<void(std::uint16_t publicPort)>;
	using WaitHandler = std::function<void()>;

	Reconnector(const ClientContext& context, const Connector& connector, StandbyLines& standbys,
		OpenHandler onOpen, Backoff backoff);
	/// `onOpen` is called by run() at the first opening, and at a later one if
	/// the port is another. What is referred to must outlive the reconnector.

	Reconnector(const Reconnector&) = delete;
	Reconnector& operator=(const Reconnector&) = delete;
	~Reconnector();

	void takeOver() noexcept { _takesOver = true; }
	/// Before run(): the port is that of a tunnel of ours that has just been
	/// closed. Where the server says that it is in use it is tried again.

	void whenWaiting(WaitHandler handler) { _onWait = std::move(handler); }
	/// Before run(), which calls it once at most: the server cannot be reached
	/// at start, and is waited for.

	struct State
	{
		bool isOpen = false;
		std::uint16_t port = 0; /// the public one that it has or had; 0: none yet
	};

	[[nodiscard]] State state() const;
	/// Any thread.

	[[noreturn]] void run();
	/// Returns by throwing alone: RoleFailure, with the exit code that fits,
	/// when there is no going on, and after stop(). The last connection is
	/// closed then. At start only an unreachable server is waited for, and
	/// only if the configuration says so; later every failure is but a wrong
	/// secret and a port that the server does not allow.

	void stop() noexcept;
	/// Ends run(), whatever it waits for. A second call does not let it say
	/// Goodbye. Any thread.

private:
	void open();
	void attempt();
	void greet(const std::optional<Poco::UUID>& ticket);
	void begin(const Session::Request& request);
	void opened();
	void serve();
	void lose(const SessionFailure& loss);
	void judge(const SessionFailure& failure, std::uint32_t attempts);
	[[nodiscard]] Duration nextDelay();
	void pause(Duration delay);
	void end() noexcept;
	[[nodiscard]] bool stopped();

	const ClientContext& _context;
	const Connector& _connector;
	StandbyLines& _standbys;
	const OpenHandler _onOpen;
	WaitHandler _onWait; // perhaps none
	Backoff _backoff;

	bool _takesOver = false;
	std::uint16_t _port;               // asked for next: the one it had
	std::optional<std::uint16_t> _had; // told to onOpen
	std::optional<Poco::UUID> _ticket; // of the session that was lost
	TimePoint _openSince;
	std::optional<TimePoint> _lostSince;
	std::string _told; // of what keeps it away, in the log

	mutable std::mutex _mutex; // guards what follows
	std::condition_variable _stop;
	std::unique_ptr<Session> _session; // replaced by the thread that runs, which reads it without the mutex
	bool _stopped = false;
	State _state;
};

} // namespace Bore

#endif // Bore_Client_Reconnector_INCLUDED
