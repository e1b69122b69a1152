//
// RelayEngineTest.cpp
//

#include "Shared/RelayEngine.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RelayRig.h"

#include <array>
#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelayEngineTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelayEngineTest);
	CPPUNIT_TEST(testDrainWithoutRelaysReturnsAtOnce);
	CPPUNIT_TEST(testDrainWaitsForARunningRelay);
	CPPUNIT_TEST(testDrainWaitsForAnExpectedRelay);
	CPPUNIT_TEST(testHurryDoesNotWaitForAnExpectedRelay);
	CPPUNIT_TEST(testDrainResetsWhatIsLeftAfterTheGracePeriod);
	CPPUNIT_TEST(testHurryEndsTheGracePeriod);
	CPPUNIT_TEST(testHurryBeforeDrainLeavesNoGracePeriod);
	CPPUNIT_TEST(testStopResetsParkedRelays);
	CPPUNIT_TEST(testStopLeavesNothingBehind);
	CPPUNIT_TEST(testStopWhileRelaysRunLeavesNothingBehind);
	CPPUNIT_TEST(testTenThousandShortConnections);
	CPPUNIT_TEST(testSignOfLifeIsGivenByACarrier);
	CPPUNIT_TEST(testSignOfLifeWaitsForStuckCarriers);
	CPPUNIT_TEST(testAfterTheEndThereIsNoSignOfLife);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

public:
	void setUp() override
	{
		_restsBefore = Rest::total();
		_descriptorsBefore = ProcessStatus::self().descriptors();
		std::thread([] {}).join(); // a sanitizer adds a thread of its own to the first
		_threadsBefore = ProcessStatus::self().threads();
		_engine = std::make_unique<RelayEngine>(config(), Clock::system());
	}

	void tearDown() override
	{
		_engine.reset();
		CPPUNIT_ASSERT_EQUAL(_restsBefore, Rest::total());
		CPPUNIT_ASSERT_EQUAL(_descriptorsBefore, ProcessStatus::self().descriptors());
		// A joined thread may be counted a moment longer.
		CPPUNIT_ASSERT(eventually([&] { return ProcessStatus::self().threads() <= _threadsBefore; }));
	}

	void testDrainWithoutRelaysReturnsAtOnce()
	{
		const TimePoint before = Clock::system().now();
		_engine->drain(1h);
		CPPUNIT_ASSERT(Clock::system().now() - before < PATIENCE);
	}

	void testDrainWaitsForARunningRelay()
	{
		RelayedPair pair = start();
		auto drained = std::async(std::launch::async, [&] { _engine->drain(PATIENCE); });
		CPPUNIT_ASSERT(drained.wait_for(50ms) == std::future_status::timeout);
		pair.visitor.send("still served");
		pair.visitor.shutdownSend();
		CPPUNIT_ASSERT_EQUAL(std::string("still served"), pair.service.receiveToEnd());
		CPPUNIT_ASSERT(drained.wait_for(0s) == std::future_status::timeout);
		pair.service.shutdownSend();
		drained.get();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _engine->relays().count());
	}

	void testDrainWaitsForAnExpectedRelay()
	{
		auto expected = std::make_unique<Relays::Expected>(_engine->relays());
		auto drained = std::async(std::launch::async, [&] { _engine->drain(PATIENCE); });
		CPPUNIT_ASSERT(drained.wait_for(50ms) == std::future_status::timeout);
		RelayedPair pair = start();
		expected.reset();
		CPPUNIT_ASSERT(drained.wait_for(50ms) == std::future_status::timeout);
		pair.visitor.shutdownSend();
		pair.service.shutdownSend();
		drained.get();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testHurryDoesNotWaitForAnExpectedRelay()
	{
		const Relays::Expected expected(_engine->relays());
		auto drained = std::async(std::launch::async, [&] { _engine->drain(1h); });
		CPPUNIT_ASSERT(drained.wait_for(20ms) == std::future_status::timeout);
		_engine->hurry();
		CPPUNIT_ASSERT(drained.wait_for(PATIENCE) == std::future_status::ready);
	}

	void testDrainResetsWhatIsLeftAfterTheGracePeriod()
	{
		RelayedPair pair = start();
		const TimePoint before = Clock::system().now();
		_engine->drain(50ms);
		CPPUNIT_ASSERT(Clock::system().now() - before >= 50ms);
		expectAborted(pair);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _engine->relays().count());
	}

	void testHurryEndsTheGracePeriod()
	{
		RelayedPair pair = start();
		auto drained = std::async(std::launch::async, [&] { _engine->drain(1h); });
		CPPUNIT_ASSERT(drained.wait_for(20ms) == std::future_status::timeout);
		_engine->hurry();
		CPPUNIT_ASSERT(drained.wait_for(PATIENCE) == std::future_status::ready);
		expectAborted(pair);
	}

	void testHurryBeforeDrainLeavesNoGracePeriod()
	{
		_engine->hurry();
		RelayedPair pair = start();
		auto drained = std::async(std::launch::async, [&] { _engine->drain(1h); });
		CPPUNIT_ASSERT(drained.wait_for(PATIENCE) == std::future_status::ready);
		expectAborted(pair);
	}

	void testStopResetsParkedRelays()
	{
		RelayedPair pair = start();
		CPPUNIT_ASSERT(eventually([&] { return _engine->relays().countResting() == 1; }));
		_engine->stop();
		expectAborted(pair);
		_engine->stop();
	}

	void testStopLeavesNothingBehind()
	{
		std::vector<RelayedPair> pairs;
		for (int i = 0; i < 100; ++i) pairs.push_back(start());
		CPPUNIT_ASSERT(eventually([&] { return _engine->relays().countResting() == 100; }));
		const std::size_t open = ProcessStatus::self().descriptors();
		_engine->stop();
		CPPUNIT_ASSERT_EQUAL(open - 200, ProcessStatus::self().descriptors());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _engine->relays().count());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _engine->relays().countResting());
	}

	void testStopWhileRelaysRunLeavesNothingBehind()
	{
		for (int round = 0; round < 20; ++round)
		{
			std::vector<RelayedPair> pairs;
			for (std::uint64_t i = 0; i < 20; ++i)
			{
				pairs.push_back(start());
				pairs.back().visitor.send(ByteSource(i).next(50'000));
				pairs.back().service.send("answer");
			}
			_engine->stop();
			CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _engine->relays().count());
			for (RelayedPair& pair : pairs) CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Aborted);
			_engine = std::make_unique<RelayEngine>(config(), Clock::system());
		}
	}

	void testTenThousandShortConnections()
	{
		constexpr std::size_t COUNT = 10'000;
		constexpr std::size_t AT_ONCE = 50;
		for (std::size_t done = 0; done < COUNT; done += AT_ONCE)
		{
			std::vector<RelayedPair> pairs;
			for (std::size_t i = 0; i < AT_ONCE; ++i)
			{
				pairs.push_back(start("GET"));
				pairs.back().visitor.shutdownSend();
			}
			for (RelayedPair& pair : pairs)
			{
				CPPUNIT_ASSERT_EQUAL(std::string("GET"), pair.service.receiveToEnd());
				pair.service.send("answer");
				pair.service.close();
			}
			for (RelayedPair& pair : pairs)
			{
				CPPUNIT_ASSERT_EQUAL(std::string("answer"), pair.visitor.receiveToEnd());
				CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
			}
		}
		CPPUNIT_ASSERT(_engine->relays().awaitNone(Clock::system().now() + PATIENCE));
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _engine->relays().countResting());
	}

	void testSignOfLifeIsGivenByACarrier()
	{
		for (int i = 0; i < 3; ++i)
		{
			std::promise<std::string> sign;
			CPPUNIT_ASSERT(_engine->proveLife([&] { sign.set_value(threadName()); }));
			auto given = sign.get_future();
			CPPUNIT_ASSERT(given.wait_for(PATIENCE) == std::future_status::ready);
			CPPUNIT_ASSERT_EQUAL(std::string("carrier"), given.get());
		}
	}

	void testSignOfLifeWaitsForStuckCarriers()
	{
		std::promise<void> release;
		const std::shared_future<void> released = release.get_future().share();
		std::atomic<unsigned> stuck{0};
		for (std::size_t i = 0; i < config().threads; ++i)
			_engine->relays().carriers().post(
				[&stuck, released]
				{
					++stuck;
					released.wait();
				});
		CPPUNIT_ASSERT(eventually([&] { return stuck == config().threads; }));
		std::atomic<bool> given{false};
		CPPUNIT_ASSERT(_engine->proveLife([&given] { given = true; }));
		CPPUNIT_ASSERT(eventually([&] { return _engine->watch().size() == 0; }));
		CPPUNIT_ASSERT(!given);
		release.set_value();
		CPPUNIT_ASSERT(eventually([&] { return given.load(); }));
	}

	void testAfterTheEndThereIsNoSignOfLife()
	{
		_engine->stop();
		CPPUNIT_ASSERT(!_engine->proveLife([] { CPPUNIT_FAIL("a sign"); }));
	}

private:
	[[nodiscard]] static std::string threadName()
	{
		std::array<char, 16> name{};
		::pthread_getname_np(::pthread_self(), name.data(), name.size());
		return name.data();
	}

	static RelayConfig config()
	{
		RelayConfig config;
		config.threads = 4;
		return config;
	}

	RelayedPair start(const std::string& fromVisitor = {})
	{
		return startRelay(_engine->relays(), _visitors, _services, fromVisitor);
	}

	static void expectAborted(RelayedPair& pair)
	{
		pair.visitor.expectReset();
		pair.service.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Aborted);
	}

	LoopbackPairs _visitors;
	LoopbackPairs _services;
	std::size_t _restsBefore = 0;
	std::size_t _descriptorsBefore = 0;
	std::size_t _threadsBefore = 0;
	std::unique_ptr<RelayEngine> _engine;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelayEngineTest);
