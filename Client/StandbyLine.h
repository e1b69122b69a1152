//
// StandbyLine.h
//
// One place among a client's standby connections.
//

#ifndef Bore_Client_StandbyLine_INCLUDED
#define Bore_Client_StandbyLine_INCLUDED

#include "Client/ClientContext.h"
#include "Shared/Extension.h"
#include "Shared/FrameStream.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/UUID.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace Bore
{

class StandbyLine : public Watched, public std::enable_shared_from_this<StandbyLine>
/// Dials the server, says Standby, and waits for the frame that names a
/// visitor; leaves the connection to that visitor and dials anew. What
/// ends without a visitor is dialled again after 1 s, doubling to 30 s.
/// One thread at a time runs it: a dial, also after the Watch.
{
public:
	StandbyLine(const ClientContext& context, const Poco::UUID& ticket, Poco::Net::SocketAddress server);

	void dial();
	/// Has a dial thread open the connection. Any thread, while nothing else runs it.

	void resume(const Wake& wake) noexcept override;
	[[nodiscard]] Workers& pool(Workers& usual) noexcept override;

	[[nodiscard]] bool drop() noexcept;
	/// Closes it if it waits for a visitor, and dials it anew after a pause. Any thread.

	void stop() noexcept;
	/// Closes it. Any thread; where a thread is just busy with it, that
	/// thread closes it.

private:
	void open() noexcept;
	void connect();
	void listen();
	void serve(const VisitorNotice& visitor);
	void retryLater(const std::string& reason);
	void park(std::optional<TimePoint> deadline);

	const ClientContext& _context;
	const Poco::UUID _ticket;
	const Poco::Net::SocketAddress _server;
	const Watch::Id _id;
	std::optional<FrameStream> _stream; // while it waits for a visitor
	Duration _pause;                    // before the next try, if this one fails
	std::atomic<bool> _stopped{false};
};

} // namespace Bore

#endif // Bore_Client_StandbyLine_INCLUDED
