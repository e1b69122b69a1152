//
// DelayedConnection.h
//
// One connection over a long path.
//

#ifndef Bore_Bench_DelayedConnection_INCLUDED
#define Bore_Bench_DelayedConnection_INCLUDED

#include "bench/DelayLine.h"
#include "bench/Socket.h"

#include <Poco/Net/SocketAddress.h>

#include <optional>
#include <poll.h>
#include <utility>

namespace Bore::Bench
{

class DelayedConnection
/// A connection as it would be over a path of `delay` each way. With the
/// delay d, and the connect at 0, TCP's handshake has these times there:
///
///     0   the dialling side sends SYN
///     d   it arrives; SYN-ACK goes back
///     2d  the dialling side is connected, may send, and acknowledges
///     3d  the acknowledgement arrives: now the other side accepts, and may send
///
/// Here the dialling side is connected at 0 already, since the proxy is on
/// its machine. So the proxy dials on at 3d, and what the dialling side
/// writes before 2d sets out at 2d; everything else takes d. A dialling
/// side that does nothing by itself between its connect and its first
/// message, as every tunnel client does, meets exactly the times above.
/// For one thread.
{
public:
	DelayedConnection(
		Socket dialling, const Poco::Net::SocketAddress& to, Duration delay, TimePoint connectedAt);

	void step(TimePoint now);
	/// Moves what can be moved now.

	[[nodiscard]] std::pair<pollfd, pollfd> interest() const;
	/// What its sockets wait for.

	[[nodiscard]] std::optional<TimePoint> due() const;
	/// When it must be stepped, even if nothing happens before.

	[[nodiscard]] bool finished() const noexcept;
	/// Both directions have ended, or a reset has arrived.

private:
	void dialOn();
	void abort();

	Socket _dialling;
	Socket _dialled; /// empty until 3d
	Poco::Net::SocketAddress _to;
	TimePoint _connectedAt; /// 2d
	TimePoint _acceptedAt;  /// 3d
	DelayLine _there;
	DelayLine _back;
	bool _aborted = false;
};

} // namespace Bore::Bench

#endif // Bore_Bench_DelayedConnection_INCLUDED
