//
// ServiceThread.cpp
//

#include "Shared/ServiceThread.h"

#include <pthread.h>

namespace Bore
{

ServiceThread::ServiceThread(ServiceNotifier& notifier)
	: _notifier(notifier)
{
	if (_notifier.isHeard()) _thread = std::thread([this] { loop(); });
}

ServiceThread::~ServiceThread()
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_ending = true;
	}
	_end.notify_all();
	if (_thread.joinable()) _thread.join();
}

void ServiceThread::loop() noexcept
{
	::pthread_setname_np(::pthread_self(), "service");
	for (;;)
	{
		// Without the lock: it asks the role.
		const TimePoint next = _notifier.turn();
		std::unique_lock<std::mutex> lock(_mutex);
		if (_end.wait_until(lock, next, [this] { return _ending; })) return;
	}
}

} // namespace Bore
