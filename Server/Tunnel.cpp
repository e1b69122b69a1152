//
// Tunnel.cpp
//

#include "Server/Tunnel.h"

#include "Server/PendingVisitors.h"
#include "Server/Reservations.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/LogText.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <exception>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr int STACK_BYTES = 128 * 1024; // a server may have a thousand tunnels
constexpr int MAX_ACCEPTS = 64;         // in a row, then the control connection has its turn

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.tunnel");
	return instance;
}

} // namespace

Tunnel::Tunnel(const ServerContext& context, Id id, FrameStream control, Poco::Net::ServerSocket listener,
	std::optional<Poco::UUID> ticket, Quota::Token place, UserPtr user,
	const std::optional<Poco::Net::SocketAddress>& client)
	: _context(context)
	, _id(id)
	, _place(std::move(place))
	, _wakeUp(Descriptor::checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))
	, _control(context, id, std::move(control), std::move(ticket), std::move(user), client)
	, _publicPort(context, id, _control, std::move(listener))
	, _thread("tunnel")
{
	_thread.setStackSize(STACK_BYTES);
}

Tunnel::~Tunnel()
{
	end();
	_thread.join();
	// A visitor that came back from a standby connection after the thread had ended.
	_context.visitors.withdraw(_id);
}

void Tunnel::start()
{
	_thread.startFunc([this] { run(); });
}

void Tunnel::drain() noexcept
{
	_publicPort.drain();
	wakeUp();
}

void Tunnel::end() noexcept
{
	_ending = true;
	_control.disconnect();
	wakeUp();
}

std::optional<std::future<Poco::Net::ServerSocket>> Tunnel::release()
{
	auto listener = _publicPort.release();
	if (listener) end();
	return listener;
}

void Tunnel::revoke() noexcept
{
	_revoked = true;
	end();
}

void Tunnel::adopt(UserPtr user)
{
	_control.adopt(std::move(user));
}

bool Tunnel::isFor(const User& user, WallTime now) const
{
	return user.mayHave(port()) && _control.mayCome(user, now);
}

void Tunnel::announceAgain(std::string frame)
{
	_control.announceAgain(std::move(frame));
	wakeUp();
}

bool Tunnel::arrive(ProxiedArrival& arrival)
{
	if (!_publicPort.arrive(arrival)) return false;
	wakeUp();
	return true;
}

void Tunnel::run() noexcept
{
	::pthread_setname_np(::pthread_self(), _thread.name().c_str());
	std::string reason;
	const bool lost = live(reason);
	// Before the port is free for others.
	auto reserved = lost ? _control.reserve(port(), _place) : std::nullopt;
	if (_publicPort.close() && reserved)
	{
		_context.reservations.remove(*reserved);
		reserved.reset();
	}
	_control.forgetTickets();
	_context.standbys.withdraw(_id);
	const auto withdrawn = _context.visitors.withdraw(_id);
	_control.close();
	quietly(
		[&]
		{
			logger().information("tunnel on port %hu of %s%s ended: %s (%z visitors were waiting)%s", port(),
				_control.address(), _control.tag(), escapeForLog(reason), withdrawn,
				std::string(reserved ? "; the port is kept for it" : ""));
		});
	_context.tunnels.ended(_id);
}

bool Tunnel::live(std::string& reason) noexcept
{
	bool lost = false;
	const auto because = [&reason](const char* text) { quietly([&] { reason = text; }); };
	try
	{
		_control.open(port());
		logger().information(
			"tunnel on port %hu opened for %s%s", port(), _control.address(), _control.tag());
		serve();
	}
	catch (const PeerGoneException& error)
	{
		because(error.what());
		lost = true;
	}
	catch (const PeerTimeoutException& error)
	{
		because(error.what());
		lost = true;
	}
	catch (const std::exception& error)
	{
		because(error.what());
	}
	if (_ending)
	{
		because(_publicPort.isReleased() ? "its client took the port over"
				: _revoked               ? "its user may not have it any more"
										 : "the server stops");
		return false;
	}
	if (_control.isLeaving() || (lost && _control.hasSaidGoodbye()))
	{
		because("the client said goodbye");
		return false;
	}
	return lost;
}

void Tunnel::serve()
{
	heartbeat();
	// What came with the first message has been read, perhaps: no event tells of it.
	_control.read();
	while (!_ending && !_control.isLeaving())
	{
		const TimePoint now = _context.clock.now();
		if (now >= _control.nextHeartbeat()) heartbeat();

		std::array<pollfd, 3> sockets{};
		sockets[0] = {_control.descriptor(), POLLIN, 0};
		sockets[1] = {_publicPort.descriptor(now), POLLIN, 0};
		sockets[2] = {_wakeUp.get(), POLLIN, 0};
		const TimePoint until = std::min(_control.nextHeartbeat(), _publicPort.pauseEnd(now));
		if (::poll(sockets.data(), sockets.size(), millisecondsUntil(until, now)) <= 0) continue;
		if (sockets[2].revents != 0) takeWakeUp();
		if (sockets[0].revents != 0) _control.read();
		// Who waits in the backlog is for the successor.
		if (_ending || _control.isLeaving()) return;
		if (sockets[2].revents != 0) _publicPort.takeArrivals();
		if (sockets[1].revents != 0 && !_publicPort.isDraining()) acceptVisitors();
	}
}

void Tunnel::heartbeat()
{
	_control.heartbeat();
	if (const auto expired = _context.visitors.dropExpired(); expired > 0)
		logger().warning("%z visitors were dropped: their clients did not claim them in time", expired);
}

void Tunnel::acceptVisitors()
{
	for (int i = 0; i < MAX_ACCEPTS && !_ending && _publicPort.accept(); ++i)
	{
	}
}

void Tunnel::takeWakeUp()
{
	std::uint64_t count = 0;
	[[maybe_unused]] const auto taken = ::read(_wakeUp.get(), &count, sizeof count);
	_control.sendAgain();
}

void Tunnel::wakeUp() noexcept
{
	const std::uint64_t one = 1;
	// A full counter (EAGAIN) wakes the thread as well as this one would.
	[[maybe_unused]] const auto written = ::write(_wakeUp.get(), &one, sizeof one);
}

} // namespace Bore
