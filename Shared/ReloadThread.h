//
// ReloadThread.h
//
// Reads the configuration anew, beside whoever waits for signals.
//

#ifndef Bore_Shared_ReloadThread_INCLUDED
#define Bore_Shared_ReloadThread_INCLUDED

#include <functional>
#include <mutex>
#include <thread>

namespace Bore
{

class ReloadThread
/// A thread that does one piece of work whenever it is asked for, while
/// whoever asks goes on: a reload may have to wait, for a disk or for a
/// server, and a stop signal must not wait for it. The thread is there only
/// while there is something to do.
{
public:
	using Work = std::function<void()>;

	explicit ReloadThread(Work work);
	/// The work must not throw. It is done by one thread at a time.

	ReloadThread(const ReloadThread&) = delete;
	ReloadThread& operator=(const ReloadThread&) = delete;
	~ReloadThread();
	/// Waits for work that is being done; what was asked for and has not
	/// begun is dropped.

	void request();
	/// Has the work done soon; where it is being done, once more afterwards,
	/// however often it is asked for meanwhile: whoever changed something
	/// before asking finds it applied. Any thread. Throws std::system_error
	/// where there is no thread to be had; nothing is asked for then.

private:
	void run() noexcept;

	const Work _work;

	std::mutex _mutex; // guards what follows
	bool _isWanted = false;
	bool _isRunning = false;
	bool _isEnding = false;
	std::thread _thread;
};

} // namespace Bore

#endif // Bore_Shared_ReloadThread_INCLUDED
