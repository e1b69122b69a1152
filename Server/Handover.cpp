//
// Handover.cpp
//

#include "Server/Handover.h"

#include "Server/Tunnels.h"
#include "Server/VisitorLog.h"
#include "Shared/Quietly.h"
#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"
#include "Shared/StreamIo.h"
#include "Shared/Workers.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::size_t MAX_KEPT_BYTES = 16 * 1024; // our extension
constexpr std::chrono::seconds LEAST_PATIENCE{1}; // our extension: this, or three round trips
constexpr std::chrono::seconds MOST_PATIENCE{10}; // in all: as long as any visitor waits to be fetched
constexpr int LINGER_MILLISECONDS = 3;            // a client that is near has answered by then
constexpr std::chrono::milliseconds LOOK{5};      // no event tells that everything is acknowledged
constexpr std::chrono::milliseconds LOOK_MOST{160};

} // namespace

Handover::Handover(
	const ServerContext& context, const Poco::UUID& id, Visitor visitor, Poco::Net::StreamSocket standby)
	: _context(context)
	, _id(id)
	, _watchId(context.watch.newId())
	, _begun(context.clock.now())
	, _expected(context.relays)
	, _visitor(std::move(visitor))
	, _standby(std::move(standby))
	, _toSend(announcement(id, _visitor))
	, _progressed(_begun)
	, _lookAfter(LOOK)
{
	_toSend.push_back('\0');
	_frameSize = _toSend.size();
}

Handover::~Handover()
{
	// Let go of by a Watch that has stopped.
	abandon();
}

void Handover::begin() noexcept
{
	guarded(
		[this]
		{
			sendOn();
			readVisitor();
			sendOn();
			// What comes back is for a worker: the tunnel has other visitors.
			_context.workers.post([self = shared_from_this()] { self->resume(Wake{}); });
		});
}

void Handover::resume(const Wake& wake) noexcept
{
	guarded(
		[this, &wake]
		{
			absorb(wake.events[0], wake.events[1]);
			do carry();
			while (!_done && linger());
			if (!_done) wait();
		});
}

template <typename Step>
void Handover::guarded(Step&& step) noexcept
{
	try
	{
		step();
	}
	catch (const std::exception& error)
	{
		quietly(
			[&]
			{
				Poco::Logger::get("bore.server.visitor")
					.information("visitor %s on port %hu%s: lost before its client had it: %s",
						_visitor.address, _visitor.port, tagOf(_visitor.user), std::string(error.what()));
			});
		AccessRecord::end(_visitor.access, AccessRecord::Ending::Reset);
		abandon();
	}
}

void Handover::absorb(std::uint32_t visitor, std::uint32_t standby)
{
	// A reset is no event that reading could clear while nothing is read.
	if ((visitor & EPOLLERR) != 0) throw std::runtime_error("it reset its connection");
	if (visitor != 0) _visitorReadable = true;
	// Where the client's end came before its reset, no read tells of it.
	if ((standby & (EPOLLERR | EPOLLHUP)) != 0) _standbyFailed = true;
}

void Handover::carry()
{
	sendOn();
	if (!_standbyFailed) readVisitor();
	sendOn();
	if (confirmed()) return complete();
	if (_standbyFailed || _context.clock.now() >= deadline()) giveUp();
}

bool Handover::linger()
{
	if (std::exchange(_lingered, true) || !_context.workers.roomy()) return false;
	std::array<pollfd, 2> sides{};
	sides[0] = {_visitor.socket.impl()->sockfd(), static_cast<short>(visitorInterest()), 0};
	sides[1] = {_standby.impl()->sockfd(), static_cast<short>(standbyInterest()), 0};
	if (::poll(sides.data(), sides.size(), LINGER_MILLISECONDS) <= 0) return false;
	absorb(static_cast<std::uint16_t>(sides[0].revents), static_cast<std::uint16_t>(sides[1].revents));
	return true;
}

void Handover::readVisitor()
{
	while (_visitorReadable && !_visitorEnded && _toSend.size() - _frameSize < MAX_KEPT_BYTES)
	{
		std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
		const auto room = MAX_KEPT_BYTES - (_toSend.size() - _frameSize);
		const auto got = receiveSome(_visitor.socket, bytes.data(), std::min(bytes.size(), room));
		_toSend.append(bytes.data(), got.bytes);
		if (!got.mayHaveMore) _visitorReadable = false;
		// An end is seen again by the relay; a reset is not, and ends it here.
		if (got.outcome == Io::Ended) _visitorEnded = true;
		if (got.outcome == Io::Failed) throw std::runtime_error("it reset its connection");
	}
}

void Handover::sendOn()
{
	if (_sent == _toSend.size() || _standbyFailed) return;
	const auto done = sendSome(_standby, _toSend.data() + _sent, _toSend.size() - _sent);
	_sent += done.bytes;
	if (done.outcome == Io::Failed) _standbyFailed = true;
}

bool Handover::confirmed()
{
	std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
	const auto got = receiveSome(_standby, bytes.data(), bytes.size());
	if (got.outcome == Io::Moved)
	{
		_answer.assign(bytes.data(), got.bytes);
		return true;
	}
	if (got.outcome == Io::Failed) _standbyFailed = true;
	if (got.outcome == Io::Ended) _standbyEnded = true;
	// Acknowledged is arrived: what the client's machine has, the client
	// gets. It may have reset the connection since: to refuse this visitor.
	const int unsent = unsentBytes(_standby);
	noteProgress(unsent);
	return _sent == _toSend.size() && unsent == 0;
}

void Handover::noteProgress(int unsent)
{
	if (unsent < 0) return;
	const auto acknowledged = static_cast<std::int64_t>(_sent) - unsent;
	// Who acknowledges is alive, behind whatever slow link.
	if (_acknowledged && acknowledged > *_acknowledged) _progressed = _context.clock.now();
	_acknowledged = acknowledged;
}

void Handover::complete()
{
	// A relay would miss a reset that was already read here.
	if (_standbyFailed && _answer.empty()) throw std::runtime_error("its client refused it");
	const std::size_t carried = _sent > _frameSize ? _sent - _frameSize : 0;
	RelayParts parts{
		_visitor.socket, _standby, _toSend.substr(_sent), _answer, visitorEnd(_visitor, carried)};
	_context.relays.run(std::move(parts));
	_done = true;
}

void Handover::giveUp()
{
	abortOnClose(_standby);
	_standby.close();
	_done = true;
	_visitor.first = _toSend.substr(_frameSize);
	_context.tunnels.announceAgain(_context, _id, std::move(_visitor));
}

void Handover::wait()
{
	const auto look = std::min(_context.clock.now() + _lookAfter, deadline());
	_lookAfter = std::min(_lookAfter * 2, LOOK_MOST);
	if (!_context.watch.park(_watchId, shared_from_this(), {&_visitor.socket, visitorInterest()},
			{&_standby, standbyInterest()}, look))
		abandon();
}

std::uint32_t Handover::visitorInterest() const noexcept
{
	const bool full = _toSend.size() - _frameSize >= MAX_KEPT_BYTES;
	return full || _visitorEnded ? 0U : static_cast<std::uint32_t>(EPOLLIN);
}

std::uint32_t Handover::standbyInterest() const noexcept
{
	std::uint32_t events = _standbyEnded ? 0U : static_cast<std::uint32_t>(EPOLLIN);
	if (_sent < _toSend.size()) events |= EPOLLOUT;
	return events;
}

void Handover::abandon() noexcept
{
	if (std::exchange(_done, true)) return;
	abortOnClose(_visitor.socket);
	abortOnClose(_standby);
	_visitor.socket.close();
	_standby.close();
}

TimePoint Handover::deadline() const noexcept
{
	tcp_info info{};
	socklen_t size = sizeof info;
	Duration patience = LEAST_PATIENCE;
	if (::getsockopt(_standby.impl()->sockfd(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
		patience = std::max<Duration>(patience, 3 * std::chrono::microseconds(info.tcpi_rtt));
	return std::min(_progressed + patience, _begun + MOST_PATIENCE);
}

} // namespace Bore
