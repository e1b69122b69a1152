//
// TlsClientSettingsTest.cpp
//

#include "Client/TlsClientSettings.h"

#include "Client/ClientSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/AuthorityFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class TlsClientSettingsTest : public AuthorityFixture
{
	CPPUNIT_TEST_SUITE(TlsClientSettingsTest);
	CPPUNIT_TEST(testThereIsNoneByDefault);
	CPPUNIT_TEST(testThePortIsThatForTlsUnlessOneIsGiven);
	CPPUNIT_TEST(testEveryKey);
	CPPUNIT_TEST(testOptionsWithoutTlsAreRefused);
	CPPUNIT_TEST(testCertificateAndKeyGoTogether);
	CPPUNIT_TEST(testNoVerificationGoesWithNoneOfIt);
	CPPUNIT_TEST(testAuthorityAndFingerprintDoNotGoTogether);
	CPPUNIT_TEST(testBadFilesAndFingerprintsAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testThereIsNoneByDefault()
	{
		CPPUNIT_ASSERT(!read({}).tls);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{7835}, read({}).serverPort);
	}

	void testThePortIsThatForTlsUnlessOneIsGiven()
	{
		const ClientConfig config = read({"--tls"});
		CPPUNIT_ASSERT(config.tls.has_value());
		CPPUNIT_ASSERT(config.tls->verifies);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{7836}, config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{99}, read({"--tls", "--control-port=99"}).serverPort);
		const auto settings = load(ClientSettings::table(), {"8080", "--to=h:98", "--tls"});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{98}, ClientSettings::config(settings).serverPort);
	}

	void testEveryKey()
	{
		const std::string fingerprint(64, 'A');
		const ClientConfig config =
			read({"--tls", "--tls-ca=" + _authority->certificate(), "--tls-cert=" + _files.certificate,
				"--tls-key=" + _files.key, "--tls-server-name=[2001:db8::1]"});
		CPPUNIT_ASSERT_EQUAL(_authority->certificate(), config.tls->ca);
		CPPUNIT_ASSERT(!config.tls->fingerprint);
		CPPUNIT_ASSERT_EQUAL(_files.certificate, config.tls->certificate);
		CPPUNIT_ASSERT_EQUAL(_files.key, config.tls->key);
		CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), config.tls->serverName);
		CPPUNIT_ASSERT(!read({"--tls", "--tls-insecure-no-verification"}).tls->verifies);
		CPPUNIT_ASSERT(read({"--tls", "--tls-fingerprint=" + fingerprint}).tls->fingerprint ==
					   Fingerprint::parse(fingerprint));
	}

	void testOptionsWithoutTlsAreRefused()
	{
		expectRefusal({"--tls-ca=" + _authority->certificate()}, "but no TLS");
		expectRefusal({"--tls-fingerprint=" + std::string(64, 'A')}, "give --tls");
		expectRefusal({"--tls-server-name=x"}, "but no TLS");
	}

	void testCertificateAndKeyGoTogether()
	{
		expectRefusal({"--tls", "--tls-cert=" + _files.certificate}, "needs tls.key");
		expectRefusal({"--tls", "--tls-key=" + _files.key}, "needs tls.cert");
	}

	void testNoVerificationGoesWithNoneOfIt()
	{
		expectRefusal({"--tls", "--tls-insecure-no-verification", "--tls-ca=" + _authority->certificate()},
			"give one of them");
	}

	void testAuthorityAndFingerprintDoNotGoTogether()
	{
		expectRefusal(
			{"--tls", "--tls-ca=" + _authority->certificate(), "--tls-fingerprint=" + std::string(64, 'A')},
			"are two ways of one thing: give one of them");
		const std::vector<std::string> arguments{
			"8080", "--to=bore.test", "--tls", "--tls-fingerprint=" + std::string(64, 'A')};
		const auto pinned = ClientSettings::config(
			load(ClientSettings::table(), arguments, {{"BORE_TLS_CA", _authority->certificate()}}));
		CPPUNIT_ASSERT_EQUAL(std::string(), pinned.tls->ca);
		CPPUNIT_ASSERT(pinned.tls->fingerprint.has_value());
	}

	void testBadFilesAndFingerprintsAreRefused()
	{
		expectRefusal({"--tls", "--tls-ca=/nowhere"}, "no such file");
		expectRefusal({"--tls", "--tls-fingerprint=abc"}, "expected a SHA-256 fingerprint");
		expectRefusal({"--tls", "--tls-cert=" + _files.certificate, "--tls-key=" + _authority->issue({}).key},
			"is not that of the certificate");
	}

private:
	static ClientConfig read(std::vector<std::string> arguments)
	{
		arguments.insert(arguments.begin(), {"8080", "--to=bore.test"});
		return ClientSettings::config(load(ClientSettings::table(), arguments));
	}

	static void expectRefusal(const std::vector<std::string>& arguments, const std::string& words)
	{
		const auto refusal = refusalOf([&] { static_cast<void>(read(arguments)); });
		CPPUNIT_ASSERT_MESSAGE(refusal.text, refusal.text.find(words) != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsClientSettingsTest);
