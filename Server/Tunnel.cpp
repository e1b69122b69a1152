//
// Tunnel.cpp
//

#include "Server/Tunnel.h"

#include "Server/Handover.h"
#include "Server/PendingVisitors.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Shared/Extension.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/SocketOptions.h"
#include "Shared/Uuid.h"

#include <Poco/Logger.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace Bore
{

using Poco::Net::StreamSocket;

namespace
{

constexpr int STACK_BYTES = 128 * 1024;                  // a server may have a thousand tunnels
constexpr std::chrono::seconds SEND_TIMEOUT{5};          // a client that does not read for so long is gone
constexpr std::chrono::milliseconds SHORTAGE_PAUSE{100}; // until descriptors or memory may be free again
constexpr unsigned MAX_FRAMES_PER_SECOND = 100; // bore protocol (our extension's rule): more is a flood
constexpr int MAX_ACCEPTS = 64;                 // in a row, then the control connection has its turn

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.tunnel");
	return instance;
}

bool isShortage(int error) noexcept
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

} // namespace

Tunnel::Tunnel(const ServerContext& context, Id id, FrameStream control, Poco::Net::ServerSocket listener)
	: _context(context)
	, _id(id)
	, _client(peerText(control.socket()))
	, _port(listener.address().port())
	, _wakeUp(Descriptor::checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))
	, _control(std::move(control))
	, _listener(std::move(listener))
	, _thread("tunnel")
{
	_listener.setBlocking(false);
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
	_draining = true;
	wakeUp();
}

void Tunnel::end() noexcept
{
	_ending = true;
	wakeUp();
}

void Tunnel::announceAgain(const Poco::UUID& id)
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_again.push_back(id);
	}
	wakeUp();
}

void Tunnel::run() noexcept
{
	std::string reason = "the server stops";
	try
	{
		_control.send(format(ServerMessage{Hello{_port}}), sendDeadline());
		logger().information("tunnel on port %hu opened for %s", _port, _client);
		serve();
	}
	catch (const std::exception& error)
	{
		if (!_ending) reason = error.what();
	}
	_listener.close();
	_context.standbys.withdraw(_id);
	const auto withdrawn = _context.visitors.withdraw(_id);
	_control.socket().close();
	logger().information("tunnel on port %hu of %s ended: %s (%z visitors were waiting)", _port, _client,
		escapeForLog(reason), withdrawn);
	_context.tunnels.ended(_id);
}

void Tunnel::serve()
{
	_nextHeartbeat = _context.clock.now();
	while (!_ending)
	{
		const TimePoint now = _context.clock.now();
		if (now >= _nextHeartbeat) heartbeat();
		if (_draining) _listener.close();

		const bool pausing = now < _acceptAfter;
		const TimePoint until = pausing ? std::min(_nextHeartbeat, _acceptAfter) : _nextHeartbeat;
		std::array<pollfd, 3> sockets{};
		sockets[0] = {_control.socket().impl()->sockfd(), POLLIN, 0};
		sockets[1] = {pausing || _draining ? -1 : _listener.impl()->sockfd(), POLLIN, 0};
		sockets[2] = {_wakeUp.get(), POLLIN, 0};
		if (::poll(sockets.data(), sockets.size(), millisecondsUntil(until, now)) <= 0) continue;
		if (sockets[2].revents != 0) takeWakeUp();
		if (sockets[0].revents != 0) readControl();
		if (sockets[1].revents != 0 && !_draining) acceptVisitors();
	}
}

void Tunnel::heartbeat()
{
	_nextHeartbeat = _context.clock.now() + Protocol::HEARTBEAT_INTERVAL;
	_control.send(format(ServerMessage{Heartbeat{}}), sendDeadline());
	if (const auto expired = _context.visitors.dropExpired(); expired > 0)
		logger().warning("%z visitors were dropped: their clients did not claim them in time", expired);
}

void Tunnel::readControl()
{
	while (const auto frame = _control.poll())
	{
		const TimePoint now = _context.clock.now();
		if (now - _frameSecond >= std::chrono::seconds(1))
		{
			_frameSecond = now;
			_framesInSecond = 0;
		}
		if (++_framesInSecond > MAX_FRAMES_PER_SECOND)
			throw ProtocolException("the client sent too many frames");
		if (const auto offer = parseOffer(*frame))
			grant(offer->standby);
		else if (!isWellFormedJson(*frame))
			throw MalformedFrameException("the client sent a malformed frame");
	}
}

void Tunnel::acceptVisitors()
{
	for (int i = 0; i < MAX_ACCEPTS && acceptVisitor(); ++i)
	{
	}
}

bool Tunnel::acceptVisitor()
{
	// Not ServerSocket::acceptConnection(): it throws where nobody waits
	// any more, which a non-blocking listener meets after every visitor.
	sockaddr_storage address{};
	socklen_t size = sizeof address;
	auto* const generic = reinterpret_cast<sockaddr*>(&address);
	const int fd = ::accept4(_listener.impl()->sockfd(), generic, &size, SOCK_CLOEXEC);
	if (fd >= 0)
	{
		announce(StreamSocket(new Poco::Net::StreamSocketImpl(fd)),
			addressText(Poco::Net::SocketAddress(generic, size)));
		return true;
	}
	const int error = errno;
	if (isShortage(error))
	{
		// What only waits goes first.
		if (_context.standbys.dropOne()) return true;
		_acceptAfter = _context.clock.now() + SHORTAGE_PAUSE;
		logger().error(
			"tunnel on port %hu cannot accept visitors for now: %s: raise the limit of descriptors", _port,
			std::generic_category().message(error));
	}
	return error == ECONNABORTED || error == EINTR;
}

void Tunnel::announce(StreamSocket visitor, std::string address)
{
	Poco::UUID id;
	try
	{
		id = secureRandomUuid();
	}
	catch (const std::runtime_error& error)
	{
		logger().error("a visitor on port %hu is refused: %s", _port, std::string(error.what()));
		abortOnClose(visitor);
		return;
	}
	if (logger().debug()) logger().debug("visitor %s on port %hu is %s", address, _port, id.toString());
	Visitor entry{std::move(visitor), std::move(address), _id, _port};
	if (auto standby = _context.standbys.take(_id))
		return std::make_shared<Handover>(_context, id, std::move(entry), *standby)->begin();
	_context.visitors.add(id, std::move(entry));
	_control.send(format(ServerMessage{Connection{id}}), sendDeadline());
}

void Tunnel::grant(std::uint32_t standby)
{
	const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(standby, _context.maxStandby));
	const auto ticket = _context.standbys.grant(_id, most, identityOf(_context, _control.socket()));
	_control.send(format(Grant{most, ticket}), sendDeadline());
}

void Tunnel::takeWakeUp()
{
	std::uint64_t count = 0;
	[[maybe_unused]] const auto taken = ::read(_wakeUp.get(), &count, sizeof count);
	std::vector<Poco::UUID> again;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		again.swap(_again);
	}
	for (const auto& id : again) _control.send(format(ServerMessage{Connection{id}}), sendDeadline());
}

void Tunnel::wakeUp() noexcept
{
	const std::uint64_t one = 1;
	// A full counter (EAGAIN) wakes the thread as well as this one would.
	[[maybe_unused]] const auto written = ::write(_wakeUp.get(), &one, sizeof one);
}

TimePoint Tunnel::sendDeadline() const noexcept
{
	return _context.clock.now() + SEND_TIMEOUT;
}

} // namespace Bore
