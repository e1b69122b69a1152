//
// FlakyHandshakeTest.cpp
//

#include "testsuite/support/CallFaults.h"
#include "testsuite/support/FlakyTunnel.h"
#include "testsuite/support/TestForm.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>

using namespace Bore::Test;

class FlakyHandshakeTest : public CppUnit::TestFixture
/// Both handshakes, the dials and the standby connections, server and
/// client in this process, while system calls fail, one after the other.
{
	CPPUNIT_TEST_SUITE(FlakyHandshakeTest);
	CPPUNIT_TEST(testHarmlessFaultsCostNothing);
	CPPUNIT_TEST(testHarmlessFaultsCostNothingWithStandby);
	CPPUNIT_TEST(testOneByteAtATime);
	CPPUNIT_TEST(testFatalFaultsCostThatConnectionAlone);
	CPPUNIT_TEST(testFatalFaultsCostThatConnectionAloneWithStandby);
	CPPUNIT_TEST_SUITE_END();

	using Expected = FlakyTunnel::Expected;

public:
	void testHarmlessFaultsCostNothing() { withEach(harmless(), 0, Expected::Service); }

	void testHarmlessFaultsCostNothingWithStandby() { withEach(harmless(), 2, Expected::Service); }

	void testOneByteAtATime()
	{
		for (const std::size_t standby : {0U, 2U})
			for (const Call call : {Call::Recv, Call::Send})
			{
				FlakyTunnel tunnel(standby);
				const CallFaults faulty({call, Fault::SHORT}, 1, CallFaults::ALL);
				tunnel.visitByANewClient(Expected::Service);
				CPPUNIT_ASSERT(faulty.struck());
			}
	}

	void testFatalFaultsCostThatConnectionAlone() { withEach(fatal(), 0, Expected::ServiceOrAnEnd); }

	void testFatalFaultsCostThatConnectionAloneWithStandby()
	{
		withEach(fatal(), 2, Expected::ServiceOrAnEnd);
	}

private:
	static std::vector<Fault> harmless()
	{
		return {{Call::Recv, EINTR}, {Call::Recv, EAGAIN}, {Call::Recv, Fault::SHORT}, {Call::Send, EINTR},
			{Call::Send, EAGAIN}, {Call::Send, Fault::SHORT}, {Call::Poll, EINTR}, {Call::EpollWait, EINTR}};
	}

	static std::vector<Fault> fatal()
	{
		return {{Call::Recv, ECONNRESET}, {Call::Recv, ENOMEM}, {Call::Send, EPIPE}, {Call::Send, ENOBUFS},
			{Call::Poll, ENOMEM}, {Call::EpollControl, ENOMEM}, {Call::EventFd, EMFILE},
			{Call::Socket, EMFILE}, {Call::Connect, ECONNREFUSED}, {Call::Connect, ENETUNREACH},
			{Call::Thread, EAGAIN}, {Call::SetOption, ENOBUFS}, {Call::DeviceControl, ENOMEM},
			{Call::Shutdown, ENOTCONN}};
	}

	static void withEach(const std::vector<Fault>& faults, std::size_t standby, Expected expected)
	{
		FlakyTunnel tunnel(standby);
		withEachFault(
			faults, TestForm::pick(8U, 80U), [&](const std::string&) { tunnel.visitByANewClient(expected); });
		tunnel.visitByANewClient(Expected::Service);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FlakyHandshakeTest);
