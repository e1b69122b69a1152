//
// RelayTest.cpp
//

#include "Shared/Relay.h"

#include "Shared/SocketOptions.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RelayRig.h"
#include "testsuite/support/Transfer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <poll.h>
#include <sys/resource.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelayTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelayTest);
	CPPUNIT_TEST(testBytesFlowBothWays);
	CPPUNIT_TEST(testBytesReadBeforeGoFirst);
	CPPUNIT_TEST(testEveryPingIsAnswered);
	CPPUNIT_TEST(testVisitorHalfCloseStillReceivesAnswer);
	CPPUNIT_TEST(testServiceHalfCloseStillReceivesRequest);
	CPPUNIT_TEST(testReportTellsBytesAndEnding);
	CPPUNIT_TEST(testVisitorResetReachesTheService);
	CPPUNIT_TEST(testServiceResetReachesTheVisitor);
	CPPUNIT_TEST(testResetFollowsWhatWasReadBeforeIt);
	CPPUNIT_TEST(testResetAfterAHalfCloseIsPassedOn);
	CPPUNIT_TEST(testResetWaitsFiveSecondsForAStalledPeer);
	CPPUNIT_TEST(testServiceThatClosesWithUnreadInputCostsTheVisitorNothing);
	CPPUNIT_TEST(testStalledDirectionDoesNotHoldUpTheOther);
	CPPUNIT_TEST(testSlowReadersThatWriteAtOnceDoNotDeadlock);
	CPPUNIT_TEST(testHundredMebibytesEachWayAtOnce);
	CPPUNIT_TEST(testQuietRelayIsParkedAndCostsNoThread);
	CPPUNIT_TEST(testParkedRelayWakesFromEitherSide);
	CPPUNIT_TEST(testParkedRelayWakesFromBothSidesAtOnce);
	CPPUNIT_TEST(testStalledRelayIsParked);
	CPPUNIT_TEST(testStalledRelayWhoseSourceHungUpDoesNotSpin);
	CPPUNIT_TEST(testEndedRelayLeavesNothingBehind);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

	static constexpr std::uint64_t MIB = 1024UL * 1024;

public:
	void setUp() override
	{
		_restsBefore = Rest::total();
		_rig = std::make_unique<RelayRig>();
	}

	void tearDown() override
	{
		_rig.reset();
		CPPUNIT_ASSERT_EQUAL(_restsBefore, Rest::total());
	}

	void testBytesFlowBothWays()
	{
		RelayedPair pair = _rig->start();
		pair.visitor.send("question");
		pair.service.expect("question");
		pair.service.send("answer");
		pair.visitor.expect("answer");
	}

	void testBytesReadBeforeGoFirst()
	{
		RelayedPair pair = _rig->start("read from the visitor, ", "read from the service, ");
		pair.visitor.send("then more");
		pair.service.send("then this");
		pair.service.expect("read from the visitor, then more");
		pair.visitor.expect("read from the service, then this");
	}

	void testEveryPingIsAnswered()
	{
		RelayedPair pair = _rig->start();
		for (int i = 0; i < 1000; ++i)
		{
			const std::string byte(1, static_cast<char>(i));
			pair.visitor.send(byte);
			pair.service.expect(byte);
			pair.service.send(byte);
			pair.visitor.expect(byte);
		}
	}

	void testVisitorHalfCloseStillReceivesAnswer()
	{
		RelayedPair pair = _rig->start();
		pair.visitor.send("question");
		pair.visitor.shutdownSend();
		CPPUNIT_ASSERT_EQUAL(std::string("question"), pair.service.receiveToEnd());
		_rig->awaitParked();
		pair.service.send("answer");
		pair.visitor.expect("answer");
		pair.service.close();
		pair.visitor.expectEof();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testServiceHalfCloseStillReceivesRequest()
	{
		RelayedPair pair = _rig->start();
		pair.service.send("greeting");
		pair.service.shutdownSend();
		CPPUNIT_ASSERT_EQUAL(std::string("greeting"), pair.visitor.receiveToEnd());
		_rig->awaitParked();
		pair.visitor.send("request");
		pair.service.expect("request");
		pair.visitor.close();
		pair.service.expectEof();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testReportTellsBytesAndEnding()
	{
		const TimePoint before = Clock::system().now();
		RelayedPair pair = _rig->start("12345");
		pair.visitor.send("678");
		pair.service.expect("12345678");
		pair.service.send(ByteSource(1).next(100'000));
		pair.service.close();
		CPPUNIT_ASSERT(pair.visitor.receiveToEnd() == ByteSource(1).next(100'000));
		pair.visitor.close();
		const RelayReport report = pair.awaitReport();
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{8}, report.firstToSecond);
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{100'000}, report.secondToFirst);
		CPPUNIT_ASSERT(report.ending == Ending::Closed);
		CPPUNIT_ASSERT(report.duration > 0s);
		CPPUNIT_ASSERT(report.duration <= Clock::system().now() - before);
	}

	void testVisitorResetReachesTheService()
	{
		RelayedPair pair = _rig->start();
		_rig->awaitParked();
		pair.visitor.reset();
		pair.service.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testServiceResetReachesTheVisitor()
	{
		RelayedPair pair = _rig->start();
		pair.visitor.send("question");
		pair.service.expect("question");
		pair.service.reset();
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testResetFollowsWhatWasReadBeforeIt()
	{
		// Many times: the bytes and the reset may be seen together or apart.
		for (int i = 0; i < 100; ++i)
		{
			RelayedPair pair = _rig->start();
			if (i % 2 == 0) _rig->awaitParked();
			const TimePoint before = Clock::system().now();
			pair.service.send("last words");
			// Loopback delivers in the send call: nothing is discarded by the reset.
			pair.service.reset();
			pair.visitor.expect("last words");
			pair.visitor.expectReset();
			CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
			// It had not to wait for the deadline of what cannot be delivered.
			CPPUNIT_ASSERT(Clock::system().now() - before < 5s);
		}
	}

	void testResetAfterAHalfCloseIsPassedOn()
	{
		RelayedPair pair = _rig->start();
		pair.visitor.shutdownSend();
		pair.service.expectEof();
		_rig->awaitParked();
		pair.visitor.reset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
		// After its end of stream a receive tells of no reset any more; a poll does.
		pollfd entry{pair.service.socket().impl()->sockfd(), 0, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, std::chrono::milliseconds(PATIENCE).count()));
		CPPUNIT_ASSERT((entry.revents & POLLERR) != 0);
	}

	void testResetWaitsFiveSecondsForAStalledPeer()
	{
		ManualClock clock;
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		RelayRig rig(4, small, {}, clock);
		RelayedPair pair = rig.start();
		pair.service.send(ByteSource(2).next(100'000));
		CPPUNIT_ASSERT(eventually([] { return Rest::total() > 0; }));
		pair.service.reset();
		const TimePoint before = clock.now();
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				clock.advance(100ms);
				rig.relays().carriers().recheck();
				return pair.report.wait_for(0s) == std::future_status::ready;
			}));
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
		CPPUNIT_ASSERT(clock.now() - before >= 5s);
		CPPUNIT_ASSERT(eventually([&] { return Rest::total() == _restsBefore; }));
	}

	void testServiceThatClosesWithUnreadInputCostsTheVisitorNothing()
	{
		constexpr std::size_t ANSWER = 200'000;
		RelayedPair pair = _rig->start();
		pair.visitor.send("a request that is never read");
		pollfd entry{pair.service.socket().impl()->sockfd(), POLLIN, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, std::chrono::milliseconds(PATIENCE).count()));
		pair.service.send(ByteSource(3).next(ANSWER));
		// What the relay's kernel has is what a direct visitor would get.
		CPPUNIT_ASSERT(eventually([&] { return unsentBytes(pair.service.socket()) == 0; }));
		pair.service.close();
		CPPUNIT_ASSERT(pair.visitor.receive(ANSWER) == ByteSource(3).next(ANSWER));
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testStalledDirectionDoesNotHoldUpTheOther()
	{
		useSmallBuffers();
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 4, 8 * MIB);
		CPPUNIT_ASSERT(eventually([] { return Rest::total() > 0; }));
		Transfer down = Transfer::send(pair.service.socket(), 5, 64 * MIB);
		Transfer::receive(pair.visitor.socket(), 5, 64 * MIB).await();
		down.await();
		CPPUNIT_ASSERT(Rest::total() > 0);
		CPPUNIT_ASSERT(!up.isDone());
		Transfer::receive(pair.service.socket(), 4, 8 * MIB).await();
		up.await();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testSlowReadersThatWriteAtOnceDoNotDeadlock()
	{
		useSmallBuffers();
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 6, 16 * MIB);
		Transfer down = Transfer::send(pair.service.socket(), 7, 16 * MIB);
		// Both directions are stalled before anybody reads.
		CPPUNIT_ASSERT(eventually([&] { return _rig->relays().countResting() == 1 && Rest::total() > 0; }));
		Transfer answer = Transfer::receive(pair.visitor.socket(), 7, 16 * MIB, 2048);
		Transfer::receive(pair.service.socket(), 6, 16 * MIB, 2048).await();
		answer.await();
		up.await();
		down.await();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testHundredMebibytesEachWayAtOnce()
	{
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 8, 100 * MIB);
		Transfer down = Transfer::send(pair.service.socket(), 9, 100 * MIB);
		Transfer answer = Transfer::receive(pair.visitor.socket(), 9, 100 * MIB);
		Transfer::receive(pair.service.socket(), 8, 100 * MIB).await();
		answer.await();
		up.await();
		down.await();
		const RelayReport report = pair.awaitReport();
		CPPUNIT_ASSERT_EQUAL(100 * MIB, report.firstToSecond);
		CPPUNIT_ASSERT_EQUAL(100 * MIB, report.secondToFirst);
		CPPUNIT_ASSERT(report.ending == Ending::Closed);
	}

	void testQuietRelayIsParkedAndCostsNoThread()
	{
		RelayRig rig(1);
		RelayedPair pair = rig.start();
		RelayedPair other = rig.start();
		rig.awaitParked(2);
		for (RelayedPair* each : {&pair, &other, &pair})
		{
			each->visitor.send("x");
			each->service.expect("x");
			rig.awaitParked(2);
		}
	}

	void testParkedRelayWakesFromEitherSide()
	{
		RelayedPair pair = _rig->start();
		for (int i = 0; i < 20; ++i)
		{
			_rig->awaitParked();
			pair.visitor.send("up");
			pair.service.expect("up");
			_rig->awaitParked();
			pair.service.send("down");
			pair.visitor.expect("down");
		}
	}

	void testParkedRelayWakesFromBothSidesAtOnce()
	{
		RelayedPair pair = _rig->start();
		for (int i = 0; i < 200; ++i)
		{
			_rig->awaitParked();
			pair.visitor.send("up");
			pair.service.send("down");
			pair.service.expect("up");
			pair.visitor.expect("down");
		}
	}

	void testStalledRelayIsParked()
	{
		useSmallBuffers();
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 10, 8 * MIB);
		CPPUNIT_ASSERT(eventually([&] { return _rig->relays().countResting() == 1 && Rest::total() > 0; }));
		CPPUNIT_ASSERT(cpuWhileParked() < 200ms);
		Transfer::receive(pair.service.socket(), 10, 8 * MIB).await();
		up.await();
	}

	void testStalledRelayWhoseSourceHungUpDoesNotSpin()
	{
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		LoopbackBuffers large;
		large.nearReceive = 1 << 20;
		RelayRig rig(4, small, large);
		RelayedPair pair = rig.start();
		pair.visitor.shutdownSend();
		pair.service.expectEof();
		constexpr std::size_t ANSWER = 300'000;
		pair.service.send(ByteSource(11).next(ANSWER));
		pair.service.shutdownSend();
		CPPUNIT_ASSERT(eventually([&] { return unsentBytes(pair.service.socket()) == 0; }));
		rig.awaitParked();
		CPPUNIT_ASSERT(cpuWhileParked() < 200ms);
		rig.awaitParked();
		CPPUNIT_ASSERT(pair.visitor.receiveToEnd() == ByteSource(11).next(ANSWER));
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testEndedRelayLeavesNothingBehind()
	{
		RelayedPair warm = _rig->start();
		warm.visitor.close();
		warm.service.close();
		(void)warm.awaitReport();
		const std::size_t before = ProcessStatus::self().descriptors();
		{
			RelayedPair pair = _rig->start();
			pair.visitor.close();
			pair.service.expectEof();
			pair.service.close();
			(void)pair.awaitReport();
		}
		CPPUNIT_ASSERT(eventually([&] { return ProcessStatus::self().descriptors() == before; }));
		CPPUNIT_ASSERT(eventually([&] { return _rig->relays().count() == 0; }));
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _rig->relays().countResting());
	}

private:
	void useSmallBuffers()
	{
		LoopbackBuffers buffers;
		buffers.nearSend = buffers.nearReceive = buffers.farSend = buffers.farReceive = 128 * 1024;
		_rig = std::make_unique<RelayRig>(4, buffers, buffers);
	}

	static std::chrono::microseconds cpuTime()
	{
		rusage usage{};
		::getrusage(RUSAGE_SELF, &usage);
		return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			   std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	}

	static std::chrono::microseconds cpuWhileParked()
	// What the process uses in half a second in which nothing happens: one
	// thread that spins uses all of it.
	{
		const auto before = cpuTime();
		::poll(nullptr, 0, 500);
		return cpuTime() - before;
	}

	std::size_t _restsBefore = 0;
	std::unique_ptr<RelayRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelayTest);
