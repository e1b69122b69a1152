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
#include "Server/TlsRefusal.h"
#include "Server/Tunnels.h"
#include "Server/VisitorLog.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"
#include "Shared/StreamIo.h"
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

constexpr std::chrono::seconds LATE{1}; // a peer whose patience ends is little ahead of ours
constexpr int LINGER_MILLISECONDS = 3;  // for the first message of a peer that is near

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

Handshake::Handshake(
	const ServerContext& context, Poco::Net::StreamSocket socket, Quota::Token place, bool isOfProxy)
	: _context(context)
	, _id(context.watch.newId())
	, _deadline(context.clock.now() + Protocol::HANDSHAKE_TIMEOUT)
	, _stream(std::move(socket), context.clock)
	, _authentication(context)
	, _dismissal(_stream, context.clock, _deadline)
	, _place(std::move(place))
	, _isOfProxy(isOfProxy)
	, _introduction(isOfProxy ? std::make_optional<ProxyHeaderReader>() : std::nullopt)
	, _authenticated(!_authentication.isNeeded())
	, _securing(TlsStream::of(_stream.socket()))
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
			if (!_introduction && _securing == nullptr) greet();
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
			else if (_introduction)
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
	static_cast<void>(peer());
	_stream.send(format(ServerMessage{Challenge{_authentication.challenge()}}), _deadline);
}

void Handshake::introduce()
{
	do
	{
		switch (_introduction->read(_stream.socket().impl()->sockfd()))
		{
		case ProxyHeader::Status::Malformed:
			return turnAway(_introduction->fault());
		case ProxyHeader::Status::Complete:
			if (const auto& said = _introduction->header().addresses) _peer = said->from;
			_introduction.reset();
			if (!admit()) return turnAway({});
			if (_securing == nullptr) greet();
			return advance();
		case ProxyHeader::Status::Incomplete:
			break;
		}
	} while (linger());
	wait(EPOLLIN, _deadline);
}

bool Handshake::admit()
{
	// What Acceptor and Handshakes ask of those who come by themselves.
	if (_context.admissions.denialOfClient(peer())) return false;
	auto place = _context.admissions.handshake(peer());
	if (place) _place = std::move(*place);
	return place.has_value();
}

void Handshake::turnAway(const std::string& fault)
{
	if (!fault.empty()) _context.admissions.refuseProxyOfClients(peer(), fault);
	abortOnClose(_stream.socket());
	finish();
}

void Handshake::advance()
{
	if (_securing != nullptr && !secure()) return;
	try
	{
		do
			while (const auto frame = _stream.poll())
				if (handle(*frame)) return;
		while (linger());
	}
	catch (const FrameTooLongException&)
	{
		mentionHeader({});
		return refuse(_authenticated ? "" : ErrorText::FRAME_TOO_LONG);
	}
	// A peer that sends without end wakes us by its bytes, never by the deadline.
	if (_context.clock.now() >= _deadline) return expire();
	wait(EPOLLIN, _deadline);
}

bool Handshake::secure()
{
	for (;;) switch (_securing->shakeHands())
		{
		case Io::Moved:
			if (_securing->isResumed()) ++_context.handshakes._resumed;
			_securing = nullptr;
			_lingered = false;
			greet();
			return true;
		case Io::WantsRead:
			if (linger()) continue;
			if (_context.clock.now() >= _deadline)
				expire();
			else
				wait(EPOLLIN, _deadline);
			return false;
		case Io::WantsWrite:
			wait(EPOLLOUT, _deadline);
			return false;
		default:
			refuseTls();
			return false;
		}
}

void Handshake::refuseTls()
{
	const bool isLate = _context.clock.now() + LATE >= _deadline;
	const TlsRefusal refusal(*_securing, isLate);
	if (!refusal.kind.empty())
		_context.admissions.refusals().add(refusal.kind, "connection of " + peerName(), refusal.reason);
	// What may be under way to the peer, an alert, is to reach it: what
	// it sent meanwhile must not become a reset.
	const Poco::Net::StreamSocket plain = _securing->plain();
	_securing = nullptr;
	_stream.socket() = plain;
	if (!_dismissal.begin(refusal.answer)) return finish();
	discard(false);
}

bool Handshake::linger()
{
	if (std::exchange(_lingered, true) || !_context.workers.roomy()) return false;
	pollfd entry{_stream.socket().impl()->sockfd(), POLLIN, 0};
	return ::poll(&entry, 1, LINGER_MILLISECONDS) > 0;
}

void Handshake::expire()
{
	if (_introduction) return turnAway("it did not come within 3 s");
	if (_securing != nullptr)
	{
		const TlsRefusal refusal = TlsRefusal::silence(*_securing);
		_context.admissions.refusals().add(refusal.kind, "connection of " + peerName(), refusal.reason);
		return finish();
	}
	mentionHeader({});
	refuse(_authenticated ? "" : ErrorText::SILENCE);
}

bool Handshake::handle(std::string_view frame)
{
	if (TlsRefusal::isTls(frame))
	{
		const TlsRefusal refusal = TlsRefusal::onPlainPort();
		_context.admissions.refusals().add(refusal.kind, "connection of " + peerName(), refusal.reason);
		refuse("");
		return true;
	}
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
		mentionHeader(frame);
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
		mentionHeader(frame);
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
		PortClaim claim(_context, message, {peer(), identityOf(_user, peer()), _user});
		handOn();
		claim.open(std::move(_stream));
	}
	catch (const PortRefusedException& refusal)
	{
		logger().information(
			"%s refused to %s: %s%s", nameOf(message), peerName(), std::string(refusal.what()), tagOf(_user));
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
	if (!_stream.takeRest().empty() || hasBuffered(_stream.socket())) return refuse("");
	const auto socket = _stream.socket();
	switch (_context.standbys.admit(ticket, identityOf(_user, peer()), socket))
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

void Handshake::mentionHeader(std::string_view frame)
{
	if (_isOfProxy) return;
	// The signature of version 2 has a NUL, which ends a frame.
	std::string begin(frame);
	if (!frame.empty()) begin.push_back('\0');
	begin += _stream.takeRest();
	if (ProxyHeader::isBegunBy(begin)) _context.admissions.refuseUnlistedProxy(peer());
}

void Handshake::refuse(std::string_view errorText)
{
	if (!errorText.empty())
		logger().information(
			"connection of %s refused: %s%s", peerName(), std::string(errorText), tagOf(_user));
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

std::string Handshake::peerName()
{
	return _peer ? addressText(*_peer) : peerText(_stream.socket());
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
