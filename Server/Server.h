//
// Server.h
//
// The bore-server role.
//

#ifndef Bore_Server_Server_INCLUDED
#define Bore_Server_Server_INCLUDED

#include "Server/Handshakes.h"
#include "Server/PendingVisitors.h"
#include "Server/PortAllocator.h"
#include "Server/ServerConfig.h"
#include "Server/ServerContext.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/Authenticator.h"
#include "Shared/RelayEngine.h"
#include "Shared/Role.h"

#include <Poco/Event.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <cstdint>
#include <optional>

namespace Bore
{

class Server final : public Role
/// Composes the server: POCO's TCPServer accepts control connections with
/// a pool of its own; handshakes, tunnels, pending visitors and relays
/// live in the objects here, and this class starts and ends them in order.
{
public:
	explicit Server(const ServerConfig& config, const Clock& clock = Clock::system());
	/// Listens on the control port; connections wait for start(). The clock
	/// must outlive the server. Throws RoleFailure if the port cannot be
	/// bound, std::system_error or Poco::SystemException where the machine
	/// has no descriptors or threads.

	~Server() override;
	/// Ends everything at once.

	void start();
	/// Begins to serve, and returns.

	void run() override;
	/// Serves until stop(), then drains.

	void stop() noexcept override;
	void stopNow() noexcept override;

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }
	/// The control port.

	[[nodiscard]] const ServerContext& parts() const noexcept { return _context; }
	/// What is going on inside, for tests.

private:
	void drain();
	void end() noexcept;

	const Duration _grace;
	const std::optional<Authenticator> _authenticator;
	Poco::Net::ServerSocket _listener;
	const std::uint16_t _port;
	const PortAllocator _ports;

	RelayEngine _engine;
	PendingVisitors _visitors;
	Standbys _standbys;
	Handshakes _handshakes;
	Tunnels _tunnels;
	const ServerContext _context;

	Poco::ThreadPool _acceptors;
	Poco::Net::TCPServer _tcpServer;
	Poco::Event _stopAsked{false}; // stays set
};

} // namespace Bore

#endif // Bore_Server_Server_INCLUDED
