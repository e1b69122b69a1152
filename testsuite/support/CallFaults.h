//
// CallFaults.h
//
// System calls of the code under test that fail when a test says so.
//

#ifndef Bore_Test_CallFaults_INCLUDED
#define Bore_Test_CallFaults_INCLUDED

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace Bore::Test
{

enum class Call
/// accept4 counts as Accept, epoll_create1 as EpollCreate, fcntl is FileControl,
/// ioctl DeviceControl, Thread the start of one, and so on.
{
	Recv,
	Send,
	Splice,
	Poll,
	Accept,
	Connect,
	Socket,
	Pipe,
	EventFd,
	EpollCreate,
	EpollControl,
	EpollWait,
	FileControl,
	DeviceControl,
	SetOption,
	Shutdown,
	Thread
};

struct Fault
/// What a call does in place of its work.
{
	static constexpr int SHORT = 0; /// not an error: it moves one byte only

	Call call;
	int error; /// ECONNRESET, EPIPE, ETIMEDOUT and ENOTCONN break the connection, too

	[[nodiscard]] std::string name() const;
	/// For messages: "send: Broken pipe".
};

class CallFaults
/// While it lives, calls of that kind by other threads than the one that
/// made it fail: the nth, and so many after it. The functions of libc are
/// interposed in the whole test program; what the test does itself, on the
/// thread that made this, goes through. One at a time.
/// FailingCall does it for one thread and all of its calls, in the kernel.
{
public:
	static constexpr std::size_t ALL = 1UL << 60;

	CallFaults(const Fault& fault, std::size_t nth, std::size_t times = 1);
	CallFaults(const CallFaults&) = delete;
	CallFaults& operator=(const CallFaults&) = delete;
	~CallFaults();

	static void spareThisThread() noexcept;
	/// For a thread of the test's own: its calls always go through.

	[[nodiscard]] bool struck() const noexcept;
	/// Whether there was an nth call. Any thread.
};

void withEachFault(const std::vector<Fault>& faults, std::size_t mostCalls,
	const std::function<void(const std::string& fault)>& work);
/// Does the work again and again: for each fault with the first such call
/// failing, then the second, until one run makes no such call or the most
/// is reached. Fails the test if a fault strikes in no run at all: then it
/// shows nothing. What the work throws is thrown with the fault's name.

} // namespace Bore::Test

#endif // Bore_Test_CallFaults_INCLUDED
