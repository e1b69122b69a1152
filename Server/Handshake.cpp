//
// Handshake.cpp
//

#include "Server/Handshake.h"

#include "Server/Handshakes.h"
#include "Server/PendingVisitors.h"
#include "Server/PortAllocator.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Server/VisitorLog.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Relays.h"
#include "Shared/Uuid.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <array>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

namespace ErrorText = Protocol::ErrorText;

namespace
{

constexpr int MAX_DISCARDS = 16; // reads in a row, then others have their turn

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.handshake");
	return instance;
}

} // namespace

Handshake::Handshake(const ServerContext& context, Poco::Net::StreamSocket socket)
	: _context(context)
	, _id(context.watch.newId())
	, _deadline(context.clock.now() + Protocol::HANDSHAKE_TIMEOUT)
	, _stream(std::move(socket), context.clock)
	, _authenticated(!context.authenticator)
{
}

Handshake::~Handshake()
{
	// Let go of by a Watch that has stopped.
	finish();
}

void Handshake::begin() noexcept
{
	guarded(
		[this]
		{
			if (!_authenticated)
			{
				_challenge = secureRandomUuid();
				_stream.send(format(ServerMessage{Challenge{_challenge}}), _deadline);
			}
			advance();
		});
}

void Handshake::resume(const Wake& wake) noexcept
{
	guarded(
		[this, &wake]
		{
			// A peer that never stops sending wakes us by its bytes, not by the deadline.
			if (_discarding)
				discard(wake.expired || _context.clock.now() >= _deadline);
			else if (wake.expired)
				expire();
			else
				advance();
		});
}

void Handshake::abort() noexcept
{
	_aborted = true;
	if (_context.watch.withdraw(_id)) finish();
}

template <typename Step>
void Handshake::guarded(Step&& step) noexcept
{
	try
	{
		step();
	}
	catch (const PeerGoneException&)
	{
		finish();
	}
	catch (const Poco::Exception& error)
	{
		logger().error("a connection was dropped: %s", error.displayText());
		finish();
	}
	catch (const std::exception& error)
	{
		logger().error("a connection was dropped: %s", std::string(error.what()));
		finish();
	}
}

void Handshake::advance()
{
	try
	{
		while (const auto frame = _stream.poll())
			if (handle(*frame)) return;
	}
	catch (const FrameTooLongException&)
	{
		return refuse(_authenticated ? "" : ErrorText::FRAME_TOO_LONG);
	}
	wait();
}

void Handshake::expire()
{
	refuse(_authenticated ? "" : ErrorText::SILENCE);
}

bool Handshake::handle(std::string_view frame)
{
	if (!_authenticated) return authenticate(frame);
	try
	{
		const auto message = parseClientMessage(frame);
		if (const auto* hello = std::get_if<Hello>(&message))
			openTunnel(hello->port);
		else if (const auto* accept = std::get_if<Accept>(&message))
			claimVisitor(accept->id);
		else if (const auto* standby = std::get_if<Standby>(&message))
			standBy(standby->ticket);
		else
			refuse("");
	}
	catch (const MalformedFrameException&)
	{
		refuse("");
	}
	return true;
}

bool Handshake::authenticate(std::string_view frame)
{
	try
	{
		const auto message = parseClientMessage(frame);
		const auto* answer = std::get_if<Authenticate>(&message);
		if (answer == nullptr)
			refuse(ErrorText::SECRET_REQUIRED);
		else if (_context.authenticator->verify(_challenge, answer->tag))
			_authenticated = true;
		else
			refuse(ErrorText::INVALID_SECRET);
	}
	catch (const MalformedFrameException&)
	{
		refuse(ErrorText::UNPARSABLE);
	}
	return !_authenticated;
}

void Handshake::openTunnel(std::uint16_t port)
{
	try
	{
		auto listener = _context.ports.allocate(port);
		handOn();
		_context.tunnels.open(_context, std::move(_stream), std::move(listener));
	}
	catch (const PortRefusedException& refusal)
	{
		logger().information(
			"port %hu refused to %s: %s", port, peerText(_stream.socket()), std::string(refusal.what()));
		refuse(refusal.what());
	}
}

void Handshake::claimVisitor(const Poco::UUID& id)
{
	auto visitor = _context.visitors.take(id);
	if (!visitor) return refuse("");
	RelayParts parts{
		visitor->socket, _stream.socket(), visitor->first, _stream.takeRest(), visitorEnd(*visitor)};
	handOn();
	_context.relays.run(std::move(parts));
}

void Handshake::standBy(const Poco::UUID& ticket)
{
	// Nothing may come from a client that waits.
	if (!_stream.takeRest().empty()) return refuse("");
	const auto socket = _stream.socket();
	switch (_context.standbys.admit(ticket, identityOf(_context, socket), socket))
	{
	case Standbys::Admission::Admitted:
		return handOn();
	case Standbys::Admission::UnknownTicket:
		return refuse(ErrorText::UNKNOWN_TICKET);
	case Standbys::Admission::Full:
		return refuse("");
	}
}

void Handshake::handOn() noexcept
{
	_finished = true;
	_context.handshakes.remove(_id);
}

void Handshake::refuse(std::string_view errorText)
{
	if (!errorText.empty())
	{
		logger().information(
			"connection of %s refused: %s", peerText(_stream.socket()), std::string(errorText));
		try
		{
			_stream.send(format(ServerMessage{Error{std::string(errorText)}}), _context.clock.now());
		}
		catch (const PeerTimeoutException&)
		{
			return finish(); // it does not even read
		}
	}
	::shutdown(_stream.socket().impl()->sockfd(), SHUT_WR);
	_discarding = true;
	discard(_context.clock.now() >= _deadline);
}

void Handshake::discard(bool expired)
{
	std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
	const int fd = _stream.socket().impl()->sockfd();
	for (int i = 0; i < MAX_DISCARDS; ++i)
	{
		const auto got = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
		if (got > 0) continue;
		if (got < 0 && errno == EINTR) continue;
		if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return finish();
		break;
	}
	if (expired) return finish();
	wait();
}

void Handshake::wait()
{
	const auto self = shared_from_this(); // the Watch may have given it on before park() returns
	if (!_context.watch.park(_id, self, {&_stream.socket(), EPOLLIN}, {}, _deadline)) return finish();
	if (_aborted && _context.watch.withdraw(_id)) finish();
}

void Handshake::finish() noexcept
{
	if (std::exchange(_finished, true)) return;
	_stream.socket().close();
	_context.handshakes.remove(_id);
}

} // namespace Bore
