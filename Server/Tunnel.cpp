//
// Tunnel.cpp
//

#include "Server/Tunnel.h"

#include "Server/PendingVisitors.h"
#include "Server/Tunnels.h"
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
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
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
}

void Tunnel::start()
{
	_thread.startFunc([this] { run(); });
}

void Tunnel::drain() noexcept
{
	_draining = true;
	shutDown(_listener);
}

void Tunnel::end() noexcept
{
	_ending = true;
	shutDown(_control.socket());
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
	close(_listener);
	const auto withdrawn = _context.visitors.withdraw(_id);
	close(_control.socket());
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
		if (_draining) close(_listener);

		const bool pausing = now < _acceptAfter;
		const TimePoint until = pausing ? std::min(_nextHeartbeat, _acceptAfter) : _nextHeartbeat;
		std::array<pollfd, 2> sockets{};
		sockets[0] = {_control.socket().impl()->sockfd(), POLLIN, 0};
		sockets[1] = {pausing || _draining ? -1 : _listener.impl()->sockfd(), POLLIN, 0};
		if (::poll(sockets.data(), sockets.size(), millisecondsUntil(until, now)) <= 0) continue;
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
		if (!isWellFormedJson(*frame)) throw MalformedFrameException("the client sent a malformed frame");
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
	const int fd = ::accept4(_listener.impl()->sockfd(), nullptr, nullptr, SOCK_CLOEXEC);
	if (fd >= 0)
	{
		announce(StreamSocket(new Poco::Net::StreamSocketImpl(fd)));
		return true;
	}
	const int error = errno;
	if (isShortage(error))
	{
		_acceptAfter = _context.clock.now() + SHORTAGE_PAUSE;
		logger().error(
			"tunnel on port %hu cannot accept visitors for now: %s: raise the limit of descriptors", _port,
			std::generic_category().message(error));
	}
	return error == ECONNABORTED || error == EINTR;
}

void Tunnel::announce(StreamSocket visitor)
{
	prepareStream(visitor);
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
	auto address = peerText(visitor);
	logger().debug("visitor %s on port %hu is %s", address, _port, id.toString());
	_context.visitors.add(id, {std::move(visitor), std::move(address), _id, _port});
	_control.send(format(ServerMessage{Connection{id}}), sendDeadline());
}

void Tunnel::close(Poco::Net::Socket& socket) noexcept
{
	const std::lock_guard<std::mutex> lock(_closing);
	socket.close();
}

void Tunnel::shutDown(const Poco::Net::Socket& socket) noexcept
{
	const std::lock_guard<std::mutex> lock(_closing);
	if (const int fd = socket.impl()->sockfd(); fd >= 0) ::shutdown(fd, SHUT_RDWR);
}

TimePoint Tunnel::sendDeadline() const noexcept
{
	return _context.clock.now() + SEND_TIMEOUT;
}

} // namespace Bore
