//
// SignalThread.h
//
// Turns signals into calls.
//

#ifndef Bore_Shared_SignalThread_INCLUDED
#define Bore_Shared_SignalThread_INCLUDED

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace Bore
{

class SignalThread
/// One thread that waits for INT, TERM, QUIT, HUP and USR1 and calls a handler
/// for each: an ordinary function on an ordinary thread, free to lock and
/// to log. HUP comes also where the program was started with it ignored
/// (nohup(1)): HangUp knows what it means.
///
/// One at a time. The destructor ends the thread, also when no signal came.
{
public:
	using Handler = std::function<void(const siginfo_t& signal)>;

	static void block();
	/// To be called in main before any thread starts: threads inherit the
	/// mask, and one that lacked it would die of the signal.

	explicit SignalThread(Handler handler);
	/// The handler is called on the thread, with one signal at a time, and
	/// must not throw. A signal that came since block() is not lost.

	~SignalThread();
	/// Waits for a handler that is running.

	SignalThread(const SignalThread&) = delete;
	SignalThread& operator=(const SignalThread&) = delete;

private:
	void loop() noexcept;

	const Handler _handler;
	std::atomic<bool> _ending{false};
	std::thread _thread; /// last: it uses the others
};

} // namespace Bore

#endif // Bore_Shared_SignalThread_INCLUDED
