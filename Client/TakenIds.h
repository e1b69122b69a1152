//
// TakenIds.h
//
// The visitors a client has taken lately.
//

#ifndef Bore_Client_TakenIds_INCLUDED
#define Bore_Client_TakenIds_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Uuid.h"

#include <Poco/UUID.h>

#include <deque>
#include <mutex>
#include <unordered_set>
#include <utility>

namespace Bore
{

class TakenIds
/// Remembers for 30 s every visitor that was taken, by notice or from a
/// standby connection, since a server that doubts a standby connection
/// announces its visitor once more, under the same id: the client alone
/// decides, and no request reaches the local service twice (our extension).
/// All methods may be called by any thread.
{
public:
	explicit TakenIds(const Clock& clock) noexcept
		: _clock(clock)
	{
	}
	TakenIds(const TakenIds&) = delete;
	TakenIds& operator=(const TakenIds&) = delete;

	[[nodiscard]] bool take(const Poco::UUID& id);
	/// True for the first who asks.

	void forget(const Poco::UUID& id);
	/// For a visitor that is refused: of it nothing has reached the local
	/// service, and announced once more it may be served, or refused again.

private:
	const Clock& _clock;

	std::mutex _mutex; // guards what follows
	std::unordered_set<Poco::UUID, UuidHash> _taken;
	std::deque<std::pair<TimePoint, Poco::UUID>> _byAge; // the oldest first
};

} // namespace Bore

#endif // Bore_Client_TakenIds_INCLUDED
