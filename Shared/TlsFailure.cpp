//
// TlsFailure.cpp
//

#include "Shared/TlsFailure.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <system_error>

namespace Bore
{

namespace
{

bool saysNoTls(int reason) noexcept
{
	// What OpenSSL makes of the first bytes of another protocol.
	return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
		   reason == SSL_R_HTTPS_PROXY_REQUEST || reason == SSL_R_UNKNOWN_PROTOCOL;
}

std::string alertText(long alert)
{
	std::string text = ::SSL_alert_desc_string_long(static_cast<int>(alert));
	return "the peer refused (TLS alert " + std::to_string(alert) + ", " + text + ")";
}

} // namespace

TlsFailure TlsFailure::of(const SSL* ssl)
{
	const unsigned long error = ::ERR_peek_error();
	const int reason = ERR_GET_REASON(error);
	const long verified = ::SSL_get_verify_result(ssl);
	if (error != 0 && ERR_GET_LIB(error) == ERR_LIB_SSL)
	{
		if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK)
			return {Kind::Certificate, verified};
		if (reason > SSL_AD_REASON_OFFSET) return {Kind::Alert, reason - SSL_AD_REASON_OFFSET};
		if (saysNoTls(reason)) return {Kind::NotTls};
	}
	const char* text = error == 0 ? nullptr : ::ERR_reason_error_string(error);
	return {Kind::Protocol, reason, text == nullptr ? "unknown error" : text};
}

std::string TlsFailure::describe() const
{
	switch (kind)
	{
	case Kind::System:
		return std::system_category().message(static_cast<int>(code));
	case Kind::Truncated:
		return "the connection was cut: it ended without a TLS close_notify";
	case Kind::Certificate:
		return std::string("its certificate is refused: ") + ::X509_verify_cert_error_string(code);
	case Kind::Alert:
		return alertText(code);
	case Kind::NotTls:
		return "the peer does not speak TLS";
	case Kind::Protocol:
		return "TLS failed: " + text;
	case Kind::None:
		break;
	}
	return {};
}

} // namespace Bore
