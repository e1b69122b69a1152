//
// FlakyHandshakeTest.cpp
//

#include "testsuite/support/FlakyTunnelFixture.h"
#include "testsuite/support/TestForm.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>

using namespace Bore::Test;

class FlakyHandshakeTest : public FlakyTunnelFixture
/// In the clear.
{
	CPPUNIT_TEST_SUITE(FlakyHandshakeTest);
	CPPUNIT_TEST(testHarmlessFaultsCostNothing);
	CPPUNIT_TEST(testHarmlessFaultsCostNothingWithStandby);
	CPPUNIT_TEST(testOneByteAtATime);
	CPPUNIT_TEST(testFatalFaultsCostThatConnectionAlone);
	CPPUNIT_TEST(testFatalFaultsCostThatConnectionAloneWithStandby);
	CPPUNIT_TEST_SUITE_END();

public:
	FlakyHandshakeTest()
		: FlakyTunnelFixture(false, TestForm::pick(8U, 80U), {{Call::Poll, EINTR}, {Call::EpollWait, EINTR}},
			  {{Call::Poll, ENOMEM}, {Call::EpollControl, ENOMEM}, {Call::EventFd, EMFILE},
				  {Call::Socket, EMFILE}, {Call::Connect, ECONNREFUSED}, {Call::Connect, ENETUNREACH},
				  {Call::Thread, EAGAIN}, {Call::SetOption, ENOBUFS}, {Call::DeviceControl, ENOMEM},
				  {Call::Shutdown, ENOTCONN}})
	{
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FlakyHandshakeTest);
