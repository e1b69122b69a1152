//
// ServiceNotifier.h
//
// Tells a service manager how a role does.
//

#ifndef Bore_Shared_ServiceNotifier_INCLUDED
#define Bore_Shared_ServiceNotifier_INCLUDED

#include "Shared/Clock.h"
#include "Shared/NotifySocket.h"
#include "Shared/Role.h"
#include "Shared/ServiceEnvironment.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace Bore
{

class ServiceNotifier
/// What systemd is told over the NotifySocket (sd_notify(3)): when the role
/// is ready, reloads and stops, what its status is, and, for the watchdog,
/// that it lives. The sign of life is a Role::proveLife(): it is sent by
/// the role's own worker, so that a role whose threads are stuck is silent,
/// and is started anew.
///
/// Whoever is not started by a service manager pays nothing for this: all
/// methods return at once. Nothing here waits, and nothing is thrown into
/// the role. All methods but turn() may be called by any thread, while the
/// role lives; the notifier itself ends after it.
{
public:
	ServiceNotifier(const ServiceEnvironment& environment, Role& role, const Clock& clock = Clock::system());
	/// Logs a warning where the socket's address is of no use.

	ServiceNotifier(const ServiceNotifier&) = delete;
	ServiceNotifier& operator=(const ServiceNotifier&) = delete;

	[[nodiscard]] bool isHeard() const noexcept { return _line != nullptr; }
	/// Whether there is anybody to tell. Otherwise turn() is not needed.

	void ready() noexcept;
	void stopping() noexcept;

	class Reload
	/// Lives for as long as the configuration is read anew. Of a role that is
	/// not ready yet, or stops, nothing is told.
	{
	public:
		explicit Reload(ServiceNotifier& notifier) noexcept;
		Reload(const Reload&) = delete;
		Reload& operator=(const Reload&) = delete;
		~Reload();

	private:
		ServiceNotifier& _notifier;
	};

	TimePoint turn() noexcept;
	/// Tells a status that is another than last time, asks for a sign of life
	/// where one is due, and says when to call it again. The role must live.
	/// To be called by one thread, from the role's start to its end.

private:
	struct Line
	/// Outlives the notifier where a sign of life is late.
	{
		explicit Line(const std::string& address)
			: socket(address)
		{
		}

		const NotifySocket socket;
		std::atomic<bool> signIsAwaited{false};
	};

	void tell(const std::string& message) noexcept;
	[[nodiscard]] std::string status();
	void tellStatus();
	void askForSign();
	void catchUp(); // with the mutex

	Role& _role;
	const Clock& _clock;
	const std::optional<Duration> _watchdog;
	std::shared_ptr<Line> _line; // null: nobody listens
	TimePoint _nextStatus;       // these are turn()'s own
	TimePoint _nextSign;
	std::string _status;

	std::mutex _mutex;             // guards what follows, and the order of what is sent
	std::deque<std::string> _owed; // did not fit the socket
	std::atomic<bool> _isReady{false};
	std::atomic<bool> _stopping{false};
};

} // namespace Bore

#endif // Bore_Shared_ServiceNotifier_INCLUDED
