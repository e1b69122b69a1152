//
// TlsRefusal.cpp
//

#include "Server/TlsRefusal.h"

#include "Shared/Protocol.h"

#include <utility>

namespace Bore
{

namespace
{

using Kind = TlsFailure::Kind;

constexpr unsigned char FRAME_BEGINS = '{';         // as every message of a client that is an object does
constexpr std::string_view TLS_BEGINS = "\x16\x03"; // a handshake record, of any version (RFC 8446, 5.1)

constexpr char NO_TLS[] = "tls: no TLS";
constexpr char CERTIFICATE[] = "tls: client's certificate";
constexpr char ALERT[] = "tls: refused by the client";
constexpr char OTHER[] = "tls: handshake";

bool isForWantOfACertificate(const TlsFailure& failure) noexcept
{
	return failure.kind == Kind::Protocol && failure.code == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
}

} // namespace

TlsRefusal::TlsRefusal(std::string theKind, std::string theReason)
	: kind(std::move(theKind))
	, reason(std::move(theReason))
{
}

TlsRefusal::TlsRefusal(const TlsStream& failed, bool isLate)
{
	if (isLate && !failed.firstByte())
	{
		*this = silence(failed);
		return;
	}
	const TlsFailure failure = failed.failure();
	const bool speaksFrames = failed.firstByte() == FRAME_BEGINS;
	if (failure.kind == Kind::NotTls)
	{
		kind = NO_TLS;
		reason = speaksFrames
					 ? "a client without TLS on the port for TLS (tls.port): it needs --tls, or the plain"
					   " port (control.port)"
					 : "it speaks no TLS, and this is the port for TLS (tls.port)";
		if (speaksFrames) answer = Protocol::ErrorText::TLS_EXPECTED;
	}
	else if (isForWantOfACertificate(failure))
	{
		kind = CERTIFICATE;
		reason = "it shows no certificate, and tls.clientCa demands one: it needs --tls-cert and --tls-key";
	}
	else if (failure.kind == Kind::Certificate)
	{
		kind = CERTIFICATE;
		reason = failure.describe() + " (tls.clientCa says who may issue it)";
	}
	else if (failure.kind == Kind::Alert)
	{
		kind = ALERT;
		reason = failure.describe() +
				 ": where that is about the certificate, it does not trust the one in"
				 " tls.certificate: it needs --tls-ca or --tls-fingerprint, or the certificate be renewed";
	}
	else if (failure.kind == Kind::Protocol)
	{
		kind = OTHER;
		reason = failure.describe() + " (tls.minVersion and tls.ciphers say what is allowed)";
	}
}

TlsRefusal TlsRefusal::silence(const TlsStream& unfinished)
{
	if (unfinished.firstByte()) return {OTHER, "its TLS handshake took too long"};
	return {NO_TLS, "it said nothing on the port for TLS (tls.port): a client without TLS that waits for a"
					" challenge does that: it needs --tls, or the plain port (control.port)"};
}

TlsRefusal TlsRefusal::onPlainPort()
{
	return {"tls: on the plain port",
		"a client with TLS on the plain port (control.port): it needs the port for"
		" TLS (tls.port), or no --tls"};
}

bool TlsRefusal::isTls(std::string_view frame) noexcept
{
	return frame.substr(0, TLS_BEGINS.size()) == TLS_BEGINS;
}

} // namespace Bore
