//
// PortClaim.cpp
//

#include "Server/PortClaim.h"

#include "Server/Admissions.h"
#include "Server/PortAllocator.h"
#include "Server/Tunnels.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/Quietly.h"

#include <Poco/Exception.h>

#include <system_error>
#include <utility>

namespace Bore
{

namespace ErrorText = Protocol::ErrorText;

using Poco::Net::ServerSocket;

PortClaim::PortClaim(const ServerContext& context, const Hello& hello, Claimant claimant)
	: _context(context)
	, _claimant(std::move(claimant))
	, _listener(listenerFor(hello))
{
}

PortClaim::PortClaim(const ServerContext& context, const Reclaim& reclaim, Claimant claimant)
	: _context(context)
	, _claimant(std::move(claimant))
	, _ticket(reclaim.ticket)
	, _listener(listenerFor(reclaim))
{
}

void PortClaim::open(FrameStream control)
{
	auto socket = control.socket(); // it outlives a tunnel that cannot be opened
	try
	{
		_context.tunnels.open(
			_context, std::move(control), _listener, _ticket, _place, _claimant.user, _claimant.peer);
	}
	catch (const Poco::SystemException&)
	{
		tellShortage(std::move(socket)); // no thread
		throw;
	}
	catch (const std::system_error&)
	{
		tellShortage(std::move(socket)); // no descriptor
		throw;
	}
	// Not before: if the tunnel cannot be opened, the port is kept on.
	if (_reserved) _context.reservations.remove(*_reserved);
}

void PortClaim::tellShortage(Poco::Net::StreamSocket client) const noexcept
{
	quietly(
		[&]
		{
			FrameStream(std::move(client), _context.clock)
				.send(format(ServerMessage{Error{ErrorText::OUT_OF_RESOURCES}}), _context.clock.now());
		});
}

ServerSocket PortClaim::listenerFor(const Hello& hello)
{
	if (hello.port == 0) return anyListener();
	checkUsers(hello.port);
	checkReservation(hello.port);
	if (!_reserved)
	{
		if (const auto released = _context.tunnels.releaseStalled(hello.port, _claimant.identity))
			return takeOver(*released);
		enter();
	}
	auto listener = _context.ports.allocate(hello.port);
	// Its holder may have been lost just now: it reserves first, and closes then.
	checkReservation(hello.port);
	return listener;
}

ServerSocket PortClaim::anyListener()
{
	enter();
	const auto isReserved = [this](std::uint16_t port) { return _context.reservations.holds(port); };
	for (;;)
	{
		auto listener =
			_context.ports.allocate(0, isReserved, _claimant.user ? _claimant.user->ports : PortRanges());
		if (!isReserved(listener.address().port())) return listener;
	}
}

void PortClaim::checkUsers(std::uint16_t port) const
{
	if (_claimant.user && !_claimant.user->mayHave(port))
		throw PortRefusedException(ErrorText::PORT_OUT_OF_RANGE);
}

void PortClaim::checkReservation(std::uint16_t port)
{
	_reserved = _context.reservations.find(port, _claimant.identity);
	if (_reserved)
		_place = _reserved->place;
	else if (_context.reservations.holds(port))
		throw PortRefusedException(ErrorText::PORT_IN_USE);
}

ServerSocket PortClaim::listenerFor(const Reclaim& reclaim)
{
	if (const auto released = _context.tunnels.release(reclaim.ticket, _claimant.identity))
		return takeOver(*released);
	_reserved = _context.reservations.find(reclaim.ticket, _claimant.identity);
	if (!_reserved) throw PortRefusedException(ErrorText::UNKNOWN_TICKET);
	checkUsers(_reserved->port); // they may have changed since
	_place = _reserved->place;
	return _context.ports.allocate(_reserved->port);
}

ServerSocket PortClaim::takeOver(const Tunnels::Released& released)
{
	_place = released.place;
	return released.listener;
}

void PortClaim::enter()
{
	_context.reservations.dropExpired(); // they count as tunnels
	auto admission = _context.admissions.tunnel(_claimant.peer, _claimant.user);
	if (!admission.refusal.empty()) throw PortRefusedException(admission.refusal);
	_place = std::move(admission.place);
}

} // namespace Bore
