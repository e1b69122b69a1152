//
// FlakyRelayTest.cpp
//

#include "Shared/Rest.h"
#include "testsuite/support/CallFaults.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/TestForm.h"
#include "testsuite/support/Traffic.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <poll.h>

using namespace Bore;
using namespace Bore::Test;

class FlakyRelayTest : public CppUnit::TestFixture
/// A relay whose system calls fail, one after the other: what cannot hurt
/// costs nothing, what can ends the connection by a reset, and in no case
/// is a byte wrong, an end of stream false, or anything left behind.
{
	CPPUNIT_TEST_SUITE(FlakyRelayTest);
	CPPUNIT_TEST(testHarmlessFaultsCostNoByte);
	CPPUNIT_TEST(testHarmlessFaultsCostNoByteOfBulk);
	CPPUNIT_TEST(testOneByteAtATime);
	CPPUNIT_TEST(testBulkOneByteAtATime);
	CPPUNIT_TEST(testFatalFaultsNeverPassForAnEnd);
	CPPUNIT_TEST(testFatalFaultsNeverPassForAnEndOfBulk);
	CPPUNIT_TEST(testShortageOfMemoryNeverPassesForAnEnd);
	CPPUNIT_TEST(testShortageOfPipesCostsNoByte);
	CPPUNIT_TEST_SUITE_END();

	static constexpr std::uint64_t SMALL = 3000;
	static constexpr std::uint64_t BULK = 1'500'000; // beyond what is copied before splice(2) comes in

public:
	void testHarmlessFaultsCostNoByte() { carryWithEach(harmless(), SMALL, Traffic::Faults::None); }

	void testHarmlessFaultsCostNoByteOfBulk()
	{
		carryWithEach({{Call::Splice, EINTR}, {Call::Splice, EAGAIN}, {Call::Splice, Fault::SHORT},
						  {Call::Recv, EAGAIN}, {Call::Send, EAGAIN}, {Call::Send, Fault::SHORT},
						  {Call::FileControl, EPERM}},
			BULK, Traffic::Faults::None);
	}

	void testOneByteAtATime()
	{
		for (const Call call : {Call::Recv, Call::Send})
		{
			const CallFaults faulty({call, Fault::SHORT}, 1, CallFaults::ALL);
			carry(SMALL, Traffic::Faults::None);
			CPPUNIT_ASSERT(faulty.struck());
		}
	}

	void testBulkOneByteAtATime()
	{
		const CallFaults faulty({Call::Splice, Fault::SHORT}, 1, CallFaults::ALL);
		carry(BULK, Traffic::Faults::None);
		CPPUNIT_ASSERT(faulty.struck());
	}

	void testFatalFaultsNeverPassForAnEnd()
	{
		carryWithEach({{Call::Recv, ECONNRESET}, {Call::Recv, ETIMEDOUT}, {Call::Recv, ENOMEM},
						  {Call::Send, EPIPE}, {Call::Send, ECONNRESET}, {Call::EpollControl, ENOMEM},
						  {Call::EpollControl, ENOSPC}, {Call::Shutdown, ENOTCONN}},
			SMALL, Traffic::Faults::Injected);
	}

	void testFatalFaultsNeverPassForAnEndOfBulk()
	{
		carryWithEach({{Call::Splice, EPIPE}, {Call::Splice, ECONNRESET}, {Call::Recv, ECONNRESET},
						  {Call::Send, EPIPE}},
			BULK, Traffic::Faults::Injected);
	}

	void testShortageOfMemoryNeverPassesForAnEnd()
	{
		// One of each: the connection that failed lives on, so that the relay
		// gives up only after the 5 s it has for what was read before.
		withEachFault({{Call::Send, ENOBUFS}, {Call::Splice, ENOMEM}}, TestForm::pick(1U, 12U),
			[](const std::string&) { carry(BULK, Traffic::Faults::Injected); });
	}

	void testShortageOfPipesCostsNoByte()
	{
		for (const int error : {EMFILE, ENFILE})
		{
			const CallFaults faulty({Call::Pipe, error}, 1, CallFaults::ALL);
			carry(BULK, Traffic::Faults::None);
			CPPUNIT_ASSERT(faulty.struck());
		}
	}

private:
	static std::vector<Fault> harmless()
	{
		return {{Call::Recv, EINTR}, {Call::Recv, EAGAIN}, {Call::Recv, Fault::SHORT}, {Call::Send, EINTR},
			{Call::Send, EAGAIN}, {Call::Send, Fault::SHORT}, {Call::EpollWait, EINTR}};
	}

	static void carryWithEach(const std::vector<Fault>& faults, std::uint64_t bytes, Traffic::Faults model)
	{
		withEachFault(faults, TestForm::pick(12U, 300U), [&](const std::string&) { carry(bytes, model); });
	}

	static void carry(std::uint64_t bytes, Traffic::Faults faults)
	{
		const std::size_t restsBefore = Rest::total();
		const std::size_t descriptorsBefore = ProcessStatus::self().descriptors();
		{
			RelayRig rig;
			Traffic traffic(rig.start(), 1, faults);
			// A question and an answer in each direction, parked in between; then both at once.
			traffic.send(Traffic::Visitor, bytes);
			pass(traffic);
			traffic.send(Traffic::Service, bytes);
			pass(traffic);
			traffic.send(Traffic::Visitor, bytes);
			traffic.halfClose(Traffic::Visitor);
			traffic.send(Traffic::Service, bytes);
			traffic.finish();
			CPPUNIT_ASSERT(
				eventually([&] { return rig.relays().count() == 0 && rig.relays().countResting() == 0; }));
		}
		CPPUNIT_ASSERT_EQUAL(restsBefore, Rest::total());
		CPPUNIT_ASSERT_EQUAL(descriptorsBefore, ProcessStatus::self().descriptors());
	}

	static void pass(Traffic& traffic)
	// As much as comes without a pause that parks the relay.
	{
		constexpr int PAUSES = 6; // of a millisecond: longer than a relay lingers
		for (int pauses = 0; pauses < PAUSES;)
			if (!traffic.step())
			{
				++pauses;
				::poll(nullptr, 0, 1);
			}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FlakyRelayTest);
