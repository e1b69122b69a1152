//
// TlsServerSettingsTest.cpp
//

#include "Server/TlsServerSettings.h"

#include "Server/ServerSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/AuthorityFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class TlsServerSettingsTest : public AuthorityFixture
{
	CPPUNIT_TEST_SUITE(TlsServerSettingsTest);
	CPPUNIT_TEST(testThereIsNoneByDefault);
	CPPUNIT_TEST(testEveryKey);
	CPPUNIT_TEST(testAPortNeedsACertificate);
	CPPUNIT_TEST(testThereMustBeAPortLeft);
	CPPUNIT_TEST(testTwoPortsMustNotBeOne);
	CPPUNIT_TEST(testFilesAreLookedAt);
	CPPUNIT_TEST(testAFaultNamesFileLineAndKey);
	CPPUNIT_TEST(testUnknownCiphersAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testThereIsNoneByDefault()
	{
		const ServerConfig config = read({});
		CPPUNIT_ASSERT(!config.tls);
		CPPUNIT_ASSERT(config.plainControl);
	}

	void testEveryKey()
	{
		const ServerConfig config = read({"--no-control-plain", "--tls-port=7836", certificate(), key(),
			"--tls-client-ca=" + _authority->certificate(), "--tls-min-version=1.3",
			"--tls-ciphers=TLS_AES_128_GCM_SHA256"});
		CPPUNIT_ASSERT(!config.plainControl);
		CPPUNIT_ASSERT(config.tls.has_value());
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{7836}, config.tls->port);
		CPPUNIT_ASSERT_EQUAL(_files.certificate, config.tls->certificate);
		CPPUNIT_ASSERT_EQUAL(_files.key, config.tls->key);
		CPPUNIT_ASSERT_EQUAL(_authority->certificate(), config.tls->clientCa);
		CPPUNIT_ASSERT(config.tls->onlyVersion13);
		CPPUNIT_ASSERT_EQUAL(std::string("TLS_AES_128_GCM_SHA256"), config.tls->ciphers);
	}

	void testAPortNeedsACertificate()
	{
		expectRefusal({"--tls-port=7836"}, "needs tls.certificate");
		expectRefusal({"--tls-port=7836"}, "--make-certificate");
		expectRefusal({"--tls-port=7836", certificate()}, "needs tls.key");
	}

	void testThereMustBeAPortLeft() { expectRefusal({"--no-control-plain"}, "give tls.port"); }

	void testTwoPortsMustNotBeOne()
	{
		expectRefusal({"--tls-port=7835", certificate(), key()}, "one port for two");
		CPPUNIT_ASSERT(read({"--tls-port=7835", certificate(), key(), "--no-control-plain"}).tls.has_value());
	}

	void testFilesAreLookedAt()
	{
		expectRefusal({"--tls-port=1", "--tls-certificate=/nowhere", key()}, "no such file");
		expectRefusal({"--tls-port=1", certificate(), "--tls-key=/nowhere"}, "no such file");
		expectRefusal({"--tls-port=1", certificate(), key(), "--tls-client-ca=/nowhere"}, "no such file");
	}

	void testAFaultNamesFileLineAndKey()
	{
		const std::string file = _directory->write(
			"server.properties", "# a comment\ntls.port = 7836\ntls.certificate = " + _files.certificate +
									 "\ntls.key = " + _authority->issue({}).key + "\n");
		expectRefusal({"--config=" + file}, file + ":4: tls.key: ");
		expectRefusal({"--config=" + file}, "is not that of the certificate in " + _files.certificate);
	}

	void testUnknownCiphersAreRefused()
	{
		expectRefusal({"--tls-port=1", certificate(), key(), "--tls-ciphers=ROT13"}, "openssl ciphers");
	}

private:
	[[nodiscard]] std::string certificate() const { return "--tls-certificate=" + _files.certificate; }
	[[nodiscard]] std::string key() const { return "--tls-key=" + _files.key; }

	static ServerConfig read(const std::vector<std::string>& arguments)
	{
		return ServerSettings::config(load(ServerSettings::table(), arguments));
	}

	static void expectRefusal(const std::vector<std::string>& arguments, const std::string& words)
	{
		const auto refusal = refusalOf([&] { static_cast<void>(read(arguments)); });
		CPPUNIT_ASSERT_MESSAGE(refusal.text, refusal.text.find(words) != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsServerSettingsTest);
