//
// Client.cpp
//

#include "Client/Client.h"

#include "Client/ClientStatus.h"
#include "Client/SessionOptions.h"
#include "Shared/AnswerKey.h"
#include "Shared/HostPort.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/RoleFailure.h"

#include <Poco/Bugcheck.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <set>
#include <utility>

namespace Bore
{

Client::Client(ClientConfig config, OpenHandler onOpen, const Clock& clock)
	: _serverHost(config.serverHost)
	, _onOpen(std::move(onOpen))
	, _clock(clock)
	, _serverConnector(clock, &_stopping, config.keepalive)
	, _dialConnector(clock, &_cancelled, config.keepalive)
	, _transport(config.tls, config.serverHost, config.secret.has_value(), clock)
	, _engine(config.relay, clock)
	, _config(std::move(config))
{
	for (const auto& tunnel : _config.tunnels) _members.push_back(member(tunnel));
}

Client::~Client()
{
	stopNow();
	{
		// Where start() failed some run: what they tell at their end needs all members.
		std::unique_lock<std::mutex> lock(_mutex);
		_ends.wait(lock,
			[this] {
				return std::none_of(_members.begin(), _members.end(), [](const Member& m) { return m.runs; });
			});
	}
	for (auto& member : _members) member.tunnel->closeStandbys();
	_dials.stop();
	_engine.stop();
}

void Client::run()
{
	start();
	await();
	tellStopping();
	drain();
	// An end that was asked for shows as a lost connection, too.
	if (!_stopping) throw RoleFailure(*_failure);
}

bool Client::apply(const ClientConfig& config)
{
	_serverConnector.setKeepalive(config.keepalive);
	_dialConnector.setKeepalive(config.keepalive);
	_engine.adopt(config.relay);
	const bool isOther = adopt(config);
	apply(config.tunnels);
	return isOther;
}

bool Client::adopt(const ClientConfig& config)
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

void Client::apply(const std::vector<TunnelConfig>& tunnels)
{
	poco_assert(!tunnels.empty());
	const std::lock_guard<std::mutex> lock(_applying);
	auto wanted = tunnels;
	const Tunnels removed = remove(wanted);
	awaitEnd(removed);
	add(wanted, removed);
}

const ClientContext& Client::parts() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _members.front().tunnel->context();
}

void Client::start()
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

void Client::start(Member& member)
{
	auto& tunnel = *member.tunnel;
	tunnel.start(
		[this, &tunnel](std::uint16_t port)
		{
			tell(tunnel.config(), port);
			settle(tunnel);
		},
		[this, &tunnel] { settle(tunnel); },
		[this, &tunnel](const RoleFailure& failure) { ended(tunnel, failure); });
	member.runs = true;
}

Client::Member Client::member(const TunnelConfig& tunnel)
{
	const ClientTunnel::Parts parts{
		_clock, _serverConnector, _dialConnector, _engine.relays(), _dials, _transport};
	return {std::make_unique<ClientTunnel>(parts, _config, tunnel)};
}

// Leaves of the wanted those that are not there, and counts them as running,
// so that the client does not end when the last of the removed has.
Client::Tunnels Client::remove(std::vector<TunnelConfig>& wanted)
{
	Tunnels removed;
	const std::lock_guard<std::mutex> lock(_mutex);
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
void Client::forgetFailure()
{
	const auto hasFailed = [](const Member& member) { return !member.isRemoved && !member.runs; };
	if (!_over && _running > 0 && std::none_of(_members.begin(), _members.end(), hasFailed)) _failure.reset();
}

void Client::awaitEnd(const Tunnels& tunnels)
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
	for (auto* tunnel : tunnels) tunnel->closeStandbys();
}

void Client::add(const std::vector<TunnelConfig>& tunnels, const Tunnels& removed)
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

void Client::tell(const TunnelConfig& tunnel, std::uint16_t port)
{
	const std::lock_guard<std::mutex> lock(_telling);
	_onOpen(formatHostPort(_serverHost, port), tunnel);
}

void Client::settle(const ClientTunnel& tunnel)
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		memberOf(tunnel).isSettled = true;
		if (!isReady()) return;
	}
	tellReady();
}

bool Client::isReady() const
{
	const auto isOpening = [](const Member& member) { return !member.isRemoved && !member.isSettled; };
	return _running > 0 && !_stopping && std::none_of(_members.begin(), _members.end(), isOpening);
}

void Client::ended(const ClientTunnel& tunnel, const RoleFailure& failure)
{
	bool ready = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		memberOf(tunnel).isSettled = true;
		--_running;
		noteFailure(memberOf(tunnel), failure);
		ready = isReady(); // the others may have waited for it
	}
	if (ready) tellReady();
	// Last: from now on the destructor does not wait for this thread any more.
	const std::lock_guard<std::mutex> lock(_mutex);
	memberOf(tunnel).runs = false;
	_ends.notify_all();
}

void Client::noteFailure(const Member& member, const RoleFailure& failure)
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

Client::Member& Client::memberOf(const ClientTunnel& tunnel)
{
	return *std::find_if(_members.begin(), _members.end(),
		[&tunnel](const Member& other) { return other.tunnel.get() == &tunnel; });
}

std::string Client::status()
{
	ClientStatus status;
	status.server = formatHostPort(_config.serverHost, _config.serverPort);
	status.connections = _engine.relays().count();
	const std::lock_guard<std::mutex> lock(_mutex);
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
	return status.text();
}

bool Client::proveLife(const Handler& sign)
{
	return _engine.proveLife(sign);
}

void Client::await()
{
	std::unique_lock<std::mutex> lock(_mutex);
	_ends.wait(lock, [this] { return _running == 0; });
	_over = true;
}

void Client::stop() noexcept
{
	_stopping = true;
	const std::lock_guard<std::mutex> lock(_mutex);
	for (auto& member : _members) member.tunnel->stop();
}

void Client::stopNow() noexcept
{
	_cancelled = true;
	stop();
	_engine.hurry();
}

Duration Client::grace() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _config.grace;
}

void Client::drain()
{
	// Without the mutex: a client that is over gets no more members.
	for (auto& member : _members) member.tunnel->closeStandbys();
	const auto end = Clock::system().now() + grace();
	static_cast<void>(_dials.awaitNone(end));
	_cancelled = true;
	_dials.stop();
	_engine.drain(std::max(end - Clock::system().now(), Duration::zero()));
}

} // namespace Bore
