//
// DataConnection.cpp
//

#include "Client/DataConnection.h"

#include "Client/CurrentOptions.h"
#include "Client/Dials.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Client/Transport.h"
#include "Shared/FrameStream.h"
#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/Quietly.h"
#include "Shared/Quota.h"
#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <cstdint>
#include <poll.h>
#include <utility>

namespace Bore
{

namespace
{

// After this long the server has dropped the visitor.
constexpr auto DIAL_TIMEOUT = Protocol::UNCLAIMED_VISITOR_TIMEOUT;

constexpr std::chrono::seconds CLAIM_TIMEOUT{2}; // for the server to have the claim, before we reset it

bool isConnected(const Poco::Net::StreamSocket& socket) noexcept
{
	pollfd entry{socket.impl()->sockfd(), POLLOUT, 0};
	return ::poll(&entry, 1, 0) > 0 && entry.revents == POLLOUT;
}

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.client.visitor");
	return instance;
}

} // namespace

DataConnection::DataConnection(
	const ClientContext& context, const VisitorNotice& visitor, Poco::Net::SocketAddress server)
	: _context(&context)
	, _visitor(visitor.id)
	, _header(ProxyHeader{visitor.addresses}.format(context.tunnel.proxyProtocol))
	, _server(std::move(server))
{
}

DataConnection::DataConnection(const ClientContext& context, const VisitorNotice& visitor, FrameStream stream)
	: _context(&context)
	, _visitor(visitor.id)
	, _header(ProxyHeader{visitor.addresses}.format(context.tunnel.proxyProtocol))
	, _stream(std::make_shared<FrameStream>(std::move(stream)))
	, _isClaimed(true)
	, _cameOnStandby(true)
{
}

void DataConnection::reach() noexcept
{
	try
	{
		auto socket = _context->connector.begin(_server);
		_stream = std::make_shared<FrameStream>(socket, _context->clock);
		const bool isSecure = _context->transport.isSecure();
		const bool needsAnswer = _context->options.session()->authenticator.has_value();
		if ((needsAnswer && !isSecure) || !isConnected(socket)) return;
		_stream->socket() = _context->connector.finish(socket, _server, _context->clock.now());
		if (isSecure)
		{
			_stream->socket() = _context->transport.begin(_stream->socket());
			return;
		}
		claim(*_stream);
		_isClaimed = true;
	}
	catch (const std::exception&)
	{
		// run() does it anew, and says what is wrong.
		_stream = nullptr;
	}
}

void DataConnection::run() const noexcept
{
	try
	{
		if (_isClaimed)
			serve(*_stream);
		else
			fetch();
	}
	catch (const Poco::Exception& error)
	{
		quietly(
			[&] { logger().warning("visitor %s is lost: %s", _visitor.toString(), error.displayText()); });
	}
	catch (const std::exception& error)
	{
		quietly([&]
			{ logger().warning("visitor %s is lost: %s", _visitor.toString(), escapeForLog(error.what())); });
	}
}

// A visitor who is there goes before one who may come.
template <class Attempt>
Poco::Net::StreamSocket DataConnection::makingRoom(const Attempt& connect) const
{
	for (;;)
	{
		try
		{
			return connect();
		}
		catch (const ConnectException& error)
		{
			if (error.reason() != ConnectException::Reason::Shortage || !_context->standbys.dropOne()) throw;
		}
	}
}

void DataConnection::fetch() const
{
	const auto& clock = _context->clock;
	const auto& connector = _context->connector;
	const TimePoint deadline = clock.now() + DIAL_TIMEOUT;
	FrameStream stream(_stream ? connector.finish(_stream->socket(), _server, deadline)
							   : makingRoom([&] { return connector.connect(_server, deadline); }),
		clock);
	claim(stream);
	serve(stream);
}

void DataConnection::claim(FrameStream& stream) const
{
	const TimePoint deadline = _context->clock.now() + Protocol::HANDSHAKE_TIMEOUT;
	stream.socket() = _context->transport.secure(stream.socket(), deadline);
	const auto options = _context->options.session();
	if (options->authenticator) answerChallenge(stream, *options->authenticator, deadline);
	stream.send(format(ClientMessage{Accept{_visitor}}), deadline);
}

void DataConnection::serve(FrameStream& stream) const
{
	const auto& tunnel = _context->tunnel;
	auto admission = _context->visitors.admit("");
	if (admission.reached != nullptr)
		return refuse(stream.socket(),
			"the tunnel carries " + std::to_string(_context->visitors.total()) + " already (maxConnections)");
	try
	{
		const TimePoint deadline = _context->clock.now() + DIAL_TIMEOUT;
		auto local = makingRoom(
			[&] { return _context->connector.connect(tunnel.localHost, tunnel.localPort, deadline); });
		RelayParts parts{stream.socket(), std::move(local), _header + stream.takeRest(), "", nullptr};
		parts.onEnd = [visitor = _visitor, header = std::uint64_t(_header.size()),
						  place = std::move(admission.place)](RelayReport report)
		{
			report.firstToSecond -= std::min(report.firstToSecond, header); // it is not the visitor's
			quietly([&] { logger().information("visitor %s: %s", visitor.toString(), report.describe()); });
		};
		// From here on it is the relay's: whoever ends that must not find it in use here.
		stream.socket() = Poco::Net::StreamSocket();
		_context->relays.run(std::move(parts));
	}
	catch (const ConnectException& error)
	{
		refuse(stream.socket(), "the local service " + formatHostPort(tunnel.localHost, tunnel.localPort) +
									" cannot be reached: " + error.what());
	}
}

void DataConnection::refuse(Poco::Net::StreamSocket& server, const std::string& reason) const
{
	logger().warning("visitor %s is refused: %s", _visitor.toString(), _context->tunnel.describe(reason));
	// The server must have the claim before the reset, or the visitor would
	// hang there, unclaimed.
	static_cast<void>(awaitDelivery(server, _context->clock.now() + CLAIM_TIMEOUT, _context->clock));
	// A standby connection is reset before its visitor's bytes may have been
	// acknowledged: the server cannot tell that from a dead one, and announces
	// the visitor once more. That must be answered, or it would hang, too.
	if (_cameOnStandby) _context->taken.forget(_visitor);
	abortOnClose(server);
}

} // namespace Bore
