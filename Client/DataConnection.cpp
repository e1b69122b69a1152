//
// DataConnection.cpp
//

#include "Client/DataConnection.h"

#include "Shared/FrameStream.h"
#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/Relays.h"
#include "Shared/SocketOptions.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <utility>

namespace Bore
{

namespace
{

// After this long the server has dropped the visitor.
constexpr auto DIAL_TIMEOUT = Protocol::UNCLAIMED_VISITOR_TIMEOUT;

constexpr std::chrono::seconds CLAIM_TIMEOUT{2}; // for the server to have the claim, before we reset it

Poco::Logger& logger()
{
	static Poco::Logger& instance = Poco::Logger::get("bore.client.visitor");
	return instance;
}

} // namespace

DataConnection::DataConnection(
	const ClientContext& context, const Poco::UUID& visitor, Poco::Net::SocketAddress server)
	: _context(&context)
	, _visitor(visitor)
	, _server(std::move(server))
{
}

DataConnection::DataConnection(const ClientContext& context, const Poco::UUID& visitor, FrameStream stream)
	: _context(&context)
	, _visitor(visitor)
	, _stream(std::make_shared<FrameStream>(std::move(stream)))
{
}

void DataConnection::run() const noexcept
{
	try
	{
		if (_stream)
			serve(*_stream);
		else
			fetch();
	}
	catch (const Poco::Exception& error)
	{
		logger().warning("visitor %s is lost: %s", _visitor.toString(), error.displayText());
	}
	catch (const std::exception& error)
	{
		logger().warning("visitor %s is lost: %s", _visitor.toString(), escapeForLog(error.what()));
	}
}

void DataConnection::fetch() const
{
	const auto& clock = _context->clock;
	FrameStream stream(_context->connector.connect(_server, clock.now() + DIAL_TIMEOUT), clock);
	const TimePoint deadline = clock.now() + Protocol::HANDSHAKE_TIMEOUT;
	if (_context->authenticator) answerChallenge(stream, *_context->authenticator, deadline);
	stream.send(format(ClientMessage{Accept{_visitor}}), deadline);
	serve(stream);
}

void DataConnection::serve(FrameStream& stream) const
{
	const auto& config = _context->config;
	try
	{
		auto local = _context->connector.connect(
			config.localHost, config.localPort, _context->clock.now() + DIAL_TIMEOUT);
		RelayParts parts{stream.socket(), std::move(local), stream.takeRest(), "", nullptr};
		parts.onEnd = [visitor = _visitor](const RelayReport& report)
		{ logger().information("visitor %s: %s", visitor.toString(), report.describe()); };
		_context->relays.run(std::move(parts));
	}
	catch (const ConnectException& error)
	{
		refuse(stream.socket(), error.what());
	}
}

void DataConnection::refuse(Poco::Net::StreamSocket& server, const std::string& reason) const
{
	logger().warning("visitor %s is refused: the local service %s cannot be reached: %s", _visitor.toString(),
		formatHostPort(_context->config.localHost, _context->config.localPort), reason);
	// The server must have the claim before the reset, or the visitor would
	// hang there, unclaimed.
	static_cast<void>(awaitDelivery(server, _context->clock.now() + CLAIM_TIMEOUT, _context->clock));
	abortOnClose(server);
}

} // namespace Bore
