//
// ServiceThread.h
//
// The thread that a service manager's wishes cost.
//

#ifndef Bore_Shared_ServiceThread_INCLUDED
#define Bore_Shared_ServiceThread_INCLUDED

#include "Shared/ServiceNotifier.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace Bore
{

class ServiceThread
/// Gives a ServiceNotifier its turns from construction to destruction,
/// while the role lives; no thread where nobody listens.
{
public:
	explicit ServiceThread(ServiceNotifier& notifier);
	/// Throws std::system_error if there is no thread to be had.

	ServiceThread(const ServiceThread&) = delete;
	ServiceThread& operator=(const ServiceThread&) = delete;
	~ServiceThread();

private:
	void loop() noexcept;

	ServiceNotifier& _notifier;
	std::mutex _mutex; // guards what follows
	std::condition_variable _end;
	bool _ending = false;
	std::thread _thread; /// last: it uses the others
};

} // namespace Bore

#endif // Bore_Shared_ServiceThread_INCLUDED
