//
// FlakyTlsTest.cpp
//

#include "testsuite/support/FlakyTunnelFixture.h"
#include "testsuite/support/TestForm.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore::Test;

class FlakyTlsTest : public FlakyTunnelFixture
/// By TLS: the calls are those below OpenSSL.
{
	CPPUNIT_TEST_SUITE(FlakyTlsTest);
	CPPUNIT_TEST(testHarmlessFaultsCostNothing);
	CPPUNIT_TEST(testHarmlessFaultsCostNothingWithStandby);
	CPPUNIT_TEST(testOneByteAtATime);
	CPPUNIT_TEST(testFatalFaultsCostThatConnectionAlone);
	CPPUNIT_TEST(testFatalFaultsCostThatConnectionAloneWithStandby);
	CPPUNIT_TEST_SUITE_END();

public:
	FlakyTlsTest()
		: FlakyTunnelFixture(true, TestForm::pick(16U, 60U), {}, {})
	{
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FlakyTlsTest);
