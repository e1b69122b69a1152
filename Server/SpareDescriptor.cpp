//
// SpareDescriptor.cpp
//

#include "Server/SpareDescriptor.h"

#include "Shared/SocketOptions.h"

#include <cerrno>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace Bore
{

namespace
{

// Of all that can be opened this needs no file, which a chroot may not have.
int anyDescriptor() noexcept
{
	return ::eventfd(0, EFD_CLOEXEC);
}

} // namespace

SpareDescriptor::SpareDescriptor()
	: _spare(Descriptor::checked(anyDescriptor(), "eventfd"))
{
}

SpareDescriptor::Outcome SpareDescriptor::turnAway(int listener) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_isThere = false; // before it is free: whoever gets it will see that
	_spare = Descriptor();
	Outcome outcome = Outcome::TurnedAway;
	if (const Descriptor connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); connection)
		resetOnClose(connection);
	else
		outcome = errno == EAGAIN ? Outcome::Nobody : Outcome::Failed;
	static_cast<void>(refill());
	return outcome;
}

bool SpareDescriptor::affords(Descriptor& connection) noexcept
{
	if (_isThere) return true;
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_isThere || refill()) return true;
	resetOnClose(connection);
	connection = Descriptor();
	static_cast<void>(refill());
	return false;
}

bool SpareDescriptor::refill() noexcept
{
	_spare = Descriptor(anyDescriptor());
	_isThere = static_cast<bool>(_spare);
	return _isThere;
}

} // namespace Bore
