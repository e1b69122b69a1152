//
// TestAuthority.cpp
//

#include "testsuite/support/TestAuthority.h"

#include <atomic>
#include <cppunit/TestAssert.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

namespace Bore::Test
{

namespace
{

constexpr char CURVE[] = "P-256";

template <typename T>
T* made(T* object)
{
	CPPUNIT_ASSERT_MESSAGE("OpenSSL made nothing", object != nullptr);
	return object;
}

std::shared_ptr<EVP_PKEY> newKey(int rsaBits)
{
	EVP_PKEY* key = rsaBits > 0
						? ::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(rsaBits))
						: ::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", CURVE);
	return {made(key), ::EVP_PKEY_free};
}

void addExtension(X509* certificate, X509* issuer, int kind, const std::string& value)
{
	X509V3_CTX context = {};
	X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
	const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> extension(
		::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), ::X509_EXTENSION_free);
	CPPUNIT_ASSERT_MESSAGE(value, extension != nullptr);
	::X509_add_ext(certificate, extension.get(), -1);
}

template <typename Writer>
std::string pem(const Writer& writer)
{
	const std::unique_ptr<BIO, decltype(&::BIO_free_all)> bio(::BIO_new(::BIO_s_mem()), ::BIO_free_all);
	CPPUNIT_ASSERT_EQUAL(1, writer(bio.get()));
	char* data = nullptr;
	const long size = BIO_get_mem_data(bio.get(), &data);
	return {data, static_cast<std::size_t>(size)};
}

std::string pemOf(X509* certificate)
{
	return pem([certificate](BIO* bio) { return ::PEM_write_bio_X509(bio, certificate); });
}

} // namespace

TestAuthority::TestAuthority(const TemporaryDirectory& directory)
	: _directory(directory)
	, _key(newKey(0))
{
	_certificate = make({"DNS:authority.test"}, _key, true);
	_file = _directory.write("authority.pem", pemOf(_certificate.get()));
}

TestAuthority::Files TestAuthority::issue(const Wish& wish)
{
	const Key key = newKey(wish.rsaBits);
	const Certificate certificate = make(wish, key, false);
	const std::string name = "issued" + std::to_string(++_issued);
	Files files{_directory.write(name + ".pem", pemOf(certificate.get())),
		_directory.write(name + ".key", pem(
											[&key](BIO* bio) {
												return ::PEM_write_bio_PrivateKey(
													bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
											}))};
	::chmod(files.key.c_str(), S_IRUSR | S_IWUSR);
	return files;
}

TestAuthority::Certificate TestAuthority::make(const Wish& wish, const Key& key, bool isAuthority)
{
	Certificate certificate(made(::X509_new()), ::X509_free);
	X509* const it = certificate.get();
	const bool bySelf = isAuthority || wish.selfSigned;
	X509* const issuer = bySelf ? it : _certificate.get();
	::X509_set_version(it, 2); // which is version 3
	::ASN1_INTEGER_set(::X509_get_serialNumber(it), 1000 + _issued);
	using std::chrono::seconds;
	::X509_gmtime_adj(X509_getm_notBefore(it), static_cast<long>(seconds(wish.validFrom).count()));
	::X509_gmtime_adj(X509_getm_notAfter(it), static_cast<long>(seconds(wish.validTo).count()));
	static std::atomic<int> authorities{0}; // two of one name would be taken for each other
	const std::string name = isAuthority ? "bore test authority " + std::to_string(++authorities)
										 : "bore test " + std::to_string(_issued);
	::X509_NAME_add_entry_by_txt(::X509_get_subject_name(it), "CN", MBSTRING_ASC,
		reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
	::X509_set_issuer_name(it, ::X509_get_subject_name(issuer));
	::X509_set_pubkey(it, key.get());
	addExtension(it, issuer, NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE");
	addExtension(it, issuer, NID_subject_alt_name, wish.names);
	CPPUNIT_ASSERT(::X509_sign(it, bySelf ? key.get() : _key.get(), ::EVP_sha256()) > 0);
	return certificate;
}

} // namespace Bore::Test
