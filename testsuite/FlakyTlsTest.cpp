//
// FlakyTlsTest.cpp
//

#include "testsuite/support/CallFaults.h"
#include "testsuite/support/FlakyTunnel.h"
#include "testsuite/support/TestForm.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class FlakyTlsTest : public CppUnit::TestFixture
/// As FlakyHandshakeTest, by TLS: system calls below OpenSSL fail, or do
/// less than asked, one after the other.
{
	CPPUNIT_TEST_SUITE(FlakyTlsTest);
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
				FlakyTunnel tunnel(standby, true);
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
			{Call::Send, EAGAIN}, {Call::Send, Fault::SHORT}};
	}

	static std::vector<Fault> fatal()
	{
		return {{Call::Recv, ECONNRESET}, {Call::Recv, ENOMEM}, {Call::Send, EPIPE}, {Call::Send, ENOBUFS}};
	}

	static void withEach(const std::vector<Fault>& faults, std::size_t standby, Expected expected)
	{
		FlakyTunnel tunnel(standby, true);
		withEachFault(faults, TestForm::pick(16U, 60U),
			[&](const std::string&) { tunnel.visitByANewClient(expected); });
		tunnel.visitByANewClient(Expected::Service);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FlakyTlsTest);
