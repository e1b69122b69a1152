//
// TlsContextBuilderTest.cpp
//

#include "Shared/TlsContextBuilder.h"

#include "testsuite/support/AuthorityFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using Part = TlsContextException::Part;
using Poco::Net::Context;

class TlsContextBuilderTest : public AuthorityFixture
{
	CPPUNIT_TEST_SUITE(TlsContextBuilderTest);
	CPPUNIT_TEST(testModesAreThoseOfATlsStream);
	CPPUNIT_TEST(testGoodPairIsTaken);
	CPPUNIT_TEST(testRsaPairIsTaken);
	CPPUNIT_TEST(testKeyOfAnotherCertificateIsRefused);
	CPPUNIT_TEST(testWeakCertificateIsRefused);
	CPPUNIT_TEST(testFilesThatAreNoneAreRefused);
	CPPUNIT_TEST(testKeyThatOthersMayReadIsRefused);
	CPPUNIT_TEST(testEncryptedKeyIsRefusedWithoutAskingForItsPassphrase);
	CPPUNIT_TEST(testDatesAreWarnedOf);
	CPPUNIT_TEST(testCiphersOfBothVersionsAreTaken);
	CPPUNIT_TEST(testUnknownCiphersAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testModesAreThoseOfATlsStream()
	{
		const TlsContextBuilder builder(Context::SERVER_USE);
		auto* const context = builder.context()->sslContext();
		const auto wanted =
			SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS;
		CPPUNIT_ASSERT_EQUAL(static_cast<long>(wanted), SSL_CTX_get_mode(context) & wanted);
		CPPUNIT_ASSERT((::SSL_CTX_get_options(context) & SSL_OP_NO_RENEGOTIATION) != 0);
		CPPUNIT_ASSERT_EQUAL(static_cast<long>(TLS1_2_VERSION), SSL_CTX_get_min_proto_version(context));
	}

	void testGoodPairIsTaken()
	{
		const auto builder = identified(_authority->issue({}));
		CPPUNIT_ASSERT(builder.warnings().empty());
	}

	void testRsaPairIsTaken()
	{
		TestAuthority::Wish wish;
		wish.rsaBits = 2048;
		CPPUNIT_ASSERT(identified(_authority->issue(wish)).warnings().empty());
	}

	void testKeyOfAnotherCertificateIsRefused()
	{
		auto files = _authority->issue({});
		files.key = _authority->issue({}).key;
		expectRefusal(files, Part::Key, "is not that of the certificate");
	}

	void testWeakCertificateIsRefused()
	{
		TestAuthority::Wish wish;
		wish.rsaBits = 1024;
		expectRefusal(_authority->issue(wish), Part::Certificate, "key too small");
	}

	void testFilesThatAreNoneAreRefused()
	{
		const auto good = _authority->issue({});
		const std::string none = _directory->path("none.pem");
		const std::string text = _directory->write("text.pem", "no PEM\n");
		::chmod(text.c_str(), S_IRUSR | S_IWUSR);
		expectRefusal({none, good.key}, Part::Certificate, "no such file");
		expectRefusal({good.certificate, none}, Part::Key, "no such file");
		expectRefusal({text, good.key}, Part::Certificate, "holds no certificate");
		expectRefusal({good.certificate, text}, Part::Key, "holds no private key");
		expectRefusal({_directory->path(), good.key}, Part::Certificate, "is a directory");
		TlsContextBuilder builder(Context::CLIENT_USE);
		try
		{
			builder.trust(text);
			CPPUNIT_FAIL("text passes for authorities");
		}
		catch (const TlsContextException& error)
		{
			CPPUNIT_ASSERT(error.part() == Part::Authorities);
		}
	}

	void testKeyThatOthersMayReadIsRefused()
	{
		const auto files = _authority->issue({});
		::chmod(files.key.c_str(), S_IRUSR | S_IWUSR | S_IRGRP);
		expectRefusal(files, Part::Key, "chmod 600");
		TlsContextBuilder lenient(Context::SERVER_USE);
		lenient.identify(files.certificate, files.key, Permissions::Any);
	}

	void testEncryptedKeyIsRefusedWithoutAskingForItsPassphrase()
	{
		auto files = _authority->issue({});
		files.key = _directory->write("encrypted.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
													   "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi7\n"
													   "-----END ENCRYPTED PRIVATE KEY-----\n");
		::chmod(files.key.c_str(), S_IRUSR | S_IWUSR);
		expectRefusal(files, Part::Key, "without a passphrase");
	}

	void testDatesAreWarnedOf()
	{
		const auto expired = identified(_authority->issue({"DNS:x.test", -48h, -24h}));
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, expired.warnings().size());
		CPPUNIT_ASSERT(expired.warnings().front().find("has expired") != std::string::npos);
		const auto early = identified(_authority->issue({"DNS:x.test", 24h, 48h}));
		CPPUNIT_ASSERT(early.warnings().front().find("is not valid before") != std::string::npos);
	}

	void testCiphersOfBothVersionsAreTaken()
	{
		TlsContextBuilder builder(Context::SERVER_USE);
		builder.useCiphers("ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_128_GCM_SHA256");
		const auto* const ciphers = ::SSL_CTX_get_ciphers(builder.context()->sslContext());
		CPPUNIT_ASSERT_EQUAL(2, sk_SSL_CIPHER_num(ciphers));
	}

	void testUnknownCiphersAreRefused()
	{
		for (const char* list : {"", ":", "ROT13", "TLS_ROT13", "AES128-SHA:TLS_ROT13"}) try
			{
				TlsContextBuilder(Context::SERVER_USE).useCiphers(list);
				CPPUNIT_FAIL(std::string("taken: ") + list);
			}
			catch (const TlsContextException& error)
			{
				CPPUNIT_ASSERT(error.part() == Part::Ciphers);
			}
	}

private:
	static TlsContextBuilder identified(const TestAuthority::Files& files)
	{
		TlsContextBuilder builder(Context::SERVER_USE);
		builder.identify(files.certificate, files.key, Permissions::Strict);
		return builder;
	}

	static void expectRefusal(const TestAuthority::Files& files, Part part, const std::string& words)
	{
		try
		{
			static_cast<void>(identified(files));
			CPPUNIT_FAIL("taken");
		}
		catch (const TlsContextException& error)
		{
			const std::string text = error.what();
			CPPUNIT_ASSERT_MESSAGE(text, error.part() == part);
			CPPUNIT_ASSERT_MESSAGE(text, text.find(words) != std::string::npos);
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsContextBuilderTest);
