//
// FlakyAcceptTest.cpp
//

#include "testsuite/support/CallFaults.h"
#include "testsuite/support/FlakyTunnel.h"
#include "testsuite/support/TestForm.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>

using namespace Bore::Test;

class FlakyAcceptTest : public CppUnit::TestFixture
/// The loops that accept clients and visitors, while that fails several
/// times in a row: they go on, and serve whoever comes when it is over.
{
	CPPUNIT_TEST_SUITE(FlakyAcceptTest);
	CPPUNIT_TEST(testPassingFaultsCostNobodyAnything);
	CPPUNIT_TEST(testShortageLeavesNobodyHanging);
	CPPUNIT_TEST(testShortageOfPollingLeavesNobodyHanging);
	CPPUNIT_TEST(testShortageOfThreadsLeavesNobodyHanging);
	CPPUNIT_TEST_SUITE_END();

	using Expected = FlakyTunnel::Expected;

	static constexpr std::size_t IN_A_ROW = 3;

public:
	void testPassingFaultsCostNobodyAnything()
	{
		// accept(2): a Linux listener also tells what has happened to the connection it gives.
		withEach({{Call::Accept, EINTR}, {Call::Accept, ECONNABORTED}, {Call::Accept, EPROTO},
					 {Call::Accept, ENETDOWN}, {Call::Accept, EHOSTUNREACH}},
			Expected::Service);
	}

	void testShortageLeavesNobodyHanging()
	{
		withEach(
			{{Call::Accept, EMFILE}, {Call::Accept, ENFILE}, {Call::Accept, ENOBUFS}, {Call::Accept, ENOMEM}},
			Expected::ServiceOrAnEnd);
	}

	void testShortageOfPollingLeavesNobodyHanging()
	{
		withEach({{Call::EpollControl, ENOMEM}, {Call::Poll, ENOMEM}}, Expected::ServiceOrAnEnd);
	}

	void testShortageOfThreadsLeavesNobodyHanging()
	{
		withEach({{Call::Thread, EAGAIN}}, Expected::ServiceOrAnEnd);
	}

private:
	static void withEach(const std::vector<Fault>& faults, Expected expected)
	{
		FlakyTunnel tunnel(0);
		for (const Fault& fault : faults)
			for (std::size_t nth = 1; nth <= TestForm::pick(3U, 20U); ++nth)
			{
				try
				{
					const CallFaults faulty(fault, nth, IN_A_ROW);
					tunnel.visitByANewClient(expected);
					CPPUNIT_ASSERT(nth > 1 || faulty.struck());
				}
				catch (const std::exception& failure)
				{
					CPPUNIT_FAIL(fault.name() + ", call " + std::to_string(nth) + ": " + failure.what());
				}
				tunnel.visitByANewClient(Expected::Service);
			}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FlakyAcceptTest);
