//
// SelfSignedCertificateTest.cpp
//

#include "Server/SelfSignedCertificate.h"

#include "Server/TlsServer.h"
#include "Shared/RoleFailure.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/Net/X509Certificate.h>

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <sys/stat.h>

using namespace Bore;
using namespace Bore::Test;

class SelfSignedCertificateTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SelfSignedCertificateTest);
	CPPUNIT_TEST(testAServerTakesIt);
	CPPUNIT_TEST(testItIsForAllTheNames);
	CPPUNIT_TEST(testTheKeyIsItsOwnersAlone);
	CPPUNIT_TEST(testNothingIsOverwritten);
	CPPUNIT_TEST(testWhatIsNoNameIsRefused);
	CPPUNIT_TEST(testEachIsAnother);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _directory = std::make_unique<TemporaryDirectory>(); }
	void tearDown() override { _directory.reset(); }

	void testAServerTakesIt()
	{
		const auto made = SelfSignedCertificate::make({"bore.test"});
		made.save(certificate(), key());
		TlsServerConfig config;
		config.certificate = certificate();
		config.key = key();
		const TlsServer server(config);
		CPPUNIT_ASSERT_EQUAL(made.fingerprint(), server.fingerprint());
		CPPUNIT_ASSERT(server.warnings().empty());
	}

	void testItIsForAllTheNames()
	{
		SelfSignedCertificate::make({"bore.test", "*.example.test", "192.0.2.1", "2001:db8::1"})
			.save(certificate(), key());
		const Poco::Net::X509Certificate made(certificate());
		for (const char* name : {"bore.test", "www.example.test", "192.0.2.1", "2001:db8::1"})
			CPPUNIT_ASSERT_MESSAGE(name, made.verify(name));
		for (const char* name : {"example.test", "192.0.2.2", "bore-server"})
			CPPUNIT_ASSERT_MESSAGE(name, !made.verify(name));
	}

	void testTheKeyIsItsOwnersAlone()
	{
		SelfSignedCertificate::make({"bore.test"}).save(certificate(), key());
		struct stat status = {};
		CPPUNIT_ASSERT_EQUAL(0, ::stat(key().c_str(), &status));
		CPPUNIT_ASSERT_EQUAL(mode_t{S_IRUSR | S_IWUSR}, status.st_mode & 0777U);
	}

	void testNothingIsOverwritten()
	{
		const auto made = SelfSignedCertificate::make({"bore.test"});
		const std::string theirs = _directory->write("theirs", "theirs");
		for (const bool isKey : {false, true})
		{
			const auto refusal =
				refusalOf([&] { made.save(isKey ? certificate() : theirs, isKey ? theirs : key()); });
			CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
			CPPUNIT_ASSERT_MESSAGE(refusal.text, refusal.text.find("is there already") != std::string::npos);
			struct stat status = {};
			CPPUNIT_ASSERT(::stat((isKey ? certificate() : key()).c_str(), &status) != 0);
			CPPUNIT_ASSERT_EQUAL(0, ::stat(theirs.c_str(), &status));
			CPPUNIT_ASSERT_EQUAL(off_t{6}, status.st_size);
		}
	}

	void testWhatIsNoNameIsRefused()
	{
		for (const char* name : {"", "a b", "-x", "bore.test,IP:1.2.3.4", "http://bore.test", "a\nb"})
			CPPUNIT_ASSERT_MESSAGE(
				name, refusalOf([&] { static_cast<void>(SelfSignedCertificate::make({name})); }).code ==
						  ExitCode::Usage);
	}

	void testEachIsAnother()
	{
		CPPUNIT_ASSERT(SelfSignedCertificate::make({"x"}).fingerprint() !=
					   SelfSignedCertificate::make({"x"}).fingerprint());
	}

private:
	[[nodiscard]] std::string certificate() const { return _directory->path("own.crt"); }
	[[nodiscard]] std::string key() const { return _directory->path("own.key"); }

	std::unique_ptr<TemporaryDirectory> _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SelfSignedCertificateTest);
