//
// StandbyConnection.h
//
// One connection that waits for a visitor.
//

#ifndef Bore_Server_StandbyConnection_INCLUDED
#define Bore_Server_StandbyConnection_INCLUDED

#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>

namespace Bore
{

class Standbys;

class StandbyConnection : public Watched, public std::enable_shared_from_this<StandbyConnection>
/// Lies in the Watch, and is sent a heartbeat every 20 s, which keeps the
/// path open and finds out a dead one. A client that sends anything, or
/// closes, ends it. Kept alive by the Watch.
{
public:
	StandbyConnection(Standbys& standbys, std::uint64_t tunnel, Poco::Net::StreamSocket socket);

	[[nodiscard]] bool wait();
	/// Parks it; false if it cannot wait any more: the Watch could not take
	/// it, or its tunnel has ended.

	void resume(const Wake& wake) noexcept override;

	[[nodiscard]] Watch::Id id() const noexcept { return _id; }
	[[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return _socket; }

private:
	[[nodiscard]] bool sendHeartbeat() noexcept;

	Standbys& _standbys;
	const std::uint64_t _tunnel;
	const Watch::Id _id;
	Poco::Net::StreamSocket _socket;
};

} // namespace Bore

#endif // Bore_Server_StandbyConnection_INCLUDED
