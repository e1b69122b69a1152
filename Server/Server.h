//
// Server.h
//
// The bore-server role.
//

#ifndef Bore_Server_Server_INCLUDED
#define Bore_Server_Server_INCLUDED

#include "Server/AccessLog.h"
#include "Server/Admissions.h"
#include "Server/ControlPort.h"
#include "Server/CurrentUsers.h"
#include "Server/Handshakes.h"
#include "Server/LiveUsers.h"
#include "Server/PendingVisitors.h"
#include "Server/PortAllocator.h"
#include "Server/Reservations.h"
#include "Server/ServerConfig.h"
#include "Server/ServerContext.h"
#include "Server/SpareDescriptor.h"
#include "Server/Standbys.h"
#include "Server/TlsServer.h"
#include "Server/Tunnels.h"
#include "Shared/RelayEngine.h"
#include "Shared/Role.h"

#include <Poco/Event.h>
#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace Bore
{

class Server final : public Role
/// Composes the server: POCO's TCPServers accept control connections, in
/// the clear and by TLS (ControlPort); handshakes, tunnels, pending visitors and relays
/// live in the objects here, and this class starts and ends them in order.
{
public:
	explicit Server(const ServerConfig& config, const Clock& clock = Clock::system());
	/// Listens on the control port and that for TLS; connections wait for
	/// start(). The clock must outlive the server. Throws RoleFailure if a port
	/// cannot be bound, or a certificate is no good, std::system_error or
	/// Poco::SystemException where the machine has no descriptors or threads.

	~Server() override;
	/// Ends everything at once.

	void start();
	/// Begins to serve, and returns.

	void run() override;
	/// Serves until stop(), then drains.

	void stop() noexcept override;
	void stopNow() noexcept override;

	[[nodiscard]] Users::Difference apply(const ServerConfig& config);
	/// Goes by another configuration from now on, but for its addresses, the
	/// control port, the numbers of threads and pipes, and the access log,
	/// which stay what they are. What runs stays, also beyond the new
	/// limits and lists; but of users and secrets replaceUsers() says what ends.
	/// Returns what is different about these. Any thread, one at a time. Throws
	/// std::bad_alloc; what was not applied by then stays.
	[[nodiscard]] std::string status() override;
	/// "3 tunnels, 120 connections": those that are relayed now.

	[[nodiscard]] bool proveLife(const Handler& sign) override;

	void replaceUsers(const std::shared_ptr<const Users>& users);
	/// Others from now on; the tunnels of those who are gone or changed end
	/// (Tunnels::renewUsers()). Any thread.

	void replaceCertificate(const TlsServerConfig& config);
	/// TlsServer::replace(), and a log line. Of a server with TLS. Any thread.

	[[nodiscard]] std::string certificateFingerprint() const;
	/// Empty without TLS. Any thread.

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }
	/// The control port; without one, or in place of it, that for TLS.

	[[nodiscard]] std::uint16_t tlsPort() const noexcept { return _tlsPort; }
	/// 0: none.

	[[nodiscard]] const ServerContext& parts() const noexcept { return _context; }
	/// What is going on inside, for tests.

private:
	void warn() const;
	void drain();
	void end() noexcept;

	std::atomic<Duration> _grace;
	std::atomic<std::size_t> _maxStandby;
	std::atomic<std::chrono::milliseconds> _userTimeout;
	CurrentUsers _users;
	LiveUsers _liveUsers;            // before the tunnels
	std::unique_ptr<TlsServer> _tls; // null: none
	// Bound first; the ControlPorts take them over.
	std::optional<Poco::Net::ServerSocket> _listener;
	std::optional<Poco::Net::ServerSocket> _tlsListener;
	const std::uint16_t _tlsPort;
	const std::uint16_t _port;
	PortAllocator _ports;

	AccessLog _access;      // before what holds records
	Admissions _admissions; // before what holds places
	SpareDescriptor _spare;
	RelayEngine _engine;
	PendingVisitors _visitors;
	Standbys _standbys;
	Reservations _reservations;
	Handshakes _handshakes;
	Tunnels _tunnels;
	const ServerContext _context;

	std::vector<std::unique_ptr<ControlPort>> _controlPorts;
	Poco::Event _stopAsked{false}; // stays set
};

} // namespace Bore

#endif // Bore_Server_Server_INCLUDED
