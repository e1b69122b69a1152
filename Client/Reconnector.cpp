//
// Reconnector.cpp
//

#include "Client/Reconnector.h"

#include "Client/CurrentOptions.h"
#include "Client/StandbyLines.h"
#include "Shared/HostPort.h"

#include <Poco/Format.h>
#include <Poco/Logger.h>

#include <string>
#include <utility>

namespace Bore
{

namespace
{

using Remedy = SessionFailure::Remedy;

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.client");
	return instance;
}

double inSeconds(Duration span)
{
	return std::chrono::duration<double>(span).count();
}

} // namespace

Reconnector::Reconnector(const ClientContext& context, const Connector& connector, StandbyLines& standbys,
	OpenHandler onOpen, Backoff backoff)
	: _context(context)
	, _connector(connector)
	, _standbys(standbys)
	, _onOpen(std::move(onOpen))
	, _backoff(std::move(backoff))
	, _port(context.tunnel.port)
{
}

Reconnector::~Reconnector() = default;

void Reconnector::run()
{
	try
	{
		for (;;)
		{
			open();
			opened();
			serve();
		}
	}
	catch (...)
	{
		// The server is to know at once, not when all that still runs has ended.
		end();
		throw;
	}
}

void Reconnector::stop() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_stopped = true;
	if (_session) _session->stop();
	_stop.notify_all();
}

void Reconnector::open()
{
	for (std::uint32_t attempts = 1;; ++attempts)
	{
		// A lost server gets a moment even before the first attempt: it is
		// likely to start anew, and all its clients have lost it.
		if (_had || attempts > 1) pause(nextDelay());
		try
		{
			return attempt();
		}
		catch (const SessionFailure& failure)
		{
			end();
			judge(failure, attempts);
		}
	}
}

void Reconnector::attempt()
{
	try
	{
		greet(_ticket);
	}
	catch (const SessionFailure& failure)
	{
		if (failure.remedy() != Remedy::Hello) throw;
		logger().debug("%s: asking for port %hu instead", std::string(failure.what()), _port);
		_ticket.reset();
		greet(std::nullopt);
	}
}

void Reconnector::greet(const std::optional<Poco::UUID>& ticket)
{
	begin({_port, ticket});
	_port = _session->open();
	_openSince = _context.clock.now();
}

void Reconnector::begin(const Session::Request& request)
{
	_context.options.begin();
	auto session = std::make_unique<Session>(_context, _connector, _standbys, request);
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_stopped) throw SessionFailure(ExitCode::Lost, "stopped", Remedy::None);
	_session = std::move(session);
}

void Reconnector::opened()
{
	const auto& tunnel = _context.tunnel;
	const std::string address = formatHostPort(_context.config.serverHost, _port);
	const std::string local = formatHostPort(tunnel.localHost, tunnel.localPort);
	if (_had && _lostSince)
		logger().information(
			tunnel.describe(Poco::format("back after %.1f s: %s is open again, and leads to %s",
				inSeconds(_openSince - *_lostSince), address, local)));
	else
		logger().information(tunnel.describe(address + " is open, and leads to " + local));
	_lostSince.reset();
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_state = {true, _port};
	}
	_told.clear();
	if (_had == _port) return;
	_had = _port;
	_onOpen(_port);
}

void Reconnector::serve()
{
	try
	{
		_session->serve();
	}
	catch (const SessionFailure& loss)
	{
		// A ticket that was not followed by another one stays good.
		if (_session->ticket()) _ticket = _session->ticket();
		end();
		_standbys.stop();
		if (!_context.options.next()->reconnect.enabled || stopped()) throw;
		lose(loss);
	}
}

void Reconnector::lose(const SessionFailure& loss)
{
	_lostSince = _context.clock.now();
	_backoff.stood(*_lostSince - _openSince);
	logger().warning("%s: reconnecting", _context.tunnel.describe(loss.what()));
}

void Reconnector::judge(const SessionFailure& failure, std::uint32_t attempts)
{
	const auto config = _context.options.next()->reconnect;
	if (stopped() || failure.remedy() == Remedy::None) throw failure;
	const bool mayWait = failure.code() == ExitCode::Unreachable
							 ? config.wait
							 : failure.code() == ExitCode::PortRefused && _takesOver;
	if (!_had && !mayWait) throw failure;
	if (config.attempts != 0 && attempts >= config.attempts)
		throw RoleFailure(_had ? ExitCode::Lost : failure.code(),
			"gave up after " + std::to_string(attempts) +
				(attempts == 1 ? " attempt to connect: " : " attempts to connect: ") + failure.what());
	if (failure.isNews() && (_had || attempts > 1) && failure.what() != _told)
	{
		// Time alone seldom mends it, but somebody may.
		_told = failure.what();
		logger().warning("%s: trying on", _context.tunnel.describe(_told));
	}
	else if (_had || attempts > 1)
		logger().debug(
			"attempt %u to connect failed: %s", attempts, _context.tunnel.describe(failure.what()));
	else
	{
		_told = failure.what();
		logger().warning("%s: waiting for it", _context.tunnel.describe(failure.what()));
		if (_onWait) _onWait();
	}
}

Duration Reconnector::nextDelay()
{
	const auto config = _context.options.next()->reconnect;
	_backoff.setDelays(config.firstDelay, config.maxDelay);
	return _backoff.next();
}

void Reconnector::pause(Duration delay)
{
	const auto& clock = _context.clock;
	const TimePoint until = clock.now() + delay;
	logger().debug("next attempt to connect in %.2f s", inSeconds(delay));
	std::unique_lock<std::mutex> lock(_mutex);
	while (!_stopped)
	{
		const TimePoint now = clock.now();
		if (now >= until) return;
		_stop.wait_for(lock, until - now);
	}
	throw SessionFailure(ExitCode::Lost, "stopped", Remedy::None);
}

void Reconnector::end() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_session.reset();
	_state.isOpen = false;
}

Reconnector::State Reconnector::state() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _state;
}

bool Reconnector::stopped()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _stopped;
}

} // namespace Bore
