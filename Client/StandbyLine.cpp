//
// StandbyLine.cpp
//

#include "Client/StandbyLine.h"

#include "Client/CurrentOptions.h"
#include "Client/DataConnection.h"
#include "Client/Dials.h"
#include "Client/TakenIds.h"
#include "Client/Transport.h"
#include "Shared/LogText.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Quietly.h"
#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <sys/epoll.h>
#include <utility>
#include <variant>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds CONNECT_TIMEOUT{10};
constexpr std::chrono::seconds SILENCE_TIMEOUT{65}; // three heartbeats of 20 s (our extension) were missed
constexpr std::chrono::seconds FIRST_PAUSE{1};      // our extension
constexpr std::chrono::seconds LONGEST_PAUSE{30};   // our extension

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.client.standby");
	return instance;
}

} // namespace

StandbyLine::StandbyLine(
	const ClientContext& context, const Poco::UUID& ticket, Poco::Net::SocketAddress server)
	: _context(context)
	, _ticket(ticket)
	, _server(std::move(server))
	, _id(context.relays.watch().newId())
	, _pause(FIRST_PAUSE)
{
}

void StandbyLine::dial()
{
	_context.dials.run([self = shared_from_this()] { self->open(); });
}

void StandbyLine::stop() noexcept
{
	_stopped = true;
	if (_context.relays.watch().withdraw(_id)) _stream.reset();
}

bool StandbyLine::drop() noexcept
{
	const auto self = _context.relays.watch().withdraw(_id);
	if (!self) return false;
	const bool waited = _stream.has_value();
	quietly([this] { retryLater("its descriptor is needed for a visitor"); });
	return waited;
}

void StandbyLine::open() noexcept
{
	if (_stopped) return;
	try
	{
		connect();
		park(_context.clock.now() + SILENCE_TIMEOUT);
	}
	catch (const std::exception& error)
	{
		// Without memory even for that, this line is given up, and the process goes on.
		quietly([&] { retryLater(plainText(error)); });
	}
}

void StandbyLine::connect()
{
	_stream.emplace(
		_context.connector.connect(_server, _context.clock.now() + CONNECT_TIMEOUT), _context.clock);
	const TimePoint deadline = _context.clock.now() + Protocol::HANDSHAKE_TIMEOUT;
	_stream->socket() = _context.transport.secure(_stream->socket(), deadline);
	const auto options = _context.options.session();
	if (options->authenticator) answerChallenge(*_stream, *options->authenticator, deadline);
	_stream->send(format(ClientMessage{Standby{_ticket}}), deadline);
}

void StandbyLine::resume(const Wake& wake) noexcept
{
	try
	{
		if (_stream && wake.expired) throw PeerTimeoutException("the server is silent");
		if (_stream)
			listen();
		else
			open(); // the pause is over
	}
	catch (const std::exception& error)
	{
		// Without memory even for that, this line is given up, and the process goes on.
		quietly([&] { retryLater(plainText(error)); });
	}
}

Workers& StandbyLine::pool(Workers&) noexcept
{
	return _context.dials.workers(); // a visitor is taken to the local service at once
}

void StandbyLine::listen()
{
	while (const auto frame = _stream->poll())
	{
		const bool named = _context.tunnel.wantsAddresses();
		if (const auto visitor = named ? parseVisitorNotice(*frame) : std::nullopt) return serve(*visitor);
		const auto message = parseServerMessage(*frame);
		if (const auto* connection = std::get_if<Connection>(&message))
		{
			if (named) throw ProtocolException("a visitor came without its address");
			return serve({connection->id});
		}
		if (const auto* error = std::get_if<Error>(&message)) throw ProtocolException(error->text);
	}
	park(_context.clock.now() + SILENCE_TIMEOUT);
}

void StandbyLine::serve(const VisitorNotice& visitor)
{
	_pause = FIRST_PAUSE;
	FrameStream stream = std::move(*_stream);
	_stream.reset();
	const bool isNew = _context.taken.take(visitor.id);
	// From here on another thread may have this object.
	if (!_stopped) dial();
	if (isNew)
		_context.dials.serve(_context, visitor, std::move(stream));
	else
	{
		// Its notice was quicker: that way the visitor is served.
		abortOnClose(stream.socket());
	}
}

void StandbyLine::retryLater(const std::string& reason)
{
	_stream.reset();
	if (_stopped) return;
	const auto next = _context.clock.now() + _pause;
	logger().debug("standby connection ended: %s; again in %.0f s", reason,
		std::chrono::duration<double>(_pause).count());
	_pause = std::min<Duration>(_pause * 2, LONGEST_PAUSE);
	park(next);
}

void StandbyLine::park(std::optional<TimePoint> deadline)
{
	auto& watch = _context.relays.watch();
	const auto self = shared_from_this(); // it may be resumed before park() returns
	const Watch::Side side{_stream ? &_stream->socket() : nullptr, EPOLLIN};
	if (!watch.park(_id, self, side, {}, deadline))
	{
		// Nobody would see the visitor that the server may send on it.
		if (_stream) retryLater("it cannot be watched");
		return;
	}
	if (_stopped && watch.withdraw(_id)) _stream.reset();
}

} // namespace Bore
