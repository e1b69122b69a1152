//
// RunningClient.h
//
// A client that runs while a test looks at it.
//

#ifndef Bore_Test_RunningClient_INCLUDED
#define Bore_Test_RunningClient_INCLUDED

#include "Client/Client.h"
#include "Shared/RoleFailure.h"

#include <cstdint>
#include <future>
#include <string>
#include <vector>

namespace Bore::Test
{

class RunningClient
/// A Client, run by a thread of its own from construction on. Ended at
/// once, and joined, when this object ends. For one thread, but for
/// parts().
{
public:
	explicit RunningClient(const ClientConfig& config, const Clock& clock = Clock::system());
	RunningClient(const RunningClient&) = delete;
	RunningClient& operator=(const RunningClient&) = delete;
	~RunningClient();

	[[nodiscard]] static ClientConfig between(
		std::uint16_t serverPort, std::uint16_t localPort, const std::string& secret = "");
	/// Server and local service on 127.0.0.1, any public port; no secret if it is empty.
	/// A lost connection ends it.

	[[nodiscard]] std::string address();
	/// The public address, as told to the user. Waits for it; fails the
	/// test, or throws what run() threw, if there is none.

	[[nodiscard]] std::uint16_t port();
	/// The port of address().

	[[nodiscard]] const ClientContext& parts() const noexcept { return _client.parts(); }

	void apply(const std::vector<TunnelConfig>& tunnels) { _client.apply(tunnels); }

	[[nodiscard]] bool apply(const ClientConfig& config) { return _client.apply(config); }

	void stop() noexcept { _client.stop(); }
	void stopNow() noexcept { _client.stopNow(); }

	[[nodiscard]] bool ended() const;
	/// Whether run() has ended.

	void awaitEnd();
	/// Fails the test if run() does not return, or throws. Once, in place of failure().

	[[nodiscard]] RoleFailure failure();
	/// What run() threw; fails the test if it goes on, or returns. Once.

private:
	void run();

	std::promise<std::string> _opened;
	std::shared_future<std::string> _address{_opened.get_future().share()};
	bool _isOpen = false; // touched by the running thread alone
	Client _client;
	std::future<void> _run;
};

} // namespace Bore::Test

#endif // Bore_Test_RunningClient_INCLUDED
