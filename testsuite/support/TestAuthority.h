//
// TestAuthority.h
//
// Certificates of every kind, made by the test that needs them.
//

#ifndef Bore_Test_TestAuthority_INCLUDED
#define Bore_Test_TestAuthority_INCLUDED

#include "testsuite/support/TemporaryDirectory.h"

#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>

namespace Bore::Test
{

class TestAuthority
/// An authority for certificates, and those it issues, as files in a
/// directory of the test's.
{
public:
	struct Wish
	/// What a certificate is to be like.
	{
		std::string names = "DNS:localhost,IP:127.0.0.1"; /// as in openssl-x509v3_config(5), subjectAltName
		std::chrono::hours validFrom{-1};                 /// from now
		std::chrono::hours validTo{24};
		int rsaBits = 0; /// 0: a key on P-256
		bool selfSigned = false;
	};

	struct Files
	/// Paths of PEM files.
	{
		std::string certificate;
		std::string key;
	};

	explicit TestAuthority(const TemporaryDirectory& directory);

	[[nodiscard]] const std::string& certificate() const noexcept { return _file; }
	/// The authority's own, a path.

	[[nodiscard]] Files issue(const Wish& wish);
	/// A new certificate and its key. The key's file has mode 0600.

private:
	using Key = std::shared_ptr<EVP_PKEY>;
	using Certificate = std::shared_ptr<X509>;

	[[nodiscard]] Certificate make(const Wish& wish, const Key& key, bool isAuthority);

	const TemporaryDirectory& _directory;
	Key _key;
	Certificate _certificate; // null until the authority has its own
	std::string _file;
	int _issued = 0;
};

} // namespace Bore::Test

#endif // Bore_Test_TestAuthority_INCLUDED
