//
// Handshake.cpp
//

#include "Server/Handshake.h"

#include "Server/FirstMessage.h"
#include "Server/Handshakes.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/SocketOptions.h"
#include "Shared/StreamIo.h"
#include "Shared/Workers.h"

#include <Poco/Logger.h>

#include <poll.h>
#include <string>
#include <sys/epoll.h>
#include <utility>
#include <variant>

namespace Bore
{

namespace ErrorText = Protocol::ErrorText;

namespace
{

constexpr int LINGER_MILLISECONDS = 3; // for the first message of a peer that is near
constexpr int TLS_MESSAGES = 2;        // of a client in TLS's handshake

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.server.handshake");
	return instance;
}

} // namespace

Handshake::Handshake(
	const ServerContext& context, Poco::Net::StreamSocket socket, Quota::Token place, bool isOfProxy)
	: _context(context)
	, _id(context.watch.newId())
	, _deadline(context.clock.now() + Protocol::HANDSHAKE_TIMEOUT)
	, _stream(std::move(socket), context.clock)
	, _authentication(context)
	, _dismissal(_stream, context.clock, _deadline)
	, _peer(_stream, context, std::move(place), isOfProxy)
	, _tls(_stream, _peer, context, _deadline)
	, _authenticated(!_authentication.isNeeded())
	, _lingers(_tls.isPending() ? TLS_MESSAGES : 1)
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
			if (!_peer.isAwaited() && !_tls.isPending()) greet();
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
			else if (_peer.isAwaited())
				introduce();
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

void Handshake::greet()
{
	if (_authenticated) return;
	// A client may answer, claim its visitor and reset the connection
	// before that is read here, and from then on it has no address.
	static_cast<void>(_peer.address());
	_stream.send(format(ServerMessage{Challenge{_authentication.challenge()}}), _deadline);
}

void Handshake::introduce()
{
	do
	{
		switch (_peer.introduce())
		{
		case HandshakePeer::Introduction::Refused:
			return turnAway();
		case HandshakePeer::Introduction::Admitted:
			_lingers = _tls.isPending() ? TLS_MESSAGES : 1;
			if (!_tls.isPending()) greet();
			return advance();
		case HandshakePeer::Introduction::Incomplete:
			break;
		}
	} while (linger());
	wait(EPOLLIN, _deadline);
}

void Handshake::turnAway()
{
	abortOnClose(_stream.socket());
	finish();
}

void Handshake::advance()
{
	if (_tls.isPending() && !secure()) return;
	try
	{
		do
			while (const auto frame = _stream.poll())
				if (handle(*frame)) return;
		while (linger());
	}
	catch (const FrameTooLongException&)
	{
		_peer.mentionHeader({});
		return refuse(_authenticated ? "" : ErrorText::FRAME_TOO_LONG);
	}
	waitForMore();
}

bool Handshake::secure()
{
	for (;;) switch (_tls.advance())
		{
		case Io::Moved:
			_lingers = 1;
			greet();
			return true;
		case Io::WantsRead:
			if (linger()) continue;
			waitForMore();
			return false;
		case Io::WantsWrite:
			wait(EPOLLOUT, _deadline);
			return false;
		default:
			dismiss(_tls.refuse());
			return false;
		}
}

void Handshake::waitForMore()
{
	// A peer that sends without end wakes us by its bytes, never by the deadline.
	if (_context.clock.now() >= _deadline) return expire();
	wait(EPOLLIN, _deadline);
}

bool Handshake::linger()
{
	if (_lingers == 0 || !_context.workers.roomy()) return false;
	--_lingers;
	pollfd entry{_stream.socket().impl()->sockfd(), POLLIN, 0};
	const bool came = ::poll(&entry, 1, LINGER_MILLISECONDS) > 0;
	if (!came) _lingers = 0; // it is not so near
	return came;
}

void Handshake::expire()
{
	if (_peer.isAwaited())
	{
		_peer.expire();
		return turnAway();
	}
	if (_tls.isPending())
	{
		_tls.expire();
		return finish();
	}
	_peer.mentionHeader({});
	refuse(_authenticated ? "" : ErrorText::SILENCE);
}

bool Handshake::handle(std::string_view frame)
{
	if (_tls.refuses(frame))
	{
		refuse("");
		return true;
	}
	try
	{
		const auto message = parseClientMessage(frame);
		if (!_authenticated) return !authenticate(message);
		fulfil(message);
	}
	catch (const MalformedFrameException&)
	{
		_peer.mentionHeader(frame);
		refuse(_authenticated ? "" : ErrorText::UNPARSABLE);
	}
	return true;
}

bool Handshake::authenticate(const ClientMessage& message)
{
	if (const auto* answer = std::get_if<Authenticate>(&message))
		judge(answer->tag);
	else
		refuse(ErrorText::SECRET_REQUIRED);
	return _authenticated;
}

void Handshake::judge(std::string_view answer)
{
	auto verdict = _authentication.judge(answer, _peer.address());
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

void Handshake::fulfil(const ClientMessage& message)
{
	const auto refusal = FirstMessage(_context, _stream, _peer, _user).fulfil(message, [this] { handOn(); });
	if (refusal) refuse(*refusal);
}

void Handshake::handOn() noexcept
{
	_finished = true;
	_peer.leave();
	_context.handshakes.remove(_id);
}

void Handshake::refuse(std::string_view errorText)
{
	if (!errorText.empty())
		logger().information(
			"connection of %s refused: %s%s", _peer.name(), std::string(errorText), tagOf(_user));
	dismiss(errorText);
}

void Handshake::dismiss(std::string_view errorText)
{
	if (!_dismissal.begin(errorText)) return finish();
	discard(false);
}

void Handshake::discard(bool expired)
{
	if (!_dismissal.goesOn(expired)) return finish();
	wait(EPOLLIN, _deadline);
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
	_peer.leave();
	_context.handshakes.remove(_id);
}

} // namespace Bore
