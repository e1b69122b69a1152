//
// RelayEngine.cpp
//

#include "Shared/RelayEngine.h"

#include "Shared/Quietly.h"

#include <Poco/Environment.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace Bore
{

namespace
{

// A relay that is cut ends as soon as a worker sees it: this is no grace
// period, only a bound on our own faults.
constexpr std::chrono::seconds ABORT_TIMEOUT{5};

class LifeSign final : public Watched
/// Waits for nothing but its turn.
{
public:
	LifeSign(Carriers& carriers, std::function<void()> sign)
		: _carriers(carriers)
		, _sign(std::move(sign))
	{
	}

	void resume(const Wake&) noexcept override
	{
		if (!quietly([this] { _carriers.post(_sign); })) _sign(); // here, rather than never
	}

private:
	Carriers& _carriers;
	const std::function<void()> _sign;
};

} // namespace

RelayEngine::RelayEngine(const RelayConfig& config, const Clock& clock)
	: _resources(config)
	, _workers("worker", workerCount())
	, _watch(_workers, clock)
	, _relays(_watch, carrierCount(config), _resources, clock)
{
}

RelayEngine::~RelayEngine()
{
	stop();
}

bool RelayEngine::proveLife(const std::function<void()>& sign)
{
	std::shared_ptr<Watched> waiting;
	if (!quietly([&] { waiting = std::make_shared<LifeSign>(_relays.carriers(), sign); })) return false;
	return _watch.park(_watch.newId(), std::move(waiting), {}, {}, _relays.clock().now());
}

void RelayEngine::drain(Duration grace)
{
	auto& logger = Poco::Logger::get("bore.relay");
	if (const auto running = _relays.count() + _relays.countExpected(); running > 0 && !_hurry)
	{
		const double seconds = std::chrono::duration<double>(grace).count();
		logger.information("waiting up to %.1f s for %z connections to end", seconds, running);
		// hurry() resets them all, which ends the wait.
		if (!_relays.awaitNone(Clock::system().now() + grace))
			logger.information("resetting %z connections", _relays.count() + _relays.countExpected());
	}
	_relays.abortAll();
	if (!_relays.awaitNone(Clock::system().now() + ABORT_TIMEOUT))
		logger.error("%z connections did not end", _relays.count());
}

void RelayEngine::hurry() noexcept
{
	_hurry = true;
	_relays.abortAll();
}

void RelayEngine::stop() noexcept
{
	_relays.stop();
	_watch.stop();
	_workers.stop();
	_relays.stop();
}

std::size_t RelayEngine::workerCount() noexcept
{
	// More than cores, because some linger on a connection that has just
	// fallen quiet; few enough that their stacks and buffers do not count.
	return std::clamp<std::size_t>(Poco::Environment::processorCount() * 4, 8, 64);
}

std::size_t RelayEngine::carrierCount(const RelayConfig& config) noexcept
{
	if (config.threads > 0) return config.threads;
	return std::clamp<std::size_t>(Poco::Environment::processorCount(), 2, 64);
}

} // namespace Bore
