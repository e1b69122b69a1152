//
// FingerprintTest.cpp
//

#include "Shared/Fingerprint.h"

#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/TestAuthority.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>

using namespace Bore;
using namespace Bore::Test;

class FingerprintTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FingerprintTest);
	CPPUNIT_TEST(testEveryFormIsTheSame);
	CPPUNIT_TEST(testTextIsReadAgain);
	CPPUNIT_TEST(testAnythingElseIsRefused);
	CPPUNIT_TEST(testCertificatesAreToldApart);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryFormIsTheSame()
	{
		const std::string plain = "0011223344556677889900aabbccddeeff0011223344556677889900AABBCCDD";
		std::string withColons;
		for (std::size_t i = 0; i < plain.size(); i += 2)
			withColons += (i == 0 ? "" : ":") + plain.substr(i, 2);
		CPPUNIT_ASSERT(Fingerprint::parse(plain) == Fingerprint::parse(withColons));
		CPPUNIT_ASSERT_EQUAL(Fingerprint::parse(plain).text(), Fingerprint::parse(withColons).text());
	}

	void testTextIsReadAgain()
	{
		const auto one = Fingerprint::parse(std::string(64, 'a'));
		CPPUNIT_ASSERT_EQUAL(std::string("AA:AA:AA"), one.text().substr(0, 8));
		CPPUNIT_ASSERT_EQUAL(std::size_t{95}, one.text().size());
		CPPUNIT_ASSERT(Fingerprint::parse(one.text()) == one);
	}

	void testAnythingElseIsRefused()
	{
		const std::string good(64, 'a');
		for (const auto& text : {std::string(), good.substr(1), good + "a", std::string(64, 'g'),
				 std::string(95, ':'), std::string(95, 'a'), "SHA256:" + good})
			CPPUNIT_ASSERT_THROW_MESSAGE(
				text, static_cast<void>(Fingerprint::parse(text)), std::invalid_argument);
	}

	void testCertificatesAreToldApart()
	{
		const TemporaryDirectory directory;
		TestAuthority authority(directory);
		const Poco::Crypto::X509Certificate one(authority.issue({}).certificate);
		const Poco::Crypto::X509Certificate other(authority.issue({}).certificate);
		CPPUNIT_ASSERT(Fingerprint(one) == Fingerprint(one));
		CPPUNIT_ASSERT(!(Fingerprint(one) == Fingerprint(other)));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FingerprintTest);
