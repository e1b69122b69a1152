//
// Tunnel.h
//
// One client's public port.
//

#ifndef Bore_Server_Tunnel_INCLUDED
#define Bore_Server_Tunnel_INCLUDED

#include "Server/ServerContext.h"
#include "Shared/Descriptor.h"
#include "Shared/FrameStream.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Thread.h>
#include <Poco/UUID.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace Bore
{

class Tunnel
/// Listens for the visitors of one client. A thread of its own waits on
/// the listener and on the control connection at once: it announces each
/// visitor, sends the heartbeats, and notices that the client has left, on
/// which the listener closes at once and what was announced is withdrawn.
///
/// After Hello a client may make an Offer, which is granted; any other
/// well-formed frame is ignored (an extension of others), anything else, or
/// a flood, ends the tunnel. A visitor that finds a standby connection goes
/// out on it and needs no announcement. Connections that are already
/// relayed outlive the tunnel.
///
/// Owned by Tunnels.
{
public:
	using Id = std::uint64_t;

	Tunnel(const ServerContext& context, Id id, FrameStream control, Poco::Net::ServerSocket listener);

	Tunnel(const Tunnel&) = delete;
	Tunnel& operator=(const Tunnel&) = delete;
	~Tunnel();
	/// Joins; not on the tunnel's own thread.

	void start();
	/// Starts the thread, which first tells the client its port. Throws
	/// Poco::SystemException if there is no thread to be had.

	void drain() noexcept;
	/// Takes no more visitors. The heartbeats go on, so that the client
	/// stays for the connections that still run. Any thread.

	void end() noexcept;
	/// Ends it. Any thread; returns at once.

	void announceAgain(const Poco::UUID& id);
	/// Announces a visitor, whom PendingVisitors has, on the control
	/// connection: its standby connection was dead. Any thread.

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }

private:
	void run() noexcept;
	void serve();
	void heartbeat();
	void readControl();
	void acceptVisitors();
	bool acceptVisitor();
	void announce(Poco::Net::StreamSocket visitor, std::string address);
	void grant(std::uint32_t standby);
	void takeWakeUp();
	void wakeUp() noexcept;
	[[nodiscard]] TimePoint sendDeadline() const noexcept;

	const ServerContext& _context;
	const Id _id;
	const std::string _client; // address
	const std::uint16_t _port;

	std::atomic<bool> _draining{false};
	std::atomic<bool> _ending{false};

	const Descriptor _wakeUp; // eventfd: draining, ending, or somebody to announce again

	std::mutex _mutex; // guards what follows
	std::vector<Poco::UUID> _again;

	// Used by the tunnel's thread alone.
	FrameStream _control;
	Poco::Net::ServerSocket _listener;
	TimePoint _nextHeartbeat{};
	TimePoint _acceptAfter{}; // a pause after a shortage
	TimePoint _frameSecond{}; // when the current second of frames began
	unsigned _framesInSecond = 0;

	Poco::Thread _thread;
};

} // namespace Bore

#endif // Bore_Server_Tunnel_INCLUDED
