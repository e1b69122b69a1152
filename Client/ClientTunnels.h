//
// ClientTunnels.h
//
// All tunnels of a client.
//

#ifndef Bore_Client_ClientTunnels_INCLUDED
#define Bore_Client_ClientTunnels_INCLUDED

#include "Client/ClientConfig.h"
#include "Client/ClientStatus.h"
#include "Client/ClientTunnel.h"
#include "Shared/RoleFailure.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace Bore
{

class ClientTunnels
/// Starts the tunnels of a client, puts others in their place, and knows
/// which of them run. One that fails leaves the others alone. One that was
/// removed is kept to the end, without a thread: dials and relays refer to
/// it, and it is a few KB.
{
public:
	struct Handlers
	/// Called by the tunnels' threads, without a lock.
	{
		std::function<void(std::uint16_t publicPort, const TunnelConfig& tunnel)> onOpen;
		/// A tunnel is open, or has come back with another port.

		std::function<void()> onReady;
		/// The first attempt of each has come to an end, and one is open or waits
		/// for the server. Perhaps more than once.
	};

	ClientTunnels(const ClientTunnel::Parts& parts, ClientConfig config, Handlers handlers,
		const std::atomic<bool>& stopping);
	/// All that the parts name, and the flag, must outlive this. Once the flag
	/// is set no tunnel is added, and ends are expected: no line in the log.

	ClientTunnels(const ClientTunnels&) = delete;
	ClientTunnels& operator=(const ClientTunnels&) = delete;
	~ClientTunnels();
	/// After the dials and relays have ended. Stops, and waits for the threads.

	void start();
	/// Throws Poco::SystemException where there are no threads to be had; then
	/// some run.

	[[nodiscard]] bool adopt(const ClientConfig& config);
	/// As Client::apply() of a configuration has it, but for its tunnels.
	/// Returns whether the secret is another. Any thread.

	void apply(const std::vector<TunnelConfig>& tunnels);
	/// As Client::apply(). Any thread, but not one that calls a handler.

	void awaitEnd();
	/// Until no tunnel runs, and none is about to. From then on none is added.

	void awaitThreads();
	/// Until no tunnel has a thread that uses this.

	[[nodiscard]] RoleFailure failure() const
	/// Why the first of them ended. Only after awaitEnd().
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return *_failure;
	}

	void stop() noexcept;
	/// All; a second call does not let them say Goodbye. Any thread.

	void closeStandbys() noexcept;
	/// After awaitEnd() or awaitThreads().

	[[nodiscard]] Duration grace() const
	/// Of the configuration as it is now. Any thread.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _config.grace;
	}

	[[nodiscard]] ClientStatus status() const;
	/// Of the tunnels: the connections are not in it. Any thread.

	[[nodiscard]] const ClientContext& parts() const
	/// Of the first tunnel, for tests.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _members.front().tunnel->context();
	}

private:
	struct Member
	{
		std::unique_ptr<ClientTunnel> tunnel; /// to the end
		bool runs = false;
		bool isRemoved = false;
		bool isSettled = false; /// its first attempt has come to an end
	};
	using Tunnels = std::vector<ClientTunnel*>;

	[[nodiscard]] Member member(const TunnelConfig& tunnel); // with the mutex, as what follows
	void start(Member& member);
	[[nodiscard]] std::set<const ClientTunnel*> keep(std::vector<TunnelConfig>& wanted);
	void forgetFailure();
	void noteFailure(const Member& member, const RoleFailure& failure);
	[[nodiscard]] bool isReady() const;
	[[nodiscard]] Member& memberOf(const ClientTunnel& tunnel);

	[[nodiscard]] Tunnels remove(std::vector<TunnelConfig>& wanted); // without it, as what follows
	void awaitRemoved(const Tunnels& removed);
	void add(const std::vector<TunnelConfig>& tunnels, const Tunnels& removed);
	void settle(const ClientTunnel& tunnel);
	void ended(const ClientTunnel& tunnel, const RoleFailure& failure);

	const ClientTunnel::Parts _parts;
	const Handlers _handlers;
	const std::atomic<bool>& _stopping;

	std::mutex _applying; // held by apply(), so that there is one at a time

	mutable std::mutex _mutex; // guards what follows
	std::condition_variable _ends;
	ClientConfig _config; // what new members are made by
	std::vector<Member> _members;
	bool _started = false;
	bool _over = false;
	std::size_t _running = 0;            // and those that apply() is about to start
	std::optional<RoleFailure> _failure; // the first
};

} // namespace Bore

#endif // Bore_Client_ClientTunnels_INCLUDED
