//
// Acceptor.cpp
//

#include "Server/Acceptor.h"

#include "Server/SpareDescriptor.h"
#include "Server/Standbys.h"
#include "Shared/SocketOptions.h"

#include <Poco/Logger.h>

#include <cerrno>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds SPELL{10}; // without a shortage, then the next is news

} // namespace

Acceptor::Acceptor(
	std::string name, Standbys& standbys, SpareDescriptor& spare, const Clock& clock, Door door)
	: _name(std::move(name))
	, _standbys(standbys)
	, _spare(spare)
	, _clock(clock)
	, _door(std::move(door))
{
}

Acceptor::Result Acceptor::accept(int listener)
{
	// Not ServerSocket::acceptConnection(): it throws where nobody waits
	// any more, which a non-blocking listener meets after every visitor.
	sockaddr_storage address{};
	socklen_t size = sizeof address;
	auto* const generic = reinterpret_cast<sockaddr*>(&address);
	Descriptor connection(::accept4(listener, generic, &size, SOCK_CLOEXEC));
	if (!connection) return {cope(listener, errno), Descriptor()};
	if (!_spare.affords(connection)) return {Outcome::Again, Descriptor()};
	// From accept4(2): one that has reset its connection has no address any more.
	const Poco::Net::SocketAddress peer(generic, size);
	if (!_door(peer))
	{
		resetOnClose(connection);
		return {Outcome::Again, Descriptor()};
	}
	return {Outcome::Accepted, std::move(connection), peer};
}

Acceptor::Outcome Acceptor::cope(int listener, int error)
{
	switch (error)
	{
	case EAGAIN:
		return Outcome::Nobody;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return makeRoom(listener, error);
	case EBADF:
	case EINVAL:
	case EFAULT:
	case ENOTSOCK:
	case EOPNOTSUPP:
		return Outcome::Pause; // the listener itself is gone: no loop may spin on it
	default:
		// ECONNABORTED, EINTR, EPERM by a firewall, and, on Linux, what the
		// network had to say of that one connection (accept(2)).
		return Outcome::Again;
	}
}

Acceptor::Outcome Acceptor::makeRoom(int listener, int error)
{
	report(error);
	if (_standbys.dropOne()) return Outcome::Again;
	// The kernel looks for a descriptor first, and then for a connection:
	// only this tells whether anybody waits.
	switch (_spare.turnAway(listener))
	{
	case SpareDescriptor::Outcome::TurnedAway:
		return Outcome::Again;
	case SpareDescriptor::Outcome::Nobody:
		return Outcome::Nobody;
	case SpareDescriptor::Outcome::Failed:
		break;
	}
	return Outcome::Pause;
}

void Acceptor::report(int error)
{
	const TimePoint now = _clock.now();
	if (now >= _spellEnds)
		Poco::Logger::get("bore.server")
			.error("%s cannot accept connections for now: %s: raise the limit of descriptors (ulimit -n) or"
				   " lower limit.connections",
				_name, std::generic_category().message(error));
	_spellEnds = now + SPELL;
}

} // namespace Bore
