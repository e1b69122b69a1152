//
// ClientTunnels.cpp
//

#include "Client/ClientTunnels.h"

#include "Client/SessionOptions.h"
#include "Shared/AnswerKey.h"
#include "Shared/HostPort.h"
#include "Shared/LoggingErrorHandler.h"

#include <Poco/Bugcheck.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <set>
#include <utility>

namespace Bore
{

ClientTunnels::ClientTunnels(const ClientTunnel::Parts& parts, ClientConfig config, Handlers handlers,
	const std::atomic<bool>& stopping)
	: _parts(parts)
	, _handlers(std::move(handlers))
	, _stopping(stopping)
	, _config(std::move(config))
{
	for (const auto& tunnel : _config.tunnels) _members.push_back(member(tunnel));
}

ClientTunnels::~ClientTunnels()
{
	stop();
	awaitThreads(); // what they tell at their end needs all members
}

void ClientTunnels::start()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_started = true;
	for (auto& member : _members)
	{
		if (member.isRemoved) continue;
		++_running;
		start(member);
	}
}

void ClientTunnels::start(Member& member)
{
	auto& tunnel = *member.tunnel;
	tunnel.start(
		[this, &tunnel](std::uint16_t port)
		{
			_handlers.onOpen(port, tunnel.config());
			settle(tunnel);
		},
		[this, &tunnel] { settle(tunnel); },
		[this, &tunnel](const RoleFailure& failure) { ended(tunnel, failure); });
	member.runs = true;
}

ClientTunnels::Member ClientTunnels::member(const TunnelConfig& tunnel)
{
	return {std::make_unique<ClientTunnel>(_parts, _config, tunnel)};
}

bool ClientTunnels::adopt(const ClientConfig& config)
{
	const auto options = std::make_shared<const SessionOptions>(config);
	const auto keyOf = [](const std::optional<Secret>& secret)
	{ return secret ? std::make_optional<AnswerKey>(*secret) : std::nullopt; };
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto before = keyOf(_config.secret);
	const auto now = keyOf(config.secret);
	_config.secret = config.secret;
	_config.reconnect = config.reconnect;
	_config.silence = config.silence;
	_config.grace = config.grace;
	for (auto& member : _members) member.tunnel->adopt(options);
	return !(before == now);
}

void ClientTunnels::apply(const std::vector<TunnelConfig>& tunnels)
{
	poco_assert(!tunnels.empty());
	const std::lock_guard<std::mutex> lock(_applying);
	auto wanted = tunnels;
	const Tunnels removed = remove(wanted);
	awaitRemoved(removed);
	add(wanted, removed);
}

// Leaves of the wanted those that are not there.
std::set<const ClientTunnel*> ClientTunnels::keep(std::vector<TunnelConfig>& wanted)
{
	std::set<const ClientTunnel*> kept;
	// By their names first: else one that is alike would take another's place.
	for (const bool byName : {true, false})
		for (auto& member : _members)
		{
			auto& there = *member.tunnel;
			if (member.isRemoved || (_started && !member.runs) || kept.count(&there) > 0) continue;
			const auto same = std::find_if(wanted.begin(), wanted.end(),
				[&](const TunnelConfig& tunnel)
				{ return tunnel.isLike(there.config()) && (!byName || tunnel.name == there.config().name); });
			if (same == wanted.end()) continue;
			there.setMaxConnections(same->maxConnections);
			wanted.erase(same);
			kept.insert(&there);
		}
	return kept;
}

// Counts the wanted that are not there as running, so that the client does not
// end when the last of the removed has.
ClientTunnels::Tunnels ClientTunnels::remove(std::vector<TunnelConfig>& wanted)
{
	Tunnels removed;
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto kept = keep(wanted);
	for (auto& member : _members)
	{
		if (member.isRemoved || kept.count(member.tunnel.get()) > 0) continue;
		member.isRemoved = true;
		if (member.runs) removed.push_back(member.tunnel.get());
	}
	if (_started) _running += wanted.size();
	forgetFailure();
	for (auto* tunnel : removed) tunnel->stop();
	return removed;
}

// What failed has been taken out: it is no reason for a later end.
void ClientTunnels::forgetFailure()
{
	const auto hasFailed = [](const Member& member) { return !member.isRemoved && !member.runs; };
	if (!_over && _running > 0 && std::none_of(_members.begin(), _members.end(), hasFailed)) _failure.reset();
}

void ClientTunnels::awaitRemoved(const Tunnels& removed)
{
	{
		std::unique_lock<std::mutex> lock(_mutex);
		_ends.wait(lock,
			[this]
			{
				return std::none_of(_members.begin(), _members.end(),
					[](const Member& member) { return member.isRemoved && member.runs; });
			});
	}
	for (auto* tunnel : removed) tunnel->closeStandbys();
}

void ClientTunnels::add(const std::vector<TunnelConfig>& tunnels, const Tunnels& removed)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	auto notYet = tunnels.size();
	try
	{
		for (const auto& tunnel : tunnels)
		{
			if (_stopping || _over) break;
			_members.push_back(member(tunnel));
			const auto hadItsPort = [&tunnel](const ClientTunnel* other)
			{ return tunnel.port != 0 && other->config().port == tunnel.port; };
			if (std::any_of(removed.begin(), removed.end(), hadItsPort)) _members.back().tunnel->takeOver();
			if (!_started) continue;
			start(_members.back());
			--notYet;
		}
	}
	catch (const std::exception& error)
	{
		if (!_failure) _failure = RoleFailure(ExitCode::Internal, plainText(error));
		_running -= notYet;
		_ends.notify_all();
		throw;
	}
	if (_started) _running -= notYet;
	_ends.notify_all();
}

void ClientTunnels::settle(const ClientTunnel& tunnel)
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		memberOf(tunnel).isSettled = true;
		if (!isReady()) return;
	}
	_handlers.onReady();
}

bool ClientTunnels::isReady() const
{
	const auto isOpening = [](const Member& member) { return !member.isRemoved && !member.isSettled; };
	return _running > 0 && !_stopping && std::none_of(_members.begin(), _members.end(), isOpening);
}

void ClientTunnels::ended(const ClientTunnel& tunnel, const RoleFailure& failure)
{
	bool ready = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		memberOf(tunnel).isSettled = true;
		--_running;
		noteFailure(memberOf(tunnel), failure);
		ready = isReady(); // the others may have waited for it
	}
	if (ready) _handlers.onReady();
	// Last: from now on the destructor does not wait for this thread any more.
	const std::lock_guard<std::mutex> lock(_mutex);
	memberOf(tunnel).runs = false;
	_ends.notify_all();
}

void ClientTunnels::noteFailure(const Member& member, const RoleFailure& failure)
{
	const auto& tunnel = *member.tunnel;
	if (member.isRemoved)
	{
		Poco::Logger::get("bore.client").information(tunnel.config().describe("closed"));
		return;
	}
	if (!_failure) _failure = failure;
	if (_running > 0 && !_stopping)
		Poco::Logger::get("bore.client")
			.error("%s: this tunnel is given up, the others go on", tunnel.config().describe(failure.what()));
}

ClientTunnels::Member& ClientTunnels::memberOf(const ClientTunnel& tunnel)
{
	return *std::find_if(_members.begin(), _members.end(),
		[&tunnel](const Member& other) { return other.tunnel.get() == &tunnel; });
}

void ClientTunnels::awaitEnd()
{
	std::unique_lock<std::mutex> lock(_mutex);
	_ends.wait(lock, [this] { return _running == 0; });
	_over = true;
}

void ClientTunnels::awaitThreads()
{
	std::unique_lock<std::mutex> lock(_mutex);
	_ends.wait(lock, [this]
		{ return std::none_of(_members.begin(), _members.end(), [](const Member& m) { return m.runs; }); });
}

void ClientTunnels::stop() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	for (auto& member : _members) member.tunnel->stop();
}

void ClientTunnels::closeStandbys() noexcept
{
	// Without the mutex: nobody is added any more.
	for (auto& member : _members) member.tunnel->closeStandbys();
}

ClientStatus ClientTunnels::status() const
{
	ClientStatus status;
	const std::lock_guard<std::mutex> lock(_mutex);
	status.server = formatHostPort(_config.serverHost, _config.serverPort);
	for (const auto& member : _members)
	{
		if (member.isRemoved) continue;
		const auto state = member.tunnel->state();
		if (!member.runs && _started)
			++status.givenUp;
		else if (state.isOpen)
			status.open.push_back(formatHostPort(_config.serverHost, state.port));
		else
			++(state.port == 0 ? status.opening : status.lost);
	}
	return status;
}

} // namespace Bore
