//
// TlsAdvice.cpp
//

#include "Client/TlsAdvice.h"

#include "Shared/Fingerprint.h"
#include "Shared/LogText.h"

#include <Poco/DateTimeFormatter.h>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

namespace Bore
{

namespace
{

std::string dateText(const Poco::DateTime& time)
{
	return Poco::DateTimeFormatter::format(time, "%Y-%m-%dT%H:%M:%SZ");
}

std::string addressText(const ASN1_OCTET_STRING* address)
{
	const auto* bytes = ::ASN1_STRING_get0_data(address);
	const int size = ::ASN1_STRING_length(address);
	std::string result;
	constexpr int IPV4_BYTES = 4;
	for (int i = 0; i < size; ++i)
	{
		if (size == IPV4_BYTES)
			result += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
		else
		{
			constexpr std::string_view DIGITS = "0123456789abcdef";
			if (i > 0 && i % 2 == 0) result += ':';
			result += {DIGITS[bytes[i] >> 4U], DIGITS[bytes[i] & 0xFU]};
		}
	}
	return result;
}

std::string namesOf(const Poco::Crypto::X509Certificate& certificate)
{
	const std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)> names(
		static_cast<GENERAL_NAMES*>(
			::X509_get_ext_d2i(certificate.certificate(), NID_subject_alt_name, nullptr, nullptr)),
		::GENERAL_NAMES_free);
	std::string result;
	for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i)
	{
		const auto* name = sk_GENERAL_NAME_value(names.get(), i);
		std::string text;
		if (name->type == GEN_DNS)
			text.assign(reinterpret_cast<const char*>(::ASN1_STRING_get0_data(name->d.dNSName)),
				static_cast<std::size_t>(::ASN1_STRING_length(name->d.dNSName)));
		else if (name->type == GEN_IPADD)
			text = addressText(name->d.iPAddress);
		if (!text.empty()) result += (result.empty() ? "" : ", ") + escapeForLog(text);
	}
	return result.empty() ? "no name at all" : result;
}

} // namespace

std::string adviceOnAlert(long alert)
{
	switch (alert)
	{
	case SSL_AD_CERTIFICATE_REQUIRED:
	case SSL_AD_HANDSHAKE_FAILURE:
		return alert == SSL_AD_CERTIFICATE_REQUIRED
				   ? "the server wants a certificate of this client: give it with --tls-cert and --tls-key"
				   : "the server agrees to none of our ciphers, or wants a certificate of this client "
					 "(--tls-cert,"
					 " --tls-key)";
	case SSL_AD_UNKNOWN_CA:
		return "the server does not know who issued our certificate (--tls-cert): have it issued by its"
			   " tls.clientCa";
	case SSL_AD_CERTIFICATE_EXPIRED:
		return "our certificate (--tls-cert) has expired, or is not valid yet, says the server: renew it";
	case SSL_AD_CERTIFICATE_REVOKED:
	case SSL_AD_BAD_CERTIFICATE:
	case SSL_AD_UNSUPPORTED_CERTIFICATE:
	case SSL_AD_CERTIFICATE_UNKNOWN:
		return "the server refuses our certificate (--tls-cert): give another one";
	case SSL_AD_PROTOCOL_VERSION:
		return "the server does not speak our versions of TLS, 1.2 and 1.3: update one of the two";
	default:
		return TlsFailure{TlsFailure::Kind::Alert, alert}.describe();
	}
}

std::string adviceOnCertificate(
	long verifyResult, const Poco::Crypto::X509Certificate& certificate, const std::string& expectedName)
{
	switch (verifyResult)
	{
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "the server's certificate, or one that it rests on, has expired (its own is valid until " +
			   dateText(certificate.expiresOn()) + "): have it renewed there; is this machine's clock right?";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "the server's certificate, or one that it rests on, is not valid yet (its own is from " +
			   dateText(certificate.validFrom()) + " on): is this machine's clock right, and the server's?";
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "the server's certificate is not for " + expectedName + " but for " + namesOf(certificate) +
			   ": connect by one of these names, or give the right one with --tls-server-name";
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return "nobody whom we trust has issued the server's certificate: give its authority with --tls-ca, "
			   "or, if"
			   " the server says that its fingerprint is this, --tls-fingerprint " +
			   Fingerprint(certificate).text();
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return "the server's certificate, or one that it rests on, is too weak (" +
			   std::string(::X509_verify_cert_error_string(verifyResult)) +
			   "): have one made with a key of 256 bits (EC) or 2,048 (RSA) and SHA-256";
	default:
		return "the server's certificate is refused: " +
			   std::string(::X509_verify_cert_error_string(verifyResult));
	}
}

std::string adviceOn(const TlsFailure& failure)
{
	switch (failure.kind)
	{
	case TlsFailure::Kind::Alert:
		return adviceOnAlert(failure.code);
	case TlsFailure::Kind::NotTls:
		return "the server does not speak TLS on this port: give its port for TLS (7836 as a rule), or leave "
			   "--tls"
			   " out";
	case TlsFailure::Kind::None: // it said so, even
	case TlsFailure::Kind::Truncated:
	case TlsFailure::Kind::System:
		return "the server ended the connection in the TLS handshake: is this its port for TLS (7836 as a "
			   "rule), and does it let this address in?";
	default:
		return failure.describe();
	}
}

} // namespace Bore
