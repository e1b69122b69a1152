//
// SignalThread.cpp
//

#include "Shared/SignalThread.h"

#include <pthread.h>
#include <utility>

namespace Bore
{

namespace
{

sigset_t awaitedSignals() noexcept
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGQUIT);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGHUP);
	return signals;
}

} // namespace

void SignalThread::block()
{
	const sigset_t signals = awaitedSignals();
	::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

SignalThread::SignalThread(Handler handler)
	: _handler(std::move(handler))
	, _thread([this] { loop(); })
{
}

SignalThread::~SignalThread()
{
	_ending = true;
	// Sent to the thread, not to the process: it wakes this sigwaitinfo() alone
	// and, if the thread is ending already, it ends with it.
	::pthread_kill(_thread.native_handle(), SIGTERM);
	_thread.join();
}

void SignalThread::loop() noexcept
{
	::pthread_setname_np(::pthread_self(), "signals");
	const sigset_t signals = awaitedSignals();
	for (;;)
	{
		siginfo_t signal = {};
		if (::sigwaitinfo(&signals, &signal) < 0) continue;
		if (_ending) return;
		_handler(signal);
	}
}

} // namespace Bore
