//
// FirstMessage.cpp
//

#include "Server/FirstMessage.h"

#include "Server/PendingVisitors.h"
#include "Server/PortAllocator.h"
#include "Server/PortClaim.h"
#include "Server/Standbys.h"
#include "Server/VisitorLog.h"
#include "Shared/Protocol.h"
#include "Shared/Relays.h"
#include "Shared/StreamIo.h"

#include <Poco/Logger.h>

#include <utility>
#include <variant>

namespace Bore
{

namespace
{

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

FirstMessage::FirstMessage(
	const ServerContext& context, FrameStream& stream, HandshakePeer& peer, const UserPtr& user) noexcept
	: _context(context)
	, _stream(stream)
	, _peer(peer)
	, _user(user)
{
}

FirstMessage::Refusal FirstMessage::fulfil(const ClientMessage& message, const HandOn& handOn)
{
	if (const auto* hello = std::get_if<Hello>(&message)) return openTunnel(*hello, handOn);
	if (const auto* accept = std::get_if<Accept>(&message)) return claimVisitor(accept->id, handOn);
	if (const auto* standby = std::get_if<Standby>(&message)) return standBy(standby->ticket, handOn);
	if (const auto* reclaim = std::get_if<Reclaim>(&message)) return openTunnel(*reclaim, handOn);
	return "";
}

template <typename Message>
FirstMessage::Refusal FirstMessage::openTunnel(const Message& message, const HandOn& handOn)
{
	try
	{
		const auto& peer = _peer.address();
		PortClaim claim(_context, message, {peer, identityOf(_user, peer), _user});
		handOn();
		claim.open(std::move(_stream));
		return std::nullopt;
	}
	catch (const PortRefusedException& refusal)
	{
		logger().information("%s refused to %s: %s%s", nameOf(message), _peer.name(),
			std::string(refusal.what()), tagOf(_user));
		return refusal.what();
	}
}

FirstMessage::Refusal FirstMessage::claimVisitor(const Poco::UUID& id, const HandOn& handOn)
{
	auto visitor = _context.visitors.take(id, nameOf(_user));
	if (!visitor) return "";
	RelayParts parts{
		visitor->socket, _stream.socket(), visitor->first, _stream.takeRest(), visitorEnd(*visitor)};
	handOn();
	_context.relays.run(std::move(parts));
	return std::nullopt;
}

FirstMessage::Refusal FirstMessage::standBy(const Poco::UUID& ticket, const HandOn& handOn)
{
	// Nothing may come from a client that waits.
	if (!_stream.takeRest().empty() || hasBuffered(_stream.socket())) return "";
	const auto socket = _stream.socket();
	switch (_context.standbys.admit(ticket, identityOf(_user, _peer.address()), socket))
	{
	case Standbys::Admission::Admitted:
		handOn();
		return std::nullopt;
	case Standbys::Admission::UnknownTicket:
		return Protocol::ErrorText::UNKNOWN_TICKET;
	case Standbys::Admission::Full:
		break;
	}
	return "";
}

} // namespace Bore
