//
// TlsContextBuilder.cpp
//

#include "Shared/TlsContextBuilder.h"

#include "Shared/WholeFile.h"

#include <Poco/Crypto/OpenSSLInitializer.h>
#include <Poco/Net/X509Certificate.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <sstream>

namespace Bore
{

using Part = TlsContextException::Part;
using Poco::Net::Context;

namespace
{

constexpr char CIPHERS_12[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr char CURVES[] = "X25519:P-256:P-384";       // POCO's own begin with one that is ten times slower
constexpr int SECURITY_LEVEL = 2;                     // 112 bits: RSA of 2,048, no SHA-1
constexpr long SESSION_SECONDS = 3600;                // then the certificate is looked at again
constexpr std::size_t MAX_FILE_BYTES = 1024UL * 1024; // WholeFile's messages count in MiB
constexpr std::size_t READ_BUFFER_BYTES = 64 * 1024;  // several records by one call; given back when idle

using BioPtr = std::unique_ptr<BIO, decltype(&::BIO_free_all)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;

Context::Ptr makeContext(Context::Usage usage)
{
	// As for the Authenticator: the last user of POCO's to go would take
	// OpenSSL's global state down. One stays until the process ends.
	static const Poco::Crypto::OpenSSLInitializer user;
	Context::Params params;
	params.verificationMode = Context::VERIFY_NONE;
	params.cipherList = CIPHERS_12;
	params.ecdhCurve = CURVES;
	params.dhUse2048Bits = true;
	return Context::Ptr(new Context(usage, params));
}

BioPtr readerOf(const std::string& text)
{
	return {::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), ::BIO_free_all};
}

// A ticket given anew at each resumption would put off the look at the certificates for ever.
SSL_TICKET_RETURN keepTicket(
	SSL*, SSL_SESSION*, const unsigned char*, std::size_t, SSL_TICKET_STATUS status, void*)
{
	const bool isGood = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
	return isGood ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_IGNORE_RENEW;
}

// It would ask on the terminal.
int noPassphrase(char*, int, int, void*)
{
	return 0;
}

std::string readFile(Part part, const std::string& file, Permissions permissions)
{
	try
	{
		const WholeFile whole(file, "this key", MAX_FILE_BYTES);
		const std::string exposure = permissions == Permissions::Strict ? exposureOf(whole.mode()) : "";
		if (!exposure.empty()) throw std::invalid_argument(exposure);
		return whole.read();
	}
	catch (const std::invalid_argument& error)
	{
		throw TlsContextException(part, file + " " + error.what());
	}
}

std::vector<Poco::Net::X509Certificate> readCertificates(Part part, const std::string& file)
{
	const std::string text = readFile(part, file, Permissions::Any);
	const BioPtr bio = readerOf(text);
	std::vector<Poco::Net::X509Certificate> result;
	while (X509* certificate = ::PEM_read_bio_X509(bio.get(), nullptr, noPassphrase, nullptr))
		result.emplace_back(certificate);
	::ERR_clear_error(); // the end of the file counts as one
	if (result.empty())
		throw TlsContextException(part, file + " holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
	return result;
}

KeyPtr readKey(const std::string& file, Permissions permissions)
{
	std::string text = readFile(Part::Key, file, permissions);
	const BioPtr bio = readerOf(text);
	KeyPtr key(::PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr), ::EVP_PKEY_free);
	::ERR_clear_error();
	::OPENSSL_cleanse(text.data(), text.size());
	if (!key)
		throw TlsContextException(Part::Key,
			file + " holds no private key in PEM that can be read without a passphrase: decrypt it with"
				   " openssl pkey");
	return key;
}

std::string lastReason()
{
	const char* text = ::ERR_reason_error_string(::ERR_peek_last_error());
	return text == nullptr ? "unknown error" : text;
}

std::string timeText(const ASN1_TIME* time)
{
	const BioPtr bio(::BIO_new(::BIO_s_mem()), ::BIO_free_all);
	::ASN1_TIME_print(bio.get(), time);
	char* data = nullptr;
	const long size = BIO_get_mem_data(bio.get(), &data);
	return {data, static_cast<std::size_t>(size)};
}

std::string datesProblem(const Poco::Net::X509Certificate& certificate, const std::string& file)
{
	const auto* const notBefore = ::X509_get0_notBefore(certificate.certificate());
	const auto* const notAfter = ::X509_get0_notAfter(certificate.certificate());
	if (::X509_cmp_current_time(notAfter) < 0)
		return "the certificate in " + file + " has expired, on " + timeText(notAfter) +
			   ": peers will refuse it: renew it";
	if (::X509_cmp_current_time(notBefore) > 0)
		return "the certificate in " + file + " is not valid before " + timeText(notBefore) +
			   ": peers will refuse it: is this machine's clock right?";
	return {};
}

} // namespace

TlsContextBuilder::TlsContextBuilder(Context::Usage usage)
	: _context(makeContext(usage))
{
	auto* const context = native();
	::SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
	::SSL_CTX_set_security_level(context, SECURITY_LEVEL);
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
									   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(context,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(context, 1);
	::SSL_CTX_set_default_read_buffer_len(context, READ_BUFFER_BYTES);
	::SSL_CTX_set_timeout(context, SESSION_SECONDS);
	if (_context->isForServerUse())
	{
		// Tickets alone: the server keeps nothing. Without a name for its
		// sessions it would refuse those of peers with certificates.
		_context->enableSessionCache(false, "bore");
		::SSL_CTX_set_num_tickets(context, 1); // a client keeps the latest
		::SSL_CTX_set_session_ticket_cb(context, nullptr, keepTicket, nullptr);
	}
	::ERR_clear_error(); // POCO leaves things in it
}

void TlsContextBuilder::identify(
	const std::string& certificateFile, const std::string& keyFile, Permissions permissions)
{
	const auto certificates = readCertificates(Part::Certificate, certificateFile);
	const auto refuse = [&certificateFile](const char* what)
	{
		const std::string reason = lastReason();
		::ERR_clear_error();
		throw TlsContextException(
			Part::Certificate, std::string(what) + certificateFile + " cannot be used: " + reason +
								   ": have one made with a key of 256 bits (EC) or 2,048"
								   " (RSA) and SHA-256");
	};
	if (::SSL_CTX_use_certificate(native(), const_cast<X509*>(certificates.front().certificate())) != 1)
		refuse("the certificate in ");
	for (auto next = certificates.begin() + 1; next != certificates.end(); ++next)
		if (::SSL_CTX_add1_chain_cert(native(), const_cast<X509*>(next->certificate())) != 1)
			refuse("the chain in ");
	if (auto problem = datesProblem(certificates.front(), certificateFile); !problem.empty())
		_warnings.push_back(std::move(problem));

	const KeyPtr key = readKey(keyFile, permissions);
	const bool isUsed = ::SSL_CTX_use_PrivateKey(native(), key.get()) == 1;
	::ERR_clear_error();
	if (!isUsed)
		throw TlsContextException(Part::Key, "the key in " + keyFile + " is not that of the certificate in " +
												 certificateFile + ": give the two that were made together");
}

void TlsContextBuilder::trust(const std::string& file)
{
	for (const auto& authority : readCertificates(Part::Authorities, file))
	{
		_context->addCertificateAuthority(authority);
		// A client that has several certificates learns which is wanted.
		if (_context->isForServerUse())
			::SSL_CTX_add_client_CA(native(), const_cast<X509*>(authority.certificate()));
	}
}

void TlsContextBuilder::trustSystem()
{
	::SSL_CTX_set_default_verify_paths(native());
	::ERR_clear_error(); // without any, no certificate is good, and each attempt says so
}

void TlsContextBuilder::verifyPeer(bool required)
{
	::SSL_CTX_set_verify(
		native(), required ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, nullptr);
}

void TlsContextBuilder::expectVersion13()
{
	_context->requireMinimumProtocol(Context::PROTO_TLSV1_3);
}

void TlsContextBuilder::useCiphers(const std::string& list)
{
	std::string of12;
	std::string of13;
	std::istringstream names(list);
	for (std::string name; std::getline(names, name, ':');)
	{
		auto& part = name.rfind("TLS_", 0) == 0 ? of13 : of12;
		part += (part.empty() ? "" : ":") + name;
	}
	const bool good = (of12.empty() || ::SSL_CTX_set_cipher_list(native(), of12.c_str()) == 1) &&
					  (of13.empty() || ::SSL_CTX_set_ciphersuites(native(), of13.c_str()) == 1) &&
					  !(of12.empty() && of13.empty());
	::ERR_clear_error();
	if (!good)
		throw TlsContextException(Part::Ciphers, "\"" + list +
													 "\" names no cipher that OpenSSL "
													 "knows: openssl ciphers -v lists them");
}

} // namespace Bore
