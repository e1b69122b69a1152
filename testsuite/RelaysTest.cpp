//
// RelaysTest.cpp
//

#include "Shared/Relays.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RelayRig.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/Transfer.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelaysTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelaysTest);
	CPPUNIT_TEST(testNoneRunAtFirst);
	CPPUNIT_TEST(testRunningOnesAreCounted);
	CPPUNIT_TEST(testAwaitNoneGivesUpAtItsDeadline);
	CPPUNIT_TEST(testAwaitNoneReturnsWhenTheLastHasEnded);
	CPPUNIT_TEST(testAbortOfParkedRelaysResetsBothSides);
	CPPUNIT_TEST(testAbortOfARunningRelayResetsBothSides);
	CPPUNIT_TEST(testAbortOfAStalledRelayResetsBothSides);
	CPPUNIT_TEST(testAbortWhileRelaysComeAndGo);
	CPPUNIT_TEST(testAbortWhileTheirPeersLeave);
	CPPUNIT_TEST(testTwoThousandAtOnceAllFinish);
	CPPUNIT_TEST(testQuietOneIsServedWhileBusyOnesTakeAllThreads);
	CPPUNIT_TEST(testRelayStartedAfterTheEndIsAborted);
	CPPUNIT_TEST(testFirstThreadCarriesWhatIsThere);
	CPPUNIT_TEST(testFirstThreadIsFreeAgainWhileBytesStillFlow);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

	static constexpr std::uint64_t MIB = 1024UL * 1024;

public:
	void setUp() override { _restsBefore = Rest::total(); }

	void tearDown() override { CPPUNIT_ASSERT_EQUAL(_restsBefore, Rest::total()); }

	void testFirstThreadCarriesWhatIsThere()
	{
		RelayRig rig(1);
		LoopbackPairs pairs;
		LoopbackPair visitor = pairs.make();
		LoopbackPair service = pairs.make();
		// So that no other thread can do it.
		std::promise<void> release;
		std::promise<void> taken;
		rig.relays().carriers().post(
			[&taken, released = release.get_future().share()]
			{
				taken.set_value();
				released.wait();
			});
		taken.get_future().wait();
		ScriptedPeer(visitor.far).send("there");
		rig.relays().run({visitor.near, service.near, "first ", "", nullptr});
		const std::string there = "first there";
		ScriptedPeer receiver(service.far);
		const bool came =
			eventually([&] { return receiver.socket().available() >= static_cast<int>(there.size()); });
		release.set_value();
		CPPUNIT_ASSERT(came);
		receiver.expect(there);
	}

	void testFirstThreadIsFreeAgainWhileBytesStillFlow()
	{
		RelayRig rig;
		LoopbackPairs pairs;
		LoopbackPair visitor = pairs.make();
		LoopbackPair service = pairs.make();
		ScriptedPeer sender(visitor.far);
		ScriptedPeer receiver(service.far);
		auto up = std::async(std::launch::async, [&] { sendUntilRefused(sender); });
		auto down = std::async(std::launch::async, [&] { receiveUntilReset(receiver); });
		rig.relays().run({visitor.near, service.near, "", "", nullptr});
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.relays().count());
		rig.relays().abortAll(); // the stream would not end by itself
		up.get();
		down.get();
	}

	void testNoneRunAtFirst()
	{
		RelayRig rig;
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.relays().count());
		CPPUNIT_ASSERT(rig.relays().awaitNone(Clock::system().now()));
		rig.relays().abortAll();
	}

	void testRunningOnesAreCounted()
	{
		RelayRig rig;
		RelayedPair first = rig.start();
		RelayedPair second = rig.start();
		CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rig.relays().count());
		first.visitor.reset();
		(void)first.awaitReport();
		CPPUNIT_ASSERT(eventually([&] { return rig.relays().count() == 1; }));
	}

	void testAwaitNoneGivesUpAtItsDeadline()
	{
		RelayRig rig;
		const RelayedPair pair = rig.start();
		const TimePoint deadline = Clock::system().now() + 20ms;
		CPPUNIT_ASSERT(!rig.relays().awaitNone(deadline));
		CPPUNIT_ASSERT(Clock::system().now() >= deadline);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.relays().count());
	}

	void testAwaitNoneReturnsWhenTheLastHasEnded()
	{
		RelayRig rig;
		RelayedPair first = rig.start();
		RelayedPair second = rig.start();
		auto none = std::async(
			std::launch::async, [&] { return rig.relays().awaitNone(Clock::system().now() + PATIENCE); });
		first.visitor.reset();
		(void)first.awaitReport();
		CPPUNIT_ASSERT(none.wait_for(10ms) == std::future_status::timeout);
		second.visitor.reset();
		CPPUNIT_ASSERT(none.get());
	}

	void testAbortOfParkedRelaysResetsBothSides()
	{
		RelayRig rig;
		std::vector<RelayedPair> pairs;
		for (int i = 0; i < 50; ++i) pairs.push_back(rig.start());
		rig.awaitParked(50);
		rig.relays().abortAll();
		// None of them had to wait for a thread.
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.relays().count());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.relays().countResting());
		for (RelayedPair& pair : pairs) expectAborted(pair);
	}

	void testAbortOfARunningRelayResetsBothSides()
	{
		RelayRig rig;
		RelayedPair pair = rig.start();
		// A stream that does not end keeps a thread with the relay.
		auto up = std::async(std::launch::async, [&] { sendUntilRefused(pair.visitor); });
		auto down = std::async(std::launch::async, [&] { receiveUntilReset(pair.service); });
		rig.relays().abortAll();
		CPPUNIT_ASSERT(rig.relays().awaitNone(Clock::system().now() + PATIENCE));
		up.get();
		down.get();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Aborted);
	}

	void testAbortOfAStalledRelayResetsBothSides()
	{
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		RelayRig rig(4, small);
		RelayedPair pair = rig.start();
		pair.service.send(ByteSource(1).next(100'000));
		CPPUNIT_ASSERT(eventually([] { return Rest::total() > 0; }));
		rig.relays().abortAll();
		CPPUNIT_ASSERT(rig.relays().awaitNone(Clock::system().now() + PATIENCE));
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Aborted);
		pair.service.expectReset();
		receiveUntilReset(pair.visitor);
		CPPUNIT_ASSERT(eventually([&] { return Rest::total() == _restsBefore; }));
	}

	void testAbortWhileRelaysComeAndGo()
	{
		RelayRig rig;
		const std::size_t descriptors = ProcessStatus::self().descriptors();
		for (int round = 0; round < 100; ++round)
		{
			std::vector<RelayedPair> pairs;
			for (int i = 0; i < 8; ++i)
			{
				pairs.push_back(rig.start("x"));
				if (i % 2 == 0) pairs.back().service.send("y");
				if (i % 4 == 0) pairs.back().visitor.close();
			}
			rig.relays().abortAll();
			CPPUNIT_ASSERT(rig.relays().awaitNone(Clock::system().now() + PATIENCE));
			for (RelayedPair& pair : pairs) (void)pair.awaitReport();
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.relays().countResting());
		CPPUNIT_ASSERT(eventually([&] { return ProcessStatus::self().descriptors() == descriptors; }));
	}

	void testAbortWhileTheirPeersLeave()
	{
		constexpr std::size_t COUNT = 32;
		for (int round = 0; round < 200; ++round)
		{
			RelayRig rig;
			std::vector<RelayedPair> pairs;
			for (std::size_t i = 0; i < COUNT; ++i) pairs.push_back(rig.start());
			rig.awaitParked(COUNT);
			auto leaving = std::async(std::launch::async,
				[&]
				{
					for (auto& pair : pairs)
					{
						pair.visitor.close();
						pair.service.close();
					}
				});
			rig.relays().abortAll();
			leaving.get();
			CPPUNIT_ASSERT(rig.relays().awaitNone(Clock::system().now() + PATIENCE));
			for (auto& pair : pairs) (void)pair.awaitReport();
		}
	}

	void testTwoThousandAtOnceAllFinish()
	{
		constexpr std::size_t COUNT = 2000;
		constexpr std::size_t EACH = 16UL * 1024;
		RelayRig rig(4);
		std::vector<RelayedPair> pairs;
		for (std::size_t i = 0; i < COUNT; ++i) pairs.push_back(rig.start());
		CPPUNIT_ASSERT_EQUAL(COUNT, rig.relays().count());
		for (std::size_t i = 0; i < COUNT; ++i)
		{
			pairs[i].visitor.send(ByteSource(i).next(EACH));
			pairs[i].service.send(ByteSource(COUNT + i).next(EACH));
			pairs[i].visitor.shutdownSend();
			pairs[i].service.shutdownSend();
		}
		for (std::size_t i = 0; i < COUNT; ++i)
		{
			CPPUNIT_ASSERT(pairs[i].service.receiveToEnd() == ByteSource(i).next(EACH));
			CPPUNIT_ASSERT(pairs[i].visitor.receiveToEnd() == ByteSource(COUNT + i).next(EACH));
			CPPUNIT_ASSERT(pairs[i].awaitReport().ending == Ending::Closed);
		}
		CPPUNIT_ASSERT(rig.relays().awaitNone(Clock::system().now() + PATIENCE));
	}

	void testQuietOneIsServedWhileBusyOnesTakeAllThreads()
	{
		// One thread, and a stream that never lets go of it by itself.
		RelayRig rig(1);
		RelayedPair busy = rig.start();
		RelayedPair quiet = rig.start();
		auto up = std::async(std::launch::async, [&] { sendUntilRefused(busy.visitor); });
		auto down = std::async(std::launch::async, [&] { receiveUntilReset(busy.service); });
		for (int i = 0; i < 100; ++i)
		{
			quiet.visitor.send("ping");
			quiet.service.expect("ping");
		}
		rig.relays().abortAll();
		up.get();
		down.get();
	}

	void testRelayStartedAfterTheEndIsAborted()
	{
		RelayRig rig;
		rig.relays().stop();
		RelayedPair pair = rig.start();
		expectAborted(pair);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.relays().count());
	}

private:
	static void expectAborted(RelayedPair& pair)
	{
		pair.visitor.expectReset();
		pair.service.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Aborted);
	}

	static void sendUntilRefused(ScriptedPeer& peer)
	{
		const std::string chunk(64UL * 1024, 'x');
		const TimePoint deadline = Clock::system().now() + PATIENCE;
		try
		{
			while (Clock::system().now() < deadline)
				(void)peer.socket().sendBytes(chunk.data(), static_cast<int>(chunk.size()));
		}
		catch (const Poco::Exception&)
		{
			return;
		}
		CPPUNIT_FAIL("nobody ends the stream");
	}

	static void receiveUntilReset(ScriptedPeer& peer)
	{
		std::string chunk(64UL * 1024, '\0');
		const TimePoint deadline = Clock::system().now() + PATIENCE;
		try
		{
			while (Clock::system().now() < deadline)
			{
				const int got = peer.socket().receiveBytes(chunk.data(), static_cast<int>(chunk.size()));
				CPPUNIT_ASSERT_MESSAGE("an end in place of a reset", got > 0);
			}
		}
		catch (const Poco::Exception&)
		{
			return;
		}
		CPPUNIT_FAIL("nobody resets the stream");
	}

	std::size_t _restsBefore = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelaysTest);
