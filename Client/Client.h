//
// Client.h
//
// The bore-client role.
//

#ifndef Bore_Client_Client_INCLUDED
#define Bore_Client_Client_INCLUDED

#include "Client/ClientConfig.h"
#include "Client/ClientContext.h"
#include "Client/Dials.h"
#include "Client/Session.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Shared/Authenticator.h"
#include "Shared/Connector.h"
#include "Shared/RelayEngine.h"
#include "Shared/Role.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>

namespace Bore
{

class Client final : public Role
/// Composes the client: one session with the server, the dials that fetch
/// visitors, and the relays that carry them.
{
public:
	using OpenHandler = std::function<void(const std::string& publicAddress)>;

	Client(ClientConfig config, OpenHandler onOpen, const Clock& clock = Clock::system());
	/// `onOpen` is called by run() as soon as the tunnel is open. The clock
	/// must outlive the client. Throws std::system_error or
	/// Poco::SystemException where the machine has no descriptors or threads.

	~Client() override;
	/// Ends everything at once.

	void run() override;
	void stop() noexcept override;
	void stopNow() noexcept override;

	[[nodiscard]] const ClientContext& parts() const noexcept { return _context; }
	/// What is going on inside, for tests.

private:
	void work();
	void drain();

	const ClientConfig _config;
	const OpenHandler _onOpen;
	const Clock& _clock;
	const std::optional<Authenticator> _authenticator;

	std::atomic<bool> _stopping{false};
	std::atomic<bool> _cancelled{false}; // ends dials that are under way
	const Connector _serverConnector;    // for the session
	const Connector _dialConnector;
	RelayEngine _engine;
	Dials _dials;
	TakenIds _taken;
	const ClientContext _context;
	StandbyLines _standbys;
	Session _session;
};

} // namespace Bore

#endif // Bore_Client_Client_INCLUDED
