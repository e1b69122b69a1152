//
// HandshakePeer.cpp
//

#include "Server/HandshakePeer.h"

#include "Server/Admissions.h"
#include "Shared/PeerAddress.h"
#include "Shared/ProtocolException.h"
#include "Shared/ProxyHeader.h"

#include <Poco/Exception.h>

#include <utility>

namespace Bore
{

HandshakePeer::HandshakePeer(
	FrameStream& stream, const ServerContext& context, Quota::Token place, bool isOfProxy)
	: _stream(stream)
	, _context(context)
	, _place(std::move(place))
	, _isOfProxy(isOfProxy)
	, _introduction(isOfProxy ? std::make_optional<ProxyHeaderReader>() : std::nullopt)
{
}

HandshakePeer::Introduction HandshakePeer::introduce()
{
	switch (_introduction->read(_stream.socket().impl()->sockfd()))
	{
	case ProxyHeader::Status::Malformed:
		refuse(_introduction->fault());
		return Introduction::Refused;
	case ProxyHeader::Status::Complete:
		if (const auto& said = _introduction->header().addresses) _address = said->from;
		_introduction.reset();
		return admit() ? Introduction::Admitted : Introduction::Refused;
	case ProxyHeader::Status::Incomplete:
		break;
	}
	return Introduction::Incomplete;
}

bool HandshakePeer::admit()
{
	// What Acceptor and Handshakes ask of those who come by themselves.
	if (_context.admissions.denialOfClient(address())) return false;
	auto place = _context.admissions.handshake(address());
	if (place) _place = std::move(*place);
	return place.has_value();
}

void HandshakePeer::expire()
{
	refuse("it did not come within 3 s");
}

void HandshakePeer::refuse(const std::string& fault)
{
	_context.admissions.refuseProxyOfClients(address(), fault);
}

void HandshakePeer::mentionHeader(std::string_view frame)
{
	if (_isOfProxy) return;
	// The signature of version 2 has a NUL, which ends a frame.
	std::string begin(frame);
	if (!frame.empty()) begin.push_back('\0');
	begin += _stream.takeRest();
	if (ProxyHeader::isBegunBy(begin)) _context.admissions.refuseUnlistedProxy(address());
}

const Poco::Net::SocketAddress& HandshakePeer::address()
{
	if (_address) return *_address;
	try
	{
		return _address.emplace(_stream.socket().peerAddress());
	}
	catch (const Poco::Exception&)
	{
		throw PeerGoneException("the peer reset the connection");
	}
}

std::string HandshakePeer::name() const
{
	return _address ? addressText(*_address) : peerText(_stream.socket());
}

} // namespace Bore
