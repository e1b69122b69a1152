//
// Dials.h
//
// Where visitors are fetched.
//

#ifndef Bore_Client_Dials_INCLUDED
#define Bore_Client_Dials_INCLUDED

#include "Client/ClientContext.h"
#include "Shared/Extension.h"
#include "Shared/FrameStream.h"
#include "Shared/Workers.h"

#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace Bore
{

class Dials
/// Runs data connections, until they are relayed, on a thread pool of its
/// own: dialling waits for others, and a local service that never answers
/// must stall neither the tunnel nor the connections that run.
/// All methods but stop() may be called by any thread.
{
public:
	Dials();
	/// Throws Poco::SystemException if there is no thread to be had.

	Dials(const Dials&) = delete;
	Dials& operator=(const Dials&) = delete;

	void dial(
		const ClientContext& context, const VisitorNotice& visitor, const Poco::Net::SocketAddress& server);
	/// Fetches a visitor from the server, soon.

	void serve(const ClientContext& context, const VisitorNotice& visitor, FrameStream stream) noexcept;
	/// Takes a visitor that has come on a standby connection to the local
	/// service, on the calling thread, which is one of workers().

	void run(std::function<void()> task);
	/// Runs anything else that dials. The task must not throw.

	[[nodiscard]] Workers& workers() noexcept { return _workers; }
	/// The pool that all of it runs on.

	[[nodiscard]] std::size_t count() const;
	/// How many visitors are asked for and not yet relayed or given up.

	[[nodiscard]] bool awaitNone(std::chrono::steady_clock::time_point deadline) const;
	/// Waits until there are none; false if the (real) deadline came first.

	void stop() noexcept;
	/// Drops those that have not begun, and waits for the others. Not on a dial.

private:
	void begin() noexcept;
	void done() noexcept;

	mutable std::mutex _mutex; // guards what follows
	mutable std::condition_variable _none;
	std::size_t _count = 0;

	Workers _workers;
};

} // namespace Bore

#endif // Bore_Client_Dials_INCLUDED
