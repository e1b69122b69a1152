//
// RelayTimeoutTest.cpp
//

#include "Shared/Relay.h"

#include "testsuite/support/ManualClock.h"
#include "testsuite/support/RelayRig.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelayTimeoutTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelayTimeoutTest);
	CPPUNIT_TEST(testIdleConnectionIsReset);
	CPPUNIT_TEST(testActivityRestartsTheIdleTimeout);
	CPPUNIT_TEST(testNoIdleTimeoutByDefault);
	CPPUNIT_TEST(testHalfClosedConnectionIsResetAfterAnHour);
	CPPUNIT_TEST(testActivityRestartsTheHalfCloseTimeout);
	CPPUNIT_TEST(testHalfCloseTimeoutCanBeTurnedOff);
	CPPUNIT_TEST(testShorterIdleTimeoutHoldsForAHalfClosedOne);
	CPPUNIT_TEST(testIdleTimeoutHoldsWhereTheHalfCloseTimeoutIsOff);
	CPPUNIT_TEST(testStalledConnectionIsReset);
	CPPUNIT_TEST(testOtherTimeoutsAreForRelaysToCome);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

public:
	void testIdleConnectionIsReset()
	{
		begin(60s, 0s);
		RelayedPair pair = start();
		advance(59s);
		expectRunning(pair);
		advance(1s);
		expectTimedOut(pair);
	}

	void testActivityRestartsTheIdleTimeout()
	{
		begin(60s, 0s);
		RelayedPair pair = start();
		for (int i = 0; i < 4; ++i)
		{
			advance(59s);
			pair.visitor.send("ping");
			pair.service.expect("ping");
			_rig->awaitParked();
		}
		advance(59s);
		expectRunning(pair);
		advance(1s);
		expectTimedOut(pair);
	}

	void testNoIdleTimeoutByDefault()
	{
		beginWith({});
		RelayedPair pair = start();
		advance(10'000h);
		expectRunning(pair);
		pair.visitor.send("ping");
		pair.service.expect("ping");
	}

	void testHalfClosedConnectionIsResetAfterAnHour()
	{
		beginWith({});
		RelayedPair whole = start();
		RelayedPair half = _rig->start();
		halfClose(half, 2);
		advance(1h - 1s);
		expectRunning(half);
		advance(1s);
		half.visitor.expectReset();
		CPPUNIT_ASSERT(half.awaitReport().ending == Ending::TimedOut);
		expectRunning(whole);
	}

	void testActivityRestartsTheHalfCloseTimeout()
	{
		begin(0s, 60s);
		RelayedPair pair = start();
		halfClose(pair);
		advance(59s);
		pair.service.send("answer");
		pair.visitor.expect("answer");
		_rig->awaitParked();
		advance(59s);
		expectRunning(pair);
		advance(1s);
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::TimedOut);
	}

	void testHalfCloseTimeoutCanBeTurnedOff()
	{
		begin(0s, 0s);
		RelayedPair pair = start();
		halfClose(pair);
		advance(10'000h);
		expectRunning(pair);
		pair.service.send("answer");
		pair.visitor.expect("answer");
	}

	void testShorterIdleTimeoutHoldsForAHalfClosedOne()
	{
		begin(60s, 3600s);
		RelayedPair pair = start();
		halfClose(pair);
		advance(60s);
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::TimedOut);
	}

	void testIdleTimeoutHoldsWhereTheHalfCloseTimeoutIsOff()
	{
		begin(60s, 0s);
		RelayedPair pair = start();
		halfClose(pair);
		advance(60s);
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::TimedOut);
	}

	void testStalledConnectionIsReset()
	{
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		begin(60s, 0s, small);
		RelayedPair pair = _rig->start();
		pair.service.send(std::string(100'000, 'x'));
		CPPUNIT_ASSERT(
			eventually([this] { return Rest::total() > 0 && _rig->relays().countResting() == 1; }));
		// It may be parked with a rest before the peer's kernel has taken its last segment.
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				_clock.advance(20s);
				_rig->relays().carriers().recheck();
				return pair.report.wait_for(0s) == std::future_status::ready;
			}));
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::TimedOut);
		CPPUNIT_ASSERT(eventually([] { return Rest::total() == 0; }));
	}

	void testOtherTimeoutsAreForRelaysToCome()
	{
		begin(60s, 0s);
		RelayedPair before = start();
		RelayConfig other;
		other.idleTimeout = 10s;
		_rig->relays().resources().adopt(other);
		RelayedPair after = _rig->start();
		_rig->awaitParked(2);
		advance(10s);
		expectTimedOut(after);
		expectRunning(before);
		before.visitor.send("ping");
		before.service.expect("ping");
		_rig->awaitParked();
		advance(60s);
		expectTimedOut(before);
	}

private:
	void begin(Duration idle, Duration halfClose, const LoopbackBuffers& visitorBuffers = {})
	{
		RelayConfig config;
		config.idleTimeout = idle;
		config.halfCloseTimeout = halfClose;
		beginWith(config, visitorBuffers);
	}

	void beginWith(const RelayConfig& config, const LoopbackBuffers& visitorBuffers = {})
	{
		_rig = std::make_unique<RelayRig>(4, visitorBuffers, LoopbackBuffers(), _clock, config);
	}

	RelayedPair start()
	{
		RelayedPair pair = _rig->start();
		_rig->awaitParked();
		return pair;
	}

	void halfClose(RelayedPair& pair, std::size_t parked = 1)
	{
		pair.visitor.shutdownSend();
		pair.service.expectEof();
		_rig->awaitParked(parked);
	}

	void advance(Duration step)
	{
		_clock.advance(step);
		_rig->relays().carriers().recheck();
	}

	static void expectRunning(RelayedPair& pair)
	{
		CPPUNIT_ASSERT(pair.report.wait_for(20ms) == std::future_status::timeout);
	}

	static void expectTimedOut(RelayedPair& pair)
	{
		pair.visitor.expectReset();
		pair.service.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::TimedOut);
	}

	ManualClock _clock;
	std::unique_ptr<RelayRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelayTimeoutTest);
