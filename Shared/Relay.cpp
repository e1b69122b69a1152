//
// Relay.cpp
//

#include "Shared/Relay.h"

#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"

#include <Poco/Bugcheck.h>

#include <algorithm>
#include <sys/epoll.h>
#include <utility>

namespace Bore
{

namespace
{

static_assert((Carriers::EVENTS & (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP)) ==
				  (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP),
	"all that is awaited has its place among what is told");

constexpr std::size_t STEP_BYTES = 256 * 1024;  // then the other direction has its turn
constexpr std::size_t TURN_BYTES = 1024 * 1024; // then another relay has its turn, if one waits
constexpr std::uint32_t BUSY = 1U << 31U;
constexpr std::uint32_t TURN = 1U << 30U;
constexpr std::uint32_t ABORT = 1U << 29U;

constexpr std::chrono::seconds DELIVERY_TIMEOUT{5}; // for what was read before a reset, without progress
constexpr std::chrono::milliseconds DELIVERY_LOOK{
	5}; // no event tells that a peer has acknowledged everything
constexpr std::chrono::milliseconds DELIVERY_LOOK_MOST{320}; // doubled up to this while nothing changes

} // namespace

Relay::Relay(Relays& relays, Id id, RelayParts parts)
	: _relays(relays)
	, _id(id)
	, _started(relays.clock().now())
	, _idleTimeout(relays.resources().idleTimeout)
	, _halfCloseTimeout(relays.resources().halfCloseTimeout)
	, _ends{Endpoint{std::move(parts.first)}, Endpoint{std::move(parts.second)}}
	, _directions{Direction(_ends[0], _ends[1], parts.fromFirst, relays.resources()),
		  Direction(_ends[1], _ends[0], parts.fromSecond, relays.resources())}
	, _onEnd(std::move(parts.onEnd))
	, _activeAt(_started)
{
}

Relay::~Relay()
{
	// Let go of without having ended: the process stops.
	finish(RelayReport::Ending::Aborted);
}

void Relay::wake(std::uint32_t why) noexcept
{
	if ((_state.fetch_or(why | BUSY) & BUSY) != 0) return;
	for (;;)
	{
		if (std::exchange(_isResting, false)) --_relays._resting;
		absorb(_state.exchange(BUSY));
		// What comes while it waits for its turn has to wait, too: else it had more turns than others.
		if (!_isQueued || _aborted) carry();
		if (_finished) return; // and is BUSY for ever
		const bool isResting = _isResting;
		if (isResting) ++_relays._resting;
		std::uint32_t expected = BUSY;
		if (_state.compare_exchange_strong(expected, 0)) return;
	}
}

void Relay::carry() noexcept
{
	try
	{
		carryOn();
	}
	catch (const std::exception&)
	{
		finish(RelayReport::Ending::Failed);
	}
}

void Relay::abort() noexcept
{
	_aborted = true;
	wake(ABORT);
}

void Relay::carryOn()
{
	bool moved = false;
	for (std::size_t rounds = 1;; ++rounds)
	{
		if (_aborted) return finish(RelayReport::Ending::Aborted);
		for (auto& direction : _directions)
			if (direction.canStep() && direction.step(STEP_BYTES)) moved = true;
		const bool goesOn = canStep();
		const bool isTurnOver = rounds * STEP_BYTES >= TURN_BYTES;
		if (goesOn && !isTurnOver)
		{
			if (rounds == 1) _relays.carriers().relieve();
			continue;
		}
		if (std::exchange(moved, false)) _activeAt = _relays.clock().now();
		if (goesOn) return yield();
		if (const auto ending = settled()) return finish(*ending);
		return rest();
	}
}

std::optional<RelayReport::Ending> Relay::settled()
{
	const bool ended = _directions[0].ended() && _directions[1].ended();
	const auto& [first, second] = _ends;
	if (!first.reset && !second.reset)
	{
		if (ended) return RelayReport::Ending::Closed;
		const auto deadline = quietDeadline();
		const bool overdue = deadline && _relays.clock().now() >= *deadline;
		return overdue ? std::optional(RelayReport::Ending::TimedOut) : std::nullopt;
	}
	if (first.reset && second.reset) return RelayReport::Ending::Reset;

	// One end was reset. The other gets what had been read before: a reset
	// to it now would discard what its kernel has not taken yet.
	const int undelivered = unsentBytes(first.reset ? second.socket : first.socket);
	if (ended && undelivered <= 0) return RelayReport::Ending::Reset;
	const TimePoint now = _relays.clock().now();
	if (undelivered != _undelivered)
	{
		_undelivered = undelivered;
		_deliverBy = now + DELIVERY_TIMEOUT;
		_lookAfter = DELIVERY_LOOK;
	}
	else if (now >= _deliverBy)
		return RelayReport::Ending::Reset;
	return std::nullopt;
}

std::optional<TimePoint> Relay::quietDeadline() const noexcept
{
	Duration patience = _idleTimeout;
	const bool halfClosed = _directions[0].ended() != _directions[1].ended();
	if (halfClosed && _halfCloseTimeout > Duration::zero() &&
		(patience == Duration::zero() || _halfCloseTimeout < patience))
		patience = _halfCloseTimeout;
	return patience > Duration::zero() ? std::optional(_activeAt + patience) : std::nullopt;
}

void Relay::rest()
{
	std::optional<TimePoint> deadline = quietDeadline();
	if (_ends[0].reset || _ends[1].reset)
	{
		deadline = std::min(_relays.clock().now() + _lookAfter, _deliverBy);
		_lookAfter = std::min(_lookAfter * 2, DELIVERY_LOOK_MOST);
	}
	for (auto& direction : _directions) direction.pause();
	bool waits = deadline.has_value();
	if (deadline) schedule(*deadline);
	for (unsigned side = 0; side < 2; ++side)
		if (const auto events = interest(side))
		{
			waits = true;
			if (!arm(side, *events))
				return finish(_aborted ? RelayReport::Ending::Aborted : RelayReport::Ending::Failed);
		}
	poco_assert(waits);
	_isResting = true;
}

bool Relay::arm(unsigned side, std::uint32_t events) noexcept
{
	auto& armed = _armed.at(side);
	if (armed == events) return true;
	const bool isNew = !std::exchange(_known.at(side), true);
	if (!_relays.carriers().arm(_id, side, _ends.at(side).descriptor(), events, isNew)) return false;
	armed = events;
	return true;
}

void Relay::schedule(TimePoint deadline)
{
	// One that comes too soon finds that it is, and is followed by the next.
	if (_scheduled && *_scheduled <= deadline) return;
	if (_scheduled) _relays.carriers().unschedule(_id, *_scheduled);
	_scheduled.reset();
	_relays.carriers().schedule(_id, deadline);
	_scheduled = deadline;
}

void Relay::yield()
{
	_relays.carriers().post([self = shared_from_this()] { self->wake(TURN); });
	_isQueued = true;
}

void Relay::finish(RelayReport::Ending ending) noexcept
{
	if (std::exchange(_finished, true)) return;
	if (_scheduled) _relays.carriers().unschedule(_id, *_scheduled);
	for (auto& end : _ends)
	{
		if (ending != RelayReport::Ending::Closed) abortOnClose(end.socket);
		end.socket.close();
	}
	if (_onEnd)
		_onEnd({_directions[0].bytes(), _directions[1].bytes(), _relays.clock().now() - _started, ending});
	_relays.remove(_id);
}

void Relay::absorb(std::uint32_t why) noexcept
{
	if ((why & Carriers::EXPIRED) != 0) _scheduled.reset();
	if ((why & TURN) != 0) _isQueued = false;
	absorb(0, why & Carriers::EVENTS);
	absorb(1, why >> Carriers::SIDE_SHIFT & Carriers::EVENTS);
}

void Relay::absorb(unsigned side, std::uint32_t events) noexcept
{
	if (events == 0) return;
	_armed.at(side).reset();
	auto& end = _ends.at(side);
	if ((events & EPOLLIN) != 0) end.readable = true;
	if ((events & EPOLLOUT) != 0) end.writable = true;
	if ((events & EPOLLIN) != 0 && end.writesWhenReadable) end.writable = true;
	if ((events & EPOLLOUT) != 0 && end.readsWhenWritable) end.readable = true;
	if ((events & EPOLLERR) != 0)
		end.fail();
	else if ((events & EPOLLHUP) != 0)
		end.hungUp = end.readable = true;
}

bool Relay::canStep() const noexcept
{
	return _directions[0].canStep() || _directions[1].canStep();
}

std::optional<std::uint32_t> Relay::interest(unsigned side) const noexcept
{
	const auto& end = _ends.at(side);
	std::uint32_t events = 0;
	if (_directions.at(side).wantsToRead()) events |= end.readsWhenWritable ? EPOLLOUT : EPOLLIN;
	if (_directions.at(1 - side).wantsToWrite()) events |= end.writesWhenReadable ? EPOLLIN : EPOLLOUT;
	// A hang-up and an error cannot be masked: a socket that would report
	// the one we know of again and again stays out.
	if (end.reset || (end.hungUp && events == 0)) return std::nullopt;
	return events;
}

} // namespace Bore
