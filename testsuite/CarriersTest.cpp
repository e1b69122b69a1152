//
// CarriersTest.cpp
//

#include "Shared/Carriers.h"

#include "Shared/Semaphore.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ManualClock.h"

#include <atomic>
#include <condition_variable>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <sys/epoll.h>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class CarriersTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CarriersTest);
	CPPUNIT_TEST(testEventIsToldOnceUntilItsSideIsArmedAgain);
	CPPUNIT_TEST(testWhatIsStillThereIsToldAtOnce);
	CPPUNIT_TEST(testEachSideIsToldApart);
	CPPUNIT_TEST(testResetIsToldWithoutInterest);
	CPPUNIT_TEST(testClosedSocketIsForgotten);
	CPPUNIT_TEST(testPassedDeadlineIsTold);
	CPPUNIT_TEST(testDeadlineTakenBackIsNotTold);
	CPPUNIT_TEST(testNearDeadlineIsNotHeldUpByAFarOne);
	CPPUNIT_TEST(testPostedTaskIsDone);
	CPPUNIT_TEST(testTaskThatACarrierPostsIsDone);
	CPPUNIT_TEST(testTasksDoNotWaitForABusyThread);
	CPPUNIT_TEST(testEventDoesNotWaitForARelievedThread);
	CPPUNIT_TEST(testManyEventsAtOnceAreSharedOut);
	CPPUNIT_TEST(testStopDropsTasksAndRefusesSockets);
	CPPUNIT_TEST(testThreadsShareManyEvents);
	CPPUNIT_TEST_SUITE_END();

	using Told = std::pair<Carriers::Id, std::uint32_t>;

public:
	void setUp() override { start(2); }

	void tearDown() override
	{
		_carriers.reset();
		_onEvent = nullptr;
		_told.clear();
	}

	void testEventIsToldOnceUntilItsSideIsArmedAgain()
	{
		auto pair = _pairs.make();
		CPPUNIT_ASSERT(arm(1, 0, pair, EPOLLIN, true));
		pair.far.sendBytes("x", 1);
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT(Told(1, EPOLLIN) == told(0));
		pair.far.sendBytes("y", 1);
		awaitQuiet();
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, count());
	}

	void testWhatIsStillThereIsToldAtOnce()
	{
		auto pair = _pairs.make();
		pair.far.sendBytes("x", 1);
		CPPUNIT_ASSERT(arm(1, 0, pair, EPOLLIN, true));
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT(arm(1, 0, pair, EPOLLIN, false));
		CPPUNIT_ASSERT(awaitTold(2));
	}

	void testEachSideIsToldApart()
	{
		auto pair = _pairs.make();
		auto other = _pairs.make();
		CPPUNIT_ASSERT(arm(7, 0, pair, EPOLLIN, true));
		CPPUNIT_ASSERT(arm(7, 1, other, EPOLLIN, true));
		other.far.sendBytes("x", 1);
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT(Told(7, std::uint32_t{EPOLLIN} << Carriers::SIDE_SHIFT) == told(0));
		pair.far.sendBytes("x", 1);
		CPPUNIT_ASSERT(awaitTold(2));
		CPPUNIT_ASSERT(Told(7, EPOLLIN) == told(1));
	}

	void testResetIsToldWithoutInterest()
	{
		auto pair = _pairs.make();
		CPPUNIT_ASSERT(arm(1, 0, pair, 0, true));
		pair.far.sendBytes("x", 1);
		awaitQuiet();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count());
		pair.far.setLinger(true, 0);
		pair.far.close();
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT((told(0).second & EPOLLERR) != 0);
	}

	void testClosedSocketIsForgotten()
	{
		auto pair = _pairs.make();
		CPPUNIT_ASSERT(arm(1, 0, pair, EPOLLIN, true));
		pair.near.close();
		pair.far.sendBytes("x", 1);
		awaitQuiet();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count());
	}

	void testPassedDeadlineIsTold()
	{
		_carriers->schedule(3, _clock.now() + 30s);
		_clock.advance(29s);
		_carriers->recheck();
		awaitQuiet();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count());
		_clock.advance(1s);
		_carriers->recheck();
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT(Told(3, Carriers::EXPIRED) == told(0));
		_clock.advance(1h);
		_carriers->recheck();
		awaitQuiet();
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, count());
	}

	void testDeadlineTakenBackIsNotTold()
	{
		const auto at = _clock.now() + 30s;
		_carriers->schedule(3, at);
		_carriers->schedule(4, at);
		_carriers->unschedule(3, at);
		_clock.advance(1h);
		_carriers->recheck();
		CPPUNIT_ASSERT(awaitTold(1));
		awaitQuiet();
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, count());
		CPPUNIT_ASSERT(Told(4, Carriers::EXPIRED) == told(0));
	}

	void testNearDeadlineIsNotHeldUpByAFarOne()
	{
		_carriers = std::make_unique<Carriers>(2, Clock::system(), carry());
		_carriers->schedule(1, Clock::system().now() + 1h);
		awaitQuiet(); // the leader waits for that, or for its next look
		_carriers->schedule(2, Clock::system().now() + 20ms);
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT(Told(2, Carriers::EXPIRED) == told(0));
	}

	void testPostedTaskIsDone()
	{
		for (int i = 0; i < 100; ++i) awaitQuiet();
	}

	void testTaskThatACarrierPostsIsDone()
	{
		auto done = std::make_shared<std::promise<void>>();
		auto future = done->get_future();
		_carriers->post([this, done] { _carriers->post([done] { done->set_value(); }); });
		CPPUNIT_ASSERT(future.wait_for(PATIENCE) == std::future_status::ready);
	}

	void testTasksDoNotWaitForABusyThread()
	{
		std::promise<void> release;
		const auto released = release.get_future().share();
		_carriers->post([released] { released.wait(); });
		awaitQuiet(); // by the other thread
		release.set_value();
	}

	void testEventDoesNotWaitForARelievedThread()
	{
		std::promise<void> release;
		const auto released = release.get_future().share();
		_onEvent = [this, released](Carriers::Id id)
		{
			if (id != 1) return;
			_carriers->relieve();
			released.wait();
		};
		auto busy = _pairs.make();
		auto quick = _pairs.make();
		busy.far.sendBytes("x", 1);
		CPPUNIT_ASSERT(arm(1, 0, busy, EPOLLIN, true));
		CPPUNIT_ASSERT(awaitTold(1));
		CPPUNIT_ASSERT(arm(2, 0, quick, EPOLLIN, true));
		quick.far.sendBytes("x", 1);
		const bool came = awaitTold(2);
		release.set_value();
		CPPUNIT_ASSERT(came);
	}

	void testManyEventsAtOnceAreSharedOut()
	{
		// The leader is busy while they come, and the first of them keeps it busy again.
		std::promise<void> release;
		std::promise<void> taken;
		_carriers->post(
			[&taken, released = release.get_future().share()]
			{
				taken.set_value();
				released.wait();
			});
		taken.get_future().wait();
		std::promise<void> releaseFirst;
		const auto released = releaseFirst.get_future().share();
		const auto isFirst = std::make_shared<std::atomic<bool>>(true);
		_onEvent = [released, isFirst](Carriers::Id)
		{
			if (isFirst->exchange(false)) released.wait();
		};
		constexpr Carriers::Id COUNT = 12;
		std::vector<LoopbackPair> pairs;
		for (Carriers::Id id = 1; id <= COUNT; ++id)
		{
			pairs.push_back(_pairs.make());
			pairs.back().far.sendBytes("x", 1);
			CPPUNIT_ASSERT(arm(id, 0, pairs.back(), EPOLLIN, true));
		}
		release.set_value();
		const bool came = awaitTold(COUNT / 2);
		releaseFirst.set_value();
		CPPUNIT_ASSERT(came);
		CPPUNIT_ASSERT(awaitTold(COUNT));
	}

	void testStopDropsTasksAndRefusesSockets()
	{
		start(1);
		Semaphore release;
		std::promise<void> taken;
		_carriers->post(
			[&]
			{
				taken.set_value();
				release.wait();
			});
		taken.get_future().wait();
		const auto token = std::make_shared<int>();
		_carriers->post([token] { CPPUNIT_FAIL("done after the end"); });
		auto stopped = std::async(std::launch::async, [this] { _carriers->stop(); });
		auto pair = _pairs.make();
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				if (!arm(1, 0, pair, EPOLLIN, true)) return true;
				pair = _pairs.make();
				return false;
			}));
		release.post();
		stopped.get();
		CPPUNIT_ASSERT_EQUAL(1L, token.use_count());
	}

	void testThreadsShareManyEvents()
	{
		start(4);
		constexpr Carriers::Id COUNT = 500;
		constexpr std::size_t EACH = 20;
		std::vector<LoopbackPair> pairs;
		for (Carriers::Id id = 0; id < COUNT; ++id) pairs.push_back(_pairs.make());
		_onEvent = [this, &pairs](Carriers::Id id)
		{
			auto& pair = pairs.at(id - 1);
			char byte = 0;
			static_cast<void>(pair.near.receiveBytes(&byte, 1));
			static_cast<void>(arm(id, 0, pair, EPOLLIN, false));
		};
		for (Carriers::Id id = 1; id <= COUNT; ++id)
			CPPUNIT_ASSERT(arm(id, 0, pairs.at(id - 1), EPOLLIN, true));
		for (std::size_t i = 0; i < EACH; ++i)
			for (auto& pair : pairs) pair.far.sendBytes("x", 1);
		CPPUNIT_ASSERT(awaitTold(COUNT * EACH));
		awaitQuiet();
		_carriers->stop(); // before the pairs end
		CPPUNIT_ASSERT_EQUAL(std::size_t{COUNT * EACH}, count());
	}

private:
	void start(std::size_t threads) { _carriers = std::make_unique<Carriers>(threads, _clock, carry()); }

	[[nodiscard]] Carriers::Carry carry()
	{
		return [this](Carriers::Id id, std::uint32_t why)
		{
			{
				const std::lock_guard<std::mutex> lock(_mutex);
				_told.emplace_back(id, why);
				_came.notify_all();
			}
			if (_onEvent) _onEvent(id);
		};
	}

	[[nodiscard]] bool arm(
		Carriers::Id id, unsigned side, const LoopbackPair& pair, std::uint32_t events, bool isNew)
	{
		return _carriers->arm(id, side, pair.near.impl()->sockfd(), events, isNew);
	}

	[[nodiscard]] bool awaitTold(std::size_t count)
	{
		std::unique_lock<std::mutex> lock(_mutex);
		return _came.wait_for(lock, PATIENCE, [&] { return _told.size() >= count; });
	}

	void awaitQuiet()
	/// What was ready before has been told, or another thread is about to: a task comes after one look for events.
	{
		std::promise<void> done;
		auto future = done.get_future();
		_carriers->post([&done] { done.set_value(); });
		CPPUNIT_ASSERT(future.wait_for(PATIENCE) == std::future_status::ready);
	}

	[[nodiscard]] std::size_t count()
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _told.size();
	}

	[[nodiscard]] Told told(std::size_t index)
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _told.at(index);
	}

	ManualClock _clock;
	LoopbackPairs _pairs;
	std::function<void(Carriers::Id)> _onEvent; // set before there are events

	std::mutex _mutex; // guards what follows
	std::condition_variable _came;
	std::vector<Told> _told;

	std::unique_ptr<Carriers> _carriers;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CarriersTest);
