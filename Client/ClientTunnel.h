//
// ClientTunnel.h
//
// One tunnel of a client, kept open.
//

#ifndef Bore_Client_ClientTunnel_INCLUDED
#define Bore_Client_ClientTunnel_INCLUDED

#include "Client/ClientConfig.h"
#include "Client/ClientContext.h"
#include "Client/CurrentOptions.h"
#include "Client/Reconnector.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Shared/Quota.h"
#include "Shared/RoleFailure.h"

#include <Poco/Thread.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace Bore
{

class ClientTunnel
/// A thread of its own that keeps one tunnel open, and what belongs to that
/// tunnel alone: its control connection, its standby connections, and its
/// count of visitors. The dials and the relays are the client's; they refer
/// to this object, which ends after them.
{
public:
	struct Parts
	/// What the tunnels of a client share.
	{
		const Clock& clock;
		const Connector& serverConnector;
		const Connector& dialConnector;
		Relays& relays;
		Dials& dials;
		Transport& transport;
	};

	using OpenHandler = std::function<void(std::uint16_t publicPort)>;
	using WaitHandler = Reconnector::WaitHandler;
	using EndHandler = std::function<void(const RoleFailure& failure)>;

	ClientTunnel(const Parts& parts, ClientConfig config, TunnelConfig tunnel);
	/// Of the configuration's tunnels it is the one given.

	ClientTunnel(const ClientTunnel&) = delete;
	ClientTunnel& operator=(const ClientTunnel&) = delete;
	~ClientTunnel();
	/// Stops, and waits for its thread.

	void takeOver() noexcept { _reconnector.takeOver(); }
	/// Before start(), as in Reconnector.

	void start(OpenHandler onOpen, WaitHandler onWait, EndHandler onEnd);
	/// Once. All are called by the tunnel's thread: `onOpen` and `onWait` as in
	/// Reconnector, `onEnd` as the last thing, with what Reconnector::run() threw.
	/// Throws Poco::SystemException where there is no thread to be had.

	void stop() noexcept;
	/// Ends it, whatever it waits for; a second call does not let it say
	/// Goodbye. Running visitors are not touched. Any thread.

	void closeStandbys() noexcept;
	/// After its end. Any thread.

	void adopt(CurrentOptions::Ptr options) noexcept { _options.set(std::move(options)); }
	/// Others, from its next session on. Any thread.

	void setMaxConnections(std::size_t most) { _visitors.setLimits(most, 0); }
	/// Visitors at once from now on; 0: any number. Any thread.
	[[nodiscard]] Reconnector::State state() const { return _reconnector.state(); }
	/// Any thread.

	[[nodiscard]] const TunnelConfig& config() const noexcept { return _tunnel; }
	[[nodiscard]] const ClientContext& context() const noexcept { return _context; }

private:
	void run(const EndHandler& onEnd) noexcept;

	const ClientConfig _config;
	const TunnelConfig _tunnel;
	CurrentOptions _options;
	TakenIds _taken;
	Quota _visitors;
	const ClientContext _context;
	StandbyLines _standbys;
	OpenHandler _onOpen; // set by start()
	Reconnector _reconnector;
	Poco::Thread _thread;
};

} // namespace Bore

#endif // Bore_Client_ClientTunnel_INCLUDED
