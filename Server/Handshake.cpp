//
// Handshake.cpp
//

#include "Server/Handshake.h"

#include "Server/Admissions.h"
#include "Server/Handshakes.h"
#include "Server/PendingVisitors.h"
#include "Server/PortAllocator.h"
#include "Server/PortClaim.h"
#include "Server/Standbys.h"
#include "Server/Tunnels.h"
#include "Server/VisitorLog.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/Relays.h"
#include "Shared/Workers.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

namespace ErrorText = Protocol::ErrorText;

namespace
{

constexpr int LINGER_MILLISECONDS = 3; // for the first message of a peer that is near

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.handshake");
	return instance;
}

std::string nameOf(const Hello& hello)
{
	return "port " + std::to_string(hello.port);
}

std::string nameOf(const Reclaim&)
{
	return "a port to be reclaimed"; // its ticket is secret
}

} // namespace

Handshake::Handshake(const ServerContext& context, Poco::Net::StreamSocket socket, Quota::Token place)
	: _context(context)
	, _id(context.watch.newId())
	, _deadline(context.clock.now() + Protocol::HANDSHAKE_TIMEOUT)
	, _stream(std::move(socket), context.clock)
	, _authentication(context)
	, _dismissal(_stream, context.clock, _deadline)
	, _place(std::move(place))
	, _authenticated(!_authentication.isNeeded())
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
				// A client may answer, claim its visitor and reset the connection
				// before that is read here, and from then on it has no address.
				static_cast<void>(peer());
				_stream.send(format(ServerMessage{Challenge{_authentication.challenge()}}), _deadline);
			}
			// What the peer says comes in a moment, if it is near: too late for
			// this thread, which has others to accept, too soon for the Watch.
			_context.workers.post([self = shared_from_this()] { self->resume(Wake{}); });
		});
}

void Handshake::resume(const Wake& wake) noexcept
{
	guarded(
		[this, &wake]
		{
			if (_dismissal.hasBegun())
				discard(wake.expired);
			else if (_answerAt)
				answerFailure(wake.events[0] != 0 || _context.clock.now() >= *_answerAt);
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
	catch (const std::exception& error)
	{
		quietly([&] { logger().error("a connection was dropped: %s", plainText(error)); });
		finish();
	}
}

void Handshake::advance()
{
	try
	{
		do
			while (const auto frame = _stream.poll())
				if (handle(*frame)) return;
		while (linger());
	}
	catch (const FrameTooLongException&)
	{
		return refuse(_authenticated ? "" : ErrorText::FRAME_TOO_LONG);
	}
	wait(EPOLLIN, _deadline);
}

bool Handshake::linger()
{
	if (std::exchange(_lingered, true) || !_context.workers.roomy()) return false;
	pollfd entry{_stream.socket().impl()->sockfd(), POLLIN, 0};
	return ::poll(&entry, 1, LINGER_MILLISECONDS) > 0;
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
			openTunnel(*hello);
		else if (const auto* accept = std::get_if<Accept>(&message))
			claimVisitor(accept->id);
		else if (const auto* standby = std::get_if<Standby>(&message))
			standBy(standby->ticket);
		else if (const auto* reclaim = std::get_if<Reclaim>(&message))
			openTunnel(*reclaim);
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
		else
			judge(answer->tag);
	}
	catch (const MalformedFrameException&)
	{
		refuse(ErrorText::UNPARSABLE);
	}
	return !_authenticated;
}

void Handshake::judge(std::string_view answer)
{
	auto verdict = _authentication.judge(answer, peer());
	_user = std::move(verdict.user);
	_authenticated = _user != nullptr;
	if (_authenticated) return;
	_failure = verdict.refusal;
	_answerAt = _context.clock.now() + verdict.delay;
	answerFailure(verdict.delay == Duration::zero());
}

void Handshake::answerFailure(bool isDue)
{
	// What it says meanwhile is of no interest, only whether it is gone.
	if (!isDue) return wait(0, *_answerAt);
	_answerAt.reset();
	refuse(_failure);
}

template <typename Message>
void Handshake::openTunnel(const Message& message)
{
	try
	{
		const auto& socket = _stream.socket();
		PortClaim claim(_context, message, {peer(), identityOf(_user, socket), _user});
		handOn();
		claim.open(std::move(_stream));
	}
	catch (const PortRefusedException& refusal)
	{
		logger().information("%s refused to %s: %s%s", nameOf(message), peerText(_stream.socket()),
			std::string(refusal.what()), tagOf(_user));
		refuse(refusal.what());
	}
}

void Handshake::claimVisitor(const Poco::UUID& id)
{
	auto visitor = _context.visitors.take(id, nameOf(_user));
	if (!visitor) return refuse("");
	RelayParts parts{
		visitor->socket, _stream.socket(), visitor->first, _stream.takeRest(), visitorEnd(*visitor)};
	handOn();
	_context.relays.run(std::move(parts), _context.workers);
}

void Handshake::standBy(const Poco::UUID& ticket)
{
	// Nothing may come from a client that waits.
	if (!_stream.takeRest().empty()) return refuse("");
	const auto socket = _stream.socket();
	switch (_context.standbys.admit(ticket, identityOf(_user, socket), socket))
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
	_place.reset();
	_context.handshakes.remove(_id);
}

void Handshake::refuse(std::string_view errorText)
{
	if (!errorText.empty())
		logger().information("connection of %s refused: %s%s", peerText(_stream.socket()),
			std::string(errorText), tagOf(_user));
	if (!_dismissal.begin(errorText)) return finish();
	discard(false);
}

void Handshake::discard(bool expired)
{
	if (!_dismissal.goesOn(expired)) return finish();
	wait(EPOLLIN, _deadline);
}

const Poco::Net::SocketAddress& Handshake::peer()
{
	if (_peer) return *_peer;
	try
	{
		return _peer.emplace(_stream.socket().peerAddress());
	}
	catch (const Poco::Exception&)
	{
		throw PeerGoneException("the peer reset the connection");
	}
}

void Handshake::wait(std::uint32_t events, TimePoint until)
{
	const auto self = shared_from_this(); // the Watch may have given it on before park() returns
	if (!_context.watch.park(_id, self, {&_stream.socket(), events}, {}, until)) return finish();
	if (_aborted && _context.watch.withdraw(_id)) finish();
}

void Handshake::finish() noexcept
{
	if (std::exchange(_finished, true)) return;
	_stream.socket().close();
	_place.reset();
	_context.handshakes.remove(_id);
}

} // namespace Bore
