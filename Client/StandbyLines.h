//
// StandbyLines.h
//
// The connections a client keeps ready for visitors.
//

#ifndef Bore_Client_StandbyLines_INCLUDED
#define Bore_Client_StandbyLines_INCLUDED

#include "Client/ClientContext.h"
#include "Client/StandbyLine.h"
#include "Shared/Extension.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace Bore
{

class StandbyLines
/// Keeps as many standby connections as the server granted. One that gets
/// its visitor is replaced at once; one that ends before that, after a
/// pause that doubles each time. They are dialled side by side on the
/// dials' threads, and wait in the Watch.
/// All methods may be called by any thread.
{
public:
	explicit StandbyLines(const ClientContext& context) noexcept
		: _context(context)
	{
	}
	StandbyLines(const StandbyLines&) = delete;
	StandbyLines& operator=(const StandbyLines&) = delete;

	void start(const Grant& grant, const Poco::Net::SocketAddress& server);
	/// Opens the connections; those of an earlier grant are given up.

	[[nodiscard]] bool dropOne() noexcept;
	/// Gives up one that waits, for its descriptor, and dials it anew after a
	/// pause. False if none waits.

	void stop() noexcept;
	/// Closes those that wait, and opens no more.

private:
	const ClientContext& _context;

	std::mutex _mutex; // guards what follows
	std::vector<std::shared_ptr<StandbyLine>> _lines;
};

} // namespace Bore

#endif // Bore_Client_StandbyLines_INCLUDED
