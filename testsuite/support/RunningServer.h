//
// RunningServer.h
//
// A server that serves while a test looks at it.
//

#ifndef Bore_Test_RunningServer_INCLUDED
#define Bore_Test_RunningServer_INCLUDED

#include "Server/Server.h"

#include <cstdint>
#include <future>
#include <optional>
#include <string>

namespace Bore::Test
{

class RunningServer
/// A Server on loopback and a free port, run by a thread of its own from
/// construction on. Ended at once, and joined, when this object ends. For
/// one thread, but for parts().
{
public:
	static constexpr std::uint16_t LEAST_PORT = 10000;
	static constexpr std::uint16_t MOST_PORT = 32767;
	/// Of tunnels. Below those that Linux gives to whoever dials, such as
	/// the tests beside this one: a port that is closed for a moment is
	/// nobody else's meanwhile.

	RunningServer();
	/// onLoopback(), without a secret.

	explicit RunningServer(const ServerConfig& config, const Clock& clock = Clock::system());
	RunningServer(const RunningServer&) = delete;
	RunningServer& operator=(const RunningServer&) = delete;
	~RunningServer();

	[[nodiscard]] static ServerConfig onLoopback(const std::string& secret = "");
	/// Everything on 127.0.0.1, the control port free, tunnels from LEAST_PORT
	/// to MOST_PORT; no secret if it is empty.

	[[nodiscard]] Server& server() noexcept { return _server; }
	[[nodiscard]] std::uint16_t tlsPort() const noexcept { return _server.tlsPort(); }
	[[nodiscard]] std::uint16_t port() const noexcept { return _server.port(); }
	[[nodiscard]] const ServerContext& parts() const noexcept { return _server.parts(); }

	[[nodiscard]] Users::Difference apply(const ServerConfig& config) { return _server.apply(config); }
	[[nodiscard]] std::string status() { return _server.status(); }

	void stop() noexcept { _server.stop(); }
	void stopNow() noexcept { _server.stopNow(); }

	[[nodiscard]] bool ended() const;
	/// Whether run() has returned.

	void awaitEnd();
	/// Fails the test if run() does not return, or throws. Once.

private:
	Server _server;
	std::future<void> _run;
};

} // namespace Bore::Test

#endif // Bore_Test_RunningServer_INCLUDED
