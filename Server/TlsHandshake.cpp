//
// TlsHandshake.cpp
//

#include "Server/TlsHandshake.h"

#include "Server/Admissions.h"
#include "Server/HandshakePeer.h"
#include "Server/Handshakes.h"
#include "Server/TlsRefusal.h"
#include "Shared/TlsStream.h"

#include <Poco/Net/StreamSocket.h>

#include <chrono>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds LATE{1}; // a peer whose patience ends is little ahead of ours

} // namespace

TlsHandshake::TlsHandshake(
	FrameStream& stream, const HandshakePeer& peer, const ServerContext& context, TimePoint deadline) noexcept
	: _stream(stream)
	, _peer(peer)
	, _context(context)
	, _deadline(deadline)
	, _securing(TlsStream::of(stream.socket()))
{
}

Io TlsHandshake::advance() noexcept
{
	const Io outcome = _securing->shakeHands();
	if (outcome == Io::Moved)
	{
		if (_securing->isResumed()) _context.handshakes.countResumed();
		_securing = nullptr;
	}
	return outcome;
}

std::string_view TlsHandshake::refuse()
{
	const bool isLate = _context.clock.now() + LATE >= _deadline;
	const TlsRefusal refusal(*_securing, isLate);
	log(refusal);
	// What it sent meanwhile must not become a reset.
	const Poco::Net::StreamSocket plain = _securing->plain();
	_securing = nullptr;
	_stream.socket() = plain;
	return refusal.answer;
}

void TlsHandshake::expire()
{
	log(TlsRefusal::silence(*_securing));
}

bool TlsHandshake::refuses(std::string_view frame)
{
	if (!TlsRefusal::isTls(frame)) return false;
	log(TlsRefusal::onPlainPort());
	return true;
}

void TlsHandshake::log(const TlsRefusal& refusal)
{
	if (refusal.kind.empty()) return;
	_context.admissions.refusals().add(refusal.kind, "connection of " + _peer.name(), refusal.reason);
}

} // namespace Bore
