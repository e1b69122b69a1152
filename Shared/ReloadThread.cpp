//
// ReloadThread.cpp
//

#include "Shared/ReloadThread.h"

#include <pthread.h>
#include <utility>

namespace Bore
{

ReloadThread::ReloadThread(Work work)
	: _work(std::move(work))
{
}

ReloadThread::~ReloadThread()
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_isEnding = true;
	}
	if (_thread.joinable()) _thread.join();
}

void ReloadThread::request()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_isEnding) return;
	if (!_isRunning)
	{
		// One of before has nothing left to do but to end.
		if (_thread.joinable()) _thread.join();
		_thread = std::thread([this] { run(); });
		_isRunning = true;
	}
	_isWanted = true;
}

void ReloadThread::run() noexcept
{
	::pthread_setname_np(::pthread_self(), "reload");
	for (;;)
	{
		{
			const std::lock_guard<std::mutex> lock(_mutex);
			if (!_isWanted || _isEnding)
			{
				_isRunning = false;
				return;
			}
			_isWanted = false;
		}
		_work();
	}
}

} // namespace Bore
