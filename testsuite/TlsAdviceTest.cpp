//
// TlsAdviceTest.cpp
//

#include "Client/TlsAdvice.h"

#include "Shared/Fingerprint.h"
#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/TestAuthority.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class TlsAdviceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TlsAdviceTest);
	CPPUNIT_TEST(testEveryAdviceIsOneLineAndSaysTheMend);
	CPPUNIT_TEST(testNamesOfEveryKindAreShown);
	CPPUNIT_TEST(testWeakCertificatesAreCalledSo);
	CPPUNIT_TEST(testAlertsAreTranslated);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryAdviceIsOneLineAndSaysTheMend()
	{
		const auto certificate = issued("DNS:bore.test");
		expect(adviceOnCertificate(X509_V_ERR_CERT_HAS_EXPIRED, certificate, "x"),
			{"has expired", "20", "renewed"});
		expect(
			adviceOnCertificate(X509_V_ERR_CERT_NOT_YET_VALID, certificate, "x"), {"not valid yet", "clock"});
		expect(adviceOnCertificate(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, certificate, "x"),
			{"--tls-ca", "--tls-fingerprint " + Fingerprint(certificate).text()});
		expect(adviceOnCertificate(X509_V_ERR_INVALID_PURPOSE, certificate, "x"), {"is refused: "});
		using Kind = TlsFailure::Kind;
		expect(adviceOn({Kind::NotTls}), {"does not speak TLS", "7836"});
		expect(adviceOn({Kind::Truncated}), {"ended the connection", "7836"});
		expect(adviceOn({Kind::System, ECONNRESET}), {"ended the connection", "7836"});
		expect(adviceOn({Kind::Protocol, 0, "words"}), {"TLS failed: words"});
	}

	void testNamesOfEveryKindAreShown()
	{
		expect(adviceOnCertificate(X509_V_ERR_HOSTNAME_MISMATCH,
				   issued("DNS:bore.test,DNS:*.bore.test,IP:192.0.2.1,IP:2001:db8::1"), "other.test"),
			{"is not for other.test but for bore.test, *.bore.test, 192.0.2.1, "
			 "2001:0db8:0000:0000:0000:0000:0000:0001",
				"--tls-server-name"});
		expect(adviceOnCertificate(X509_V_ERR_IP_ADDRESS_MISMATCH, issued("email:a@bore.test"), "192.0.2.1"),
			{"but for no name at all"});
	}

	void testWeakCertificatesAreCalledSo()
	{
		for (const long result :
			{X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK})
			expect(adviceOnCertificate(result, issued("DNS:x"), "x"), {"is too weak", "2,048"});
	}

	void testAlertsAreTranslated()
	{
		expect(adviceOnAlert(SSL_AD_CERTIFICATE_REQUIRED), {"--tls-cert and --tls-key"});
		expect(adviceOnAlert(SSL_AD_UNKNOWN_CA), {"does not know who issued our certificate"});
		expect(adviceOnAlert(SSL_AD_CERTIFICATE_EXPIRED), {"our certificate", "renew it"});
		expect(adviceOnAlert(SSL_AD_BAD_CERTIFICATE), {"refuses our certificate"});
		expect(adviceOnAlert(SSL_AD_PROTOCOL_VERSION), {"1.2 and 1.3"});
		expect(adviceOnAlert(SSL_AD_INTERNAL_ERROR), {"TLS alert 80"});
	}

private:
	static Poco::Crypto::X509Certificate issued(const std::string& names)
	{
		const TemporaryDirectory directory;
		TestAuthority authority(directory);
		return Poco::Crypto::X509Certificate(authority.issue({names}).certificate);
	}

	static void expect(const std::string& text, const std::vector<std::string>& words)
	{
		CPPUNIT_ASSERT_MESSAGE(text, text.find('\n') == std::string::npos);
		for (const auto& word : words) CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsAdviceTest);
