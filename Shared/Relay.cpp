//
// Relay.cpp
//

#include "Shared/Relay.h"

#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"

#include <Poco/Bugcheck.h>

#include <algorithm>
#include <poll.h>
#include <sys/epoll.h>
#include <utility>

namespace Bore
{

namespace
{

static_assert(POLLIN == EPOLLIN && POLLOUT == EPOLLOUT && POLLERR == EPOLLERR && POLLHUP == EPOLLHUP,
	"events of poll(2) and epoll(7) are taken for each other");

constexpr std::size_t STEP_BYTES = 256 * 1024;  // then the other direction has its turn
constexpr std::size_t TURN_BYTES = 1024 * 1024; // then another relay has its turn, if one waits
constexpr int LINGER_MILLISECONDS = 3; // an answer often comes sooner than parking and waking would take
constexpr std::chrono::milliseconds GUEST_TIME{3}; // on a thread of another pool

constexpr std::chrono::seconds DELIVERY_TIMEOUT{5}; // for what was read before a reset, without progress
constexpr std::chrono::milliseconds DELIVERY_LOOK{
	5}; // no event tells that a peer has acknowledged everything
constexpr std::chrono::milliseconds DELIVERY_LOOK_MOST{320}; // doubled up to this while nothing changes

} // namespace

Relay::Relay(Relays& relays, Watch::Id id, RelayParts parts)
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

void Relay::begin(const Workers& here) noexcept
{
	carry(here);
}

void Relay::resume(const Wake& wake) noexcept
{
	absorb(0, wake.events[0]);
	absorb(1, wake.events[1]);
	carry(_relays.workers());
}

void Relay::carry(const Workers& here) noexcept
{
	try
	{
		carryOn(here);
	}
	catch (const std::exception&)
	{
		finish(RelayReport::Ending::Failed);
	}
}

void Relay::abort() noexcept
{
	_aborted = true;
	if (_relays.watch().withdraw(_id)) finish(RelayReport::Ending::Aborted);
}

void Relay::carryOn(const Workers& here)
{
	const bool isGuest = &here != &_relays.workers();
	const TimePoint guestUntil = isGuest ? Clock::system().now() + GUEST_TIME : TimePoint::max();
	bool moved = false;
	for (std::size_t rounds = 1;; ++rounds)
	{
		if (_aborted) return finish(RelayReport::Ending::Aborted);
		for (auto& direction : _directions)
			if (direction.canStep() && direction.step(STEP_BYTES)) moved = true;
		const bool goesOn = canStep();
		const bool isTurnOver = rounds * STEP_BYTES >= TURN_BYTES && (isGuest || here.crowded());
		const bool yields = goesOn && isTurnOver;
		if (goesOn && !yields) continue;
		if (std::exchange(moved, false)) _activeAt = _relays.clock().now();
		if (yields) return yield();
		if (const auto ending = settled()) return finish(*ending);
		if ((isTurnOver && !isGuest) || !linger(here)) return park();
		if (isGuest && Clock::system().now() >= guestUntil) return yield();
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

bool Relay::linger(const Workers& here)
{
	if (_ends[0].reset || _ends[1].reset) return false;
	std::array<pollfd, 2> sides{};
	for (unsigned side = 0; side < 2; ++side)
	{
		const auto events = interest(side);
		sides.at(side) = {
			events ? _ends.at(side).descriptor() : -1, static_cast<short>(events.value_or(0)), 0};
	}
	const int timeout = here.roomy() ? LINGER_MILLISECONDS : 0;
	if (::poll(sides.data(), sides.size(), timeout) <= 0) return false;
	for (unsigned side = 0; side < 2; ++side)
		absorb(side, static_cast<std::uint16_t>(sides.at(side).revents));
	return true;
}

void Relay::park()
{
	std::optional<TimePoint> deadline = quietDeadline();
	if (_ends[0].reset || _ends[1].reset)
	{
		deadline = std::min(_relays.clock().now() + _lookAfter, _deliverBy);
		_lookAfter = std::min(_lookAfter * 2, DELIVERY_LOOK_MOST);
	}
	for (auto& direction : _directions) direction.pause();
	std::array<Watch::Side, 2> sides;
	bool waits = deadline.has_value();
	for (unsigned side = 0; side < 2; ++side)
		if (const auto events = interest(side))
		{
			sides.at(side) = {&_ends.at(side).socket, *events};
			waits = true;
		}
	poco_assert(waits);

	const auto self = shared_from_this(); // the Watch may have given it to a worker before park() returns
	auto& watch = _relays.watch();
	if (!watch.park(_id, self, sides[0], sides[1], deadline))
		return finish(_aborted ? RelayReport::Ending::Aborted : RelayReport::Ending::Failed);
	if (_aborted && watch.withdraw(_id)) finish(RelayReport::Ending::Aborted);
}

void Relay::yield()
{
	_relays.workers().post([self = shared_from_this()] { self->resume(Wake{}); });
}

void Relay::finish(RelayReport::Ending ending) noexcept
{
	if (std::exchange(_finished, true)) return;
	for (auto& end : _ends)
	{
		if (ending != RelayReport::Ending::Closed) abortOnClose(end.socket);
		end.socket.close();
	}
	if (_onEnd)
		_onEnd({_directions[0].bytes(), _directions[1].bytes(), _relays.clock().now() - _started, ending});
	_relays.remove(_id);
}

void Relay::absorb(unsigned side, std::uint32_t events) noexcept
{
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
