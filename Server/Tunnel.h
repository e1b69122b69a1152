//
// Tunnel.h
//
// One client's public port.
//

#ifndef Bore_Server_Tunnel_INCLUDED
#define Bore_Server_Tunnel_INCLUDED

#include "Server/ServerContext.h"
#include "Shared/FrameStream.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Thread.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace Bore
{

class Tunnel
/// Listens for the visitors of one client. A thread of its own waits on
/// the listener and on the control connection at once: it announces each
/// visitor, sends the heartbeats, and notices that the client has left, on
/// which the listener closes at once and what was announced is withdrawn.
///
/// After Hello a client has nothing to say that this server knows: a
/// well-formed frame is ignored (an extension), anything else, or a flood,
/// ends the tunnel. Connections that are already relayed outlive it.
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

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }

private:
	void run() noexcept;
	void serve();
	void heartbeat();
	void readControl();
	void acceptVisitors();
	bool acceptVisitor();
	void announce(Poco::Net::StreamSocket visitor);
	void close(Poco::Net::Socket& socket) noexcept;
	void shutDown(const Poco::Net::Socket& socket) noexcept;
	[[nodiscard]] TimePoint sendDeadline() const noexcept;

	const ServerContext& _context;
	const Id _id;
	const std::string _client; // address
	const std::uint16_t _port;

	std::atomic<bool> _draining{false};
	std::atomic<bool> _ending{false};

	std::mutex _closing; // held while a socket is closed, or shut down by another thread: not both at once

	// Used by the tunnel's thread alone. drain() and end() only shut the
	// sockets down, which wakes it.
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
