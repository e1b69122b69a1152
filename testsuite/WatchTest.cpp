//
// WatchTest.cpp
//

#include "Shared/Watch.h"

#include "Shared/Semaphore.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ManualClock.h"

#include <atomic>
#include <condition_variable>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <mutex>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

namespace
{

class Waiter : public Watched
/// Notes how often it was resumed, and why the last time.
{
public:
	void resume(const Wake& wake) noexcept override
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_wake = wake;
		++_times;
		_resumed.notify_all();
	}

	[[nodiscard]] bool reaches(int times) const
	{
		std::unique_lock<std::mutex> lock(_mutex);
		return _resumed.wait_for(lock, PATIENCE, [&] { return _times >= times; });
	}

	void awaitTimes(int times) const
	{
		(void)reaches(times);
		CPPUNIT_ASSERT_EQUAL(times, this->times());
	}

	[[nodiscard]] int times() const
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _times;
	}

	[[nodiscard]] Wake wake() const
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _wake;
	}

	[[nodiscard]] bool expired() const { return wake().expired; }
	[[nodiscard]] std::uint32_t events(std::size_t side) const { return wake().events.at(side); }

private:
	mutable std::mutex _mutex; // guards what follows
	mutable std::condition_variable _resumed;
	Wake _wake;
	int _times = 0;
};

class GuestWaiter : public Waiter
/// One that goes on in another pool.
{
public:
	explicit GuestWaiter(Workers& pool) noexcept
		: _pool(pool)
	{
	}

	[[nodiscard]] Workers& pool(Workers&) noexcept override { return _pool; }

private:
	Workers& _pool;
};

} // namespace

class WatchTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(WatchTest);
	CPPUNIT_TEST(testReadableSocketResumes);
	CPPUNIT_TEST(testWatchedGoesOnInThePoolItNames);
	CPPUNIT_TEST(testWritableSocketResumes);
	CPPUNIT_TEST(testQuietSocketStaysParked);
	CPPUNIT_TEST(testResetWakesASideWithoutInterest);
	CPPUNIT_TEST(testHangUpWakesASideWithoutInterest);
	CPPUNIT_TEST(testEndOfStreamAloneDoesNotWakeASideWithoutInterest);
	CPPUNIT_TEST(testPassedDeadlineResumes);
	CPPUNIT_TEST(testSocketReadyBeforeTheDeadlineResumesOnce);
	CPPUNIT_TEST(testNearDeadlineIsNotHeldUpByAFarOne);
	CPPUNIT_TEST(testWithdrawGivesItBackAndNothingFollows);
	CPPUNIT_TEST(testWithdrawOfAnUnknownIdGivesNothing);
	CPPUNIT_TEST(testWithdrawAndEventClaimExactlyOnce);
	CPPUNIT_TEST(testWithdrawAndDeadlineClaimExactlyOnce);
	CPPUNIT_TEST(testBothSidesReadyAtOnceResumeOnce);
	CPPUNIT_TEST(testStaleEventFindsNobodyParkedAnewUnderTheSameId);
	CPPUNIT_TEST(testSocketIsFreeOnceClaimed);
	CPPUNIT_TEST(testSocketParkedTwiceIsRefused);
	CPPUNIT_TEST(testTwoThousandParkedAreAllWoken);
	CPPUNIT_TEST(testTwoThousandDeadlinesPassTogether);
	CPPUNIT_TEST(testStopLetsGoOfEverything);
	CPPUNIT_TEST_SUITE_END();

	using Side = Watch::Side;
	static constexpr int ROUNDS = 3000; // at most: a busy machine gets as far as it gets

public:
	void setUp() override
	{
		_enough = Clock::system().now() + 5s;
		_workers = std::make_unique<Workers>("test", 2);
		_watch = std::make_unique<Watch>(*_workers, _clock);
		_pair = _pairs.make();
		_other = _pairs.make();
	}

	void tearDown() override
	{
		_watch->stop();
		_workers->stop();
	}

	void testReadableSocketResumes()
	{
		const auto waiter = park({&_pair.near, EPOLLIN}, {&_other.near, EPOLLIN});
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _watch->size());
		_other.far.sendBytes("x", 1);
		waiter->awaitTimes(1);
		CPPUNIT_ASSERT_EQUAL(0U, waiter->events(0));
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{EPOLLIN}, waiter->events(1));
		CPPUNIT_ASSERT(!waiter->expired());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
	}

	void testWatchedGoesOnInThePoolItNames()
	{
		Workers pool("guest", 1);
		const auto guest = std::make_shared<GuestWaiter>(pool);
		_workers->stop(); // so that no other can resume it
		CPPUNIT_ASSERT(_watch->park(_watch->newId(), guest, {&_pair.near, EPOLLIN}, {}, std::nullopt));
		_pair.far.sendBytes("x", 1);
		guest->awaitTimes(1);
	}

	void testWritableSocketResumes()
	{
		const auto waiter = park({&_pair.near, EPOLLOUT}, {});
		waiter->awaitTimes(1);
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{EPOLLOUT}, waiter->events(0));
	}

	void testQuietSocketStaysParked()
	{
		const auto waiter = park({&_pair.near, EPOLLIN}, {});
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(0, waiter->times());
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _watch->size());
	}

	void testResetWakesASideWithoutInterest()
	{
		const auto waiter = park({&_pair.near, 0}, {&_other.near, 0});
		_pair.far.setLinger(true, 0);
		_pair.far.close();
		waiter->awaitTimes(1);
		CPPUNIT_ASSERT((waiter->events(0) & EPOLLERR) != 0);
	}

	void testHangUpWakesASideWithoutInterest()
	{
		_pair.near.shutdownSend();
		const auto waiter = park({&_pair.near, 0}, {&_other.near, 0});
		_pair.far.shutdownSend();
		waiter->awaitTimes(1);
		CPPUNIT_ASSERT((waiter->events(0) & EPOLLHUP) != 0);
		CPPUNIT_ASSERT((waiter->events(0) & EPOLLERR) == 0);
	}

	void testEndOfStreamAloneDoesNotWakeASideWithoutInterest()
	{
		const auto waiter = park({&_pair.near, 0}, {});
		_pair.far.sendBytes("x", 1);
		_pair.far.shutdownSend();
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(0, waiter->times());
	}

	void testPassedDeadlineResumes()
	{
		const auto waiter = park({&_pair.near, EPOLLIN}, {}, _clock.now() + 10s);
		_clock.advance(9999ms);
		_watch->recheck();
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(0, waiter->times());
		_clock.advance(1ms);
		_watch->recheck();
		waiter->awaitTimes(1);
		CPPUNIT_ASSERT(waiter->expired());
		CPPUNIT_ASSERT_EQUAL(0U, waiter->events(0));
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
	}

	void testSocketReadyBeforeTheDeadlineResumesOnce()
	{
		const auto waiter = park({&_pair.near, EPOLLIN}, {}, _clock.now() + 10s);
		_pair.far.sendBytes("x", 1);
		waiter->awaitTimes(1);
		CPPUNIT_ASSERT(!waiter->expired());
		_clock.advance(1h);
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(1, waiter->times());
	}

	void testNearDeadlineIsNotHeldUpByAFarOne()
	{
		Watch watch(*_workers, Clock::system());
		const auto far = std::make_shared<Waiter>();
		const auto near = std::make_shared<Waiter>();
		const TimePoint now = Clock::system().now();
		CPPUNIT_ASSERT(watch.park(watch.newId(), far, {}, {}, now + 1h));
		CPPUNIT_ASSERT(watch.park(watch.newId(), near, {}, {}, now + 10ms));
		near->awaitTimes(1);
		CPPUNIT_ASSERT(Clock::system().now() >= now + 10ms);
		CPPUNIT_ASSERT_EQUAL(0, far->times());
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, watch.size());
	}

	void testWithdrawGivesItBackAndNothingFollows()
	{
		const auto waiter = std::make_shared<Waiter>();
		const Watch::Id id = _watch->newId();
		CPPUNIT_ASSERT(_watch->park(id, waiter, {&_pair.near, EPOLLIN}, {}, _clock.now() + 1s));
		CPPUNIT_ASSERT(_watch->withdraw(id) == waiter);
		CPPUNIT_ASSERT(_watch->withdraw(id) == nullptr);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
		_pair.far.sendBytes("x", 1);
		_clock.advance(2s);
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(0, waiter->times());
	}

	void testWithdrawOfAnUnknownIdGivesNothing()
	{
		CPPUNIT_ASSERT(_watch->withdraw(_watch->newId()) == nullptr);
		CPPUNIT_ASSERT(_watch->withdraw(12345) == nullptr);
	}

	void testWithdrawAndEventClaimExactlyOnce()
	{
		Semaphore asked;
		Semaphore done;
		std::atomic<bool> over{false};
		std::thread sender(
			[&]
			{
				for (asked.wait(); !over; asked.wait())
				{
					_pair.far.sendBytes("x", 1);
					done.post();
				}
			});
		const auto waiter = std::make_shared<Waiter>();
		int withdrawn = 0;
		int rounds = 0;
		while (rounds < ROUNDS && Clock::system().now() < _enough)
		{
			const Watch::Id id = _watch->newId();
			const bool parked = _watch->park(id, waiter, {&_pair.near, EPOLLIN}, {}, std::nullopt);
			++rounds;
			asked.post();
			// Now at once, now later: so that either is first at times.
			for (int spin = 0; spin < rounds % 64; ++spin) std::this_thread::yield();
			if (parked && _watch->withdraw(id) != nullptr) ++withdrawn;
			char byte = 0;
			done.wait();
			_pair.near.receiveBytes(&byte, 1);
			if (!waiter->reaches(rounds - withdrawn)) break;
		}
		over = true;
		asked.post();
		sender.join();
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(rounds, withdrawn + waiter->times());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
	}

	void testWithdrawAndDeadlineClaimExactlyOnce()
	{
		const auto waiter = std::make_shared<Waiter>();
		int withdrawn = 0;
		int rounds = 0;
		while (rounds < ROUNDS && Clock::system().now() < _enough)
		{
			const Watch::Id id = _watch->newId();
			CPPUNIT_ASSERT(_watch->park(id, waiter, {}, {}, _clock.now() + 1s));
			++rounds;
			_clock.advance(1s);
			_watch->recheck();
			for (int spin = 0; spin < rounds % 16; ++spin) std::this_thread::yield();
			if (_watch->withdraw(id) != nullptr) ++withdrawn;
		}
		letTheWatchTurn();
		waiter->awaitTimes(rounds - withdrawn);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
	}

	void testBothSidesReadyAtOnceResumeOnce()
	{
		_pair.far.sendBytes("x", 1);
		_other.far.sendBytes("x", 1);
		const auto waiter = std::make_shared<Waiter>();
		const Watch::Id id = _watch->newId();
		for (int round = 1; round <= ROUNDS; ++round)
		{
			CPPUNIT_ASSERT(
				_watch->park(id, waiter, {&_pair.near, EPOLLIN}, {&_other.near, EPOLLIN}, std::nullopt));
			waiter->awaitTimes(round);
		}
		letTheWatchTurn();
		CPPUNIT_ASSERT_EQUAL(ROUNDS, waiter->times());
	}

	void testStaleEventFindsNobodyParkedAnewUnderTheSameId()
	{
		// Somebody always wants the Watch's lock, so that events wait for it
		// after they were taken: they are stale when their turn comes.
		std::atomic<bool> done{false};
		auto contention = std::async(std::launch::async,
			[&]
			{
				while (!done) (void)_watch->size();
			});
		const auto end = std::shared_ptr<void>(nullptr, [&](void*) { done = true; });

		_pair.far.sendBytes("x", 1);
		const Watch::Id id = _watch->newId();
		for (int round = 1; round <= 300; ++round)
		{
			const auto first = std::make_shared<Waiter>();
			CPPUNIT_ASSERT(_watch->park(id, first, {&_pair.near, EPOLLIN}, {}, std::nullopt));
			for (int spin = 0; spin < round % 16; ++spin) std::this_thread::yield();
			if (_watch->withdraw(id) == nullptr)
			{
				first->awaitTimes(1);
				continue;
			}
			const auto second = std::make_shared<Waiter>();
			CPPUNIT_ASSERT(_watch->park(id, second, {&_other.near, EPOLLIN}, {}, std::nullopt));
			letTheWatchTurn();
			CPPUNIT_ASSERT(_watch->withdraw(id) == second);
			CPPUNIT_ASSERT_EQUAL(0, first->times());
		}
	}

	void testSocketIsFreeOnceClaimed()
	{
		const auto waiter = park({&_pair.near, EPOLLIN}, {});
		_pair.far.sendBytes("x", 1);
		waiter->awaitTimes(1);
		const auto next = park({&_pair.near, EPOLLIN}, {});
		next->awaitTimes(1);
	}

	void testSocketParkedTwiceIsRefused()
	{
		const auto first = park({&_pair.near, EPOLLIN}, {});
		const auto second = std::make_shared<Waiter>();
		const Watch::Id id = _watch->newId();
		CPPUNIT_ASSERT(!_watch->park(id, second, {&_other.near, EPOLLIN}, {&_pair.near, EPOLLIN}, {}));
		CPPUNIT_ASSERT(_watch->withdraw(id) == nullptr);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _watch->size());
		// The side that had been taken in before the refusal is let go of.
		CPPUNIT_ASSERT(_watch->park(id, second, {&_other.near, EPOLLIN}, {}, {}));
		_pair.far.sendBytes("x", 1);
		first->awaitTimes(1);
		CPPUNIT_ASSERT_EQUAL(0, second->times());
	}

	void testTwoThousandParkedAreAllWoken()
	{
		constexpr std::size_t COUNT = 2000;
		std::vector<LoopbackPair> pairs;
		std::vector<std::shared_ptr<Waiter>> waiters;
		for (std::size_t i = 0; i < COUNT; ++i)
		{
			pairs.push_back(_pairs.make());
			waiters.push_back(park({}, {&pairs.back().near, EPOLLIN}));
		}
		CPPUNIT_ASSERT_EQUAL(COUNT, _watch->size());
		for (auto& pair : pairs) pair.far.sendBytes("x", 1);
		for (const auto& waiter : waiters) waiter->awaitTimes(1);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
	}

	void testTwoThousandDeadlinesPassTogether()
	{
		constexpr std::size_t COUNT = 2000;
		std::vector<std::shared_ptr<Waiter>> waiters;
		const TimePoint deadline = _clock.now() + 1s;
		for (std::size_t i = 0; i < COUNT; ++i) waiters.push_back(park({}, {}, deadline));
		CPPUNIT_ASSERT_EQUAL(COUNT, _watch->size());
		_clock.advance(1s);
		_watch->recheck();
		for (const auto& waiter : waiters) waiter->awaitTimes(1);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
	}

	void testStopLetsGoOfEverything()
	{
		auto quiet = park({&_pair.near, EPOLLIN}, {});
		auto timed = park({}, {}, _clock.now() + 1s);
		const std::weak_ptr<Waiter> first = quiet;
		const std::weak_ptr<Waiter> second = timed;
		quiet.reset();
		timed.reset();
		CPPUNIT_ASSERT(!first.expired() && !second.expired());
		_watch->stop();
		CPPUNIT_ASSERT(first.expired() && second.expired());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _watch->size());
		CPPUNIT_ASSERT(!_watch->park(_watch->newId(), std::make_shared<Waiter>(), {}, {}, _clock.now()));
		_watch->stop();
	}

private:
	std::shared_ptr<Waiter> park(
		const Side& first, const Side& second, std::optional<TimePoint> deadline = std::nullopt)
	{
		auto waiter = std::make_shared<Waiter>();
		CPPUNIT_ASSERT(_watch->park(_watch->newId(), waiter, first, second, deadline));
		return waiter;
	}

	void letTheWatchTurn()
	{
		// Two turns: one may have begun before. All that was ready is posted
		// ahead of these, and of the task that follows them.
		for (int turn = 0; turn < 2; ++turn) park({}, {}, _clock.now())->awaitTimes(1);
	}

	ManualClock _clock;
	TimePoint _enough;
	LoopbackPairs _pairs;
	LoopbackPair _pair;
	LoopbackPair _other;
	std::unique_ptr<Workers> _workers;
	std::unique_ptr<Watch> _watch;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WatchTest);
