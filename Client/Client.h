//
// Client.h
//
// The bore-client role.
//

#ifndef Bore_Client_Client_INCLUDED
#define Bore_Client_Client_INCLUDED

#include "Client/ClientConfig.h"
#include "Client/ClientTunnels.h"
#include "Client/Dials.h"
#include "Client/Transport.h"
#include "Shared/Connector.h"
#include "Shared/RelayEngine.h"
#include "Shared/Role.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace Bore
{

class Client final : public Role
/// Composes the client: its tunnels, the dials that fetch visitors, and the
/// relays that carry them. A tunnel that fails leaves the others alone.
/// It is ready when the first attempt of each has come to an end, and one
/// is open or waits for the server, as the configuration may have it.
{
public:
	using OpenHandler = std::function<void(const std::string& publicAddress, const TunnelConfig& tunnel)>;

	Client(ClientConfig config, OpenHandler onOpen, const Clock& clock = Clock::system());
	/// `onOpen` is called as soon as a tunnel is open, and when it has come
	/// back with another address, by one thread at a time. The clock must
	/// outlive the client. Throws RoleFailure where a certificate is no good,
	/// std::system_error or Poco::SystemException where the machine has no
	/// descriptors or threads.

	~Client() override;
	/// Ends everything at once.

	void run() override;
	/// Until it was stopped, or all tunnels have failed: then it throws what
	/// the first of them threw.

	[[nodiscard]] bool apply(const ClientConfig& config);
	/// Goes by another configuration from now on, but for the server and the
	/// numbers of threads and pipes, which stay what they are: of tunnels as
	/// below; of what is in SessionOptions at each tunnel's next session; of
	/// the rest with connections to come. Returns whether the secret is
	/// another. Threads, time and what is thrown: as below.

	void apply(const std::vector<TunnelConfig>& tunnels);
	/// Has these in place of the tunnels there were; at least one. What is
	/// the same (TunnelConfig::isLike()) goes on as it is; what is new, changed, or
	/// was given up is opened; what is not among them is closed, with a
	/// Goodbye, and its running visitors go on to their end. Returns when the
	/// latter is done: a server that must be found out first may take seconds.
	/// Any thread, but not from `onOpen`. Throws Poco::SystemException where there are no threads to
	/// be had; the rest is done then. After the client's end it does nothing.

	void stop() noexcept override;
	void stopNow() noexcept override;

	[[nodiscard]] std::string status() override;
	/// As ClientStatus has it.

	[[nodiscard]] bool proveLife(const Handler& sign) override;

	[[nodiscard]] const ClientContext& parts() const;
	/// What is going on inside, for tests; of the tunnels, the first.

private:
	void tell(std::uint16_t port, const TunnelConfig& tunnel);
	void drain();

	const std::string _serverHost;
	const OpenHandler _onOpen;

	std::atomic<bool> _stopping{false};
	std::atomic<bool> _cancelled{false}; // ends dials that are under way
	Connector _serverConnector;          // for the sessions
	Connector _dialConnector;
	Transport _transport; // before what has its connections
	RelayEngine _engine;
	Dials _dials;

	std::mutex _telling; // held while onOpen runs

	ClientTunnels _tunnels; // last: its threads use the others
};

} // namespace Bore

#endif // Bore_Client_Client_INCLUDED
