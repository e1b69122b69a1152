//
// Role.h
//
// What both programs run.
//

#ifndef Bore_Shared_Role_INCLUDED
#define Bore_Shared_Role_INCLUDED

#include <atomic>
#include <functional>
#include <string>
#include <utility>

namespace Bore
{

class Role
/// A server or a client, run by its main from start to end.
{
public:
	using Handler = std::function<void()>;

	Role() = default;
	Role(const Role&) = delete;
	Role& operator=(const Role&) = delete;
	virtual ~Role() = default;

	virtual void run() = 0;
	/// Works until it is asked to stop and has ended its connections.
	/// Throws RoleFailure where it cannot start or go on.

	virtual void stop() noexcept = 0;
	/// Asks for the graceful end: nothing new is taken, running connections
	/// get the grace period. Any thread, also before run().

	virtual void stopNow() noexcept = 0;
	/// Ends the grace period. Any thread.

	void whenReady(Handler handler) { _onReady = std::move(handler); }
	/// Called once, when the start has succeeded; by any thread, with no lock
	/// held. It must not throw. To be set before run(), as the next.

	void whenStopping(Handler handler) { _onStopping = std::move(handler); }
	/// The same for when nothing new is taken any more.

	[[nodiscard]] virtual std::string status() { return {}; }
	/// How it does, in one line for an operator. Any thread.

	[[nodiscard]] virtual bool proveLife(const Handler& sign)
	/// Has the sign given, once, by the way that the role's work takes, on
	/// whatever thread: where that is stuck it is never given. False if it
	/// could not be sent on its way, as after the end. Any thread.
	/// A role without threads is alive as long as it can be asked.
	{
		sign();
		return true;
	}

protected:
	void tellReady()
	{
		if (!_wasReady.exchange(true) && _onReady) _onReady();
	}

	void tellStopping()
	{
		if (!_wasStopping.exchange(true) && _onStopping) _onStopping();
	}

private:
	Handler _onReady;
	Handler _onStopping;
	std::atomic<bool> _wasReady{false};
	std::atomic<bool> _wasStopping{false};
};

} // namespace Bore

#endif // Bore_Shared_Role_INCLUDED
