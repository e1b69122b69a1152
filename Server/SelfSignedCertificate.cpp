//
// SelfSignedCertificate.cpp
//

#include "Server/SelfSignedCertificate.h"

#include "Shared/Descriptor.h"
#include "Shared/Fingerprint.h"
#include "Shared/LogText.h"
#include "Shared/RoleFailure.h"

#include <Poco/Net/IPAddress.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <new>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr long VALID_SECONDS = 3650L * 24 * 3600; // ten years: who pins it is told of a new one by hand
constexpr long CLOCK_SKEW_SECONDS = 3600;         // of a client whose clock is slow
constexpr std::size_t MAX_NAME_BYTES = 253;       // RFC 1035, 2.3.4
constexpr std::size_t SERIAL_BYTES = 16;

using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&::BIO_free_all)>;

void demand(bool done)
{
	// Names are checked before: what is left is memory and randomness.
	if (!done) throw RoleFailure(ExitCode::Internal, "OpenSSL could not make the certificate");
}

std::string alternativeName(const std::string& name)
{
	Poco::Net::IPAddress address;
	if (Poco::Net::IPAddress::tryParse(name, address))
		return "IP:" + Poco::Net::IPAddress(address.addr(), address.length()).toString();
	const bool good = !name.empty() && name.size() <= MAX_NAME_BYTES && name.front() != '-' &&
					  std::all_of(name.begin(), name.end(),
						  [](char c)
						  {
							  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
									 (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '*';
						  });
	if (!good)
		throw RoleFailure(ExitCode::Usage,
			"--make-certificate: \"" + escapeForLog(name) + "\" is neither a host name nor an IP address");
	return "DNS:" + name;
}

void extend(X509* certificate, int kind, const std::string& value)
{
	X509V3_CTX context = {};
	X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
	const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> extension(
		::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), ::X509_EXTENSION_free);
	demand(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1);
}

void number(X509* certificate)
{
	unsigned char bytes[SERIAL_BYTES];
	demand(::RAND_bytes(bytes, SERIAL_BYTES) == 1);
	bytes[0] &= 0x7FU; // positive
	const std::unique_ptr<BIGNUM, decltype(&::BN_free)> serial(
		::BN_bin2bn(bytes, SERIAL_BYTES, nullptr), ::BN_free);
	demand(serial && ::BN_to_ASN1_INTEGER(serial.get(), ::X509_get_serialNumber(certificate)) != nullptr);
}

template <typename Writer>
std::string pem(const Writer& write)
{
	const Bio bio(::BIO_new(::BIO_s_mem()), ::BIO_free_all);
	demand(bio && write(bio.get()) == 1);
	char* data = nullptr;
	const long size = BIO_get_mem_data(bio.get(), &data);
	return {data, static_cast<std::size_t>(size)};
}

class NewFile
/// A file that is removed again unless it is kept.
{
public:
	NewFile(const std::string& path, mode_t mode)
		: _path(path)
		, _file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode))
	{
		if (!_file && errno == EEXIST)
			throw RoleFailure(ExitCode::Configuration, path + " is there already: remove it first, or name "
															  "another file by tls.certificate and tls.key");
		if (!_file) fail();
	}
	NewFile(const NewFile&) = delete;
	NewFile& operator=(const NewFile&) = delete;
	~NewFile()
	{
		if (!_path.empty()) ::unlink(_path.c_str());
	}

	void write(const std::string& text)
	{
		for (std::size_t done = 0; done < text.size();)
		{
			const ssize_t written = ::write(_file.get(), text.data() + done, text.size() - done);
			if (written < 0 && errno != EINTR) fail();
			done += written > 0 ? static_cast<std::size_t>(written) : 0;
		}
		if (::fsync(_file.get()) != 0 && errno != EINVAL) fail();
	}

	void keep() noexcept { _path.clear(); }

private:
	[[noreturn]] void fail()
	{
		const std::string reason = std::generic_category().message(errno);
		const std::string path = _path;
		if (!_file) _path.clear();
		throw RoleFailure(ExitCode::Configuration, "cannot write " + path + ": " + reason);
	}

	std::string _path;
	Descriptor _file;
};

} // namespace

SelfSignedCertificate SelfSignedCertificate::make(const std::vector<std::string>& names)
{
	std::string alternatives;
	for (const auto& name : names) alternatives += (alternatives.empty() ? "" : ",") + alternativeName(name);

	const Key key(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), ::EVP_PKEY_free);
	const Certificate certificate(::X509_new(), ::X509_free);
	demand(key && certificate);
	X509* const it = certificate.get();
	demand(::X509_set_version(it, 2) == 1); // which is version 3
	number(it);
	demand(::X509_gmtime_adj(X509_getm_notBefore(it), -CLOCK_SKEW_SECONDS) != nullptr &&
		   ::X509_gmtime_adj(X509_getm_notAfter(it), VALID_SECONDS) != nullptr);
	demand(::X509_NAME_add_entry_by_txt(::X509_get_subject_name(it), "CN", MBSTRING_ASC,
			   reinterpret_cast<const unsigned char*>("bore-server"), -1, -1, 0) == 1 &&
		   ::X509_set_issuer_name(it, ::X509_get_subject_name(it)) == 1 &&
		   ::X509_set_pubkey(it, key.get()) == 1);
	extend(it, NID_basic_constraints, "critical,CA:FALSE");
	extend(it, NID_ext_key_usage, "serverAuth");
	extend(it, NID_subject_alt_name, alternatives);
	demand(::X509_sign(it, key.get(), ::EVP_sha256()) > 0);

	SelfSignedCertificate result;
	result._certificate = pem([it](BIO* bio) { return ::PEM_write_bio_X509(bio, it); });
	result._key = pem([&key](BIO* bio)
		{ return ::PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
	result._fingerprint = Fingerprint(Poco::Crypto::X509Certificate(it, true)).text();
	return result;
}

void SelfSignedCertificate::save(const std::string& certificateFile, const std::string& keyFile) const
{
	NewFile certificate(certificateFile, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	NewFile key(keyFile, S_IRUSR | S_IWUSR);
	certificate.write(_certificate);
	key.write(_key);
	certificate.keep();
	key.keep();
}

} // namespace Bore
