//
// WorkersTest.cpp
//

#include "Shared/Workers.h"

#include "testsuite/support/CallFaults.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProcessStatus.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <atomic>
#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

namespace
{

class Gate
/// Holds up tasks until it is opened, or a test has waited too long.
{
public:
	void open() { _promise.set_value(); }

	std::function<void()> task(const std::function<void()>& before = [] {})
	{
		return [this, before]
		{
			before();
			++_held;
			_future.wait_for(PATIENCE);
			--_held;
			++_passed;
		};
	}

	void awaitHeld(int count) const
	{
		CPPUNIT_ASSERT(eventually([&] { return _held == count; }));
	}

	void awaitPassed(int count) const
	{
		CPPUNIT_ASSERT(eventually([&] { return _passed == count; }));
	}

	[[nodiscard]] int passed() const { return _passed; }

private:
	std::promise<void> _promise;
	std::shared_future<void> _future{_promise.get_future()};
	std::atomic<int> _held{0};
	std::atomic<int> _passed{0};
};

class CountingErrorHandler : public Poco::ErrorHandler
/// Counts what tasks throw, for as long as it lives.
{
public:
	CountingErrorHandler()
		: _previous(Poco::ErrorHandler::set(this))
	{
	}
	CountingErrorHandler(const CountingErrorHandler&) = delete;
	CountingErrorHandler& operator=(const CountingErrorHandler&) = delete;
	~CountingErrorHandler() override { Poco::ErrorHandler::set(_previous); }

	void exception(const Poco::Exception&) override { ++poco; }
	void exception(const std::exception&) override { ++standard; }
	void exception() override { ++other; }

	std::atomic<int> poco{0};
	std::atomic<int> standard{0};
	std::atomic<int> other{0};

private:
	Poco::ErrorHandler* _previous;
};

} // namespace

class WorkersTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(WorkersTest);
	CPPUNIT_TEST(testTasksRunInTheOrderPosted);
	CPPUNIT_TEST(testThereAreNeverMoreThreadsThanAllowed);
	CPPUNIT_TEST(testThreadsAreAddedOnlyWhenNoneIsIdle);
	CPPUNIT_TEST(testIdleThreadsEndAndOneStays);
	CPPUNIT_TEST(testRoomyWhileAnotherThreadMayBeAdded);
	CPPUNIT_TEST(testRoomyWhileAThreadIsIdle);
	CPPUNIT_TEST(testCrowdedWhileATaskWaits);
	CPPUNIT_TEST(testExceptionIsHandledAndTheThreadGoesOn);
	CPPUNIT_TEST(testTaskMayPostTasks);
	CPPUNIT_TEST(testTaskIsLetGoOfOnceItRan);
	CPPUNIT_TEST(testStopDropsQueuedTasksAndAwaitsRunningOnes);
	CPPUNIT_TEST(testPostAfterStopIsDropped);
	CPPUNIT_TEST(testWithoutAFurtherThreadTasksWait);
	CPPUNIT_TEST(testManyThreadsPostAndEveryTaskRunsOnce);
	CPPUNIT_TEST_SUITE_END();

public:
	void testTasksRunInTheOrderPosted()
	{
		constexpr int COUNT = 1000;
		std::vector<int> order;
		std::promise<void> done;
		Workers workers("test", 1);
		for (int i = 0; i < COUNT; ++i) workers.post([&order, i] { order.push_back(i); });
		workers.post([&done] { done.set_value(); });
		CPPUNIT_ASSERT(done.get_future().wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT_EQUAL(std::size_t{COUNT}, order.size());
		for (int i = 0; i < COUNT; ++i) CPPUNIT_ASSERT_EQUAL(i, order[static_cast<std::size_t>(i)]);
	}

	void testThereAreNeverMoreThreadsThanAllowed()
	{
		Gate gate;
		Workers workers("test", 3);
		for (int i = 0; i < 12; ++i) workers.post(gate.task());
		gate.awaitHeld(3);
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, workers.threads());
		CPPUNIT_ASSERT(workers.crowded());
		gate.open();
		gate.awaitPassed(12);
		CPPUNIT_ASSERT(workers.threads() <= 3); // by now some may have been idle for too long
	}

	void testThreadsAreAddedOnlyWhenNoneIsIdle()
	{
		// A thread that has just run a task may not be idle again yet, on a busy
		// machine for long: some more are right; one for each task would not be.
		Workers workers("test", 100);
		for (int i = 0; i < 100; ++i)
		{
			std::promise<void> done;
			workers.post([&done] { done.set_value(); });
			CPPUNIT_ASSERT(done.get_future().wait_for(PATIENCE) == std::future_status::ready);
		}
		CPPUNIT_ASSERT(workers.threads() < 100);
	}

	void testIdleThreadsEndAndOneStays()
	{
		std::thread([] {}).join(); // a sanitizer adds a thread of its own to the first
		const std::size_t before = ProcessStatus::self().threads();
		Gate gate;
		Workers workers("test", 8, 10ms);
		for (int i = 0; i < 8; ++i) workers.post(gate.task());
		gate.awaitHeld(8);
		CPPUNIT_ASSERT_EQUAL(std::size_t{8}, workers.threads());
		gate.open();
		CPPUNIT_ASSERT(eventually([&] { return ProcessStatus::self().threads() <= before + 1; }));
		CPPUNIT_ASSERT(eventually([&] { return workers.threads() == 1; }));
		// It outlives many idle timeouts, and takes what comes then.
		CPPUNIT_ASSERT(!eventually([&] { return workers.threads() == 0; }, 50ms));
		std::promise<void> done;
		workers.post([&done] { done.set_value(); });
		CPPUNIT_ASSERT(done.get_future().wait_for(PATIENCE) == std::future_status::ready);
	}

	void testRoomyWhileAnotherThreadMayBeAdded()
	{
		// The first task may find the first thread still starting, and add one.
		Gate gate;
		Workers workers("test", 3);
		workers.post(gate.task());
		gate.awaitHeld(1);
		CPPUNIT_ASSERT(workers.roomy());
		workers.post(gate.task());
		workers.post(gate.task());
		gate.awaitHeld(3);
		CPPUNIT_ASSERT(!workers.roomy());
		CPPUNIT_ASSERT(!workers.crowded());
		gate.open();
	}

	void testRoomyWhileAThreadIsIdle()
	{
		Gate gate;
		Workers workers("test", 1);
		workers.post(gate.task());
		gate.awaitHeld(1);
		CPPUNIT_ASSERT(!workers.roomy());
		gate.open();
		CPPUNIT_ASSERT(eventually([&] { return workers.roomy(); }));
	}

	void testCrowdedWhileATaskWaits()
	{
		Gate gate;
		Workers workers("test", 1);
		CPPUNIT_ASSERT(!workers.crowded());
		workers.post(gate.task());
		gate.awaitHeld(1);
		CPPUNIT_ASSERT(!workers.crowded());
		workers.post(gate.task());
		CPPUNIT_ASSERT(workers.crowded());
		CPPUNIT_ASSERT(!workers.roomy());
		gate.open();
		gate.awaitPassed(2);
		CPPUNIT_ASSERT(!workers.crowded());
	}

	void testExceptionIsHandledAndTheThreadGoesOn()
	{
		const CountingErrorHandler handler;
		std::promise<void> done;
		Workers workers("test", 1);
		workers.post([] { throw Poco::IOException("as the test wants it"); });
		workers.post([] { throw std::runtime_error("as the test wants it"); });
		workers.post([] { throw 7; });
		workers.post([&done] { done.set_value(); });
		CPPUNIT_ASSERT(done.get_future().wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT_EQUAL(1, handler.poco.load());
		CPPUNIT_ASSERT_EQUAL(1, handler.standard.load());
		CPPUNIT_ASSERT_EQUAL(1, handler.other.load());
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, workers.threads());
	}

	void testTaskMayPostTasks()
	{
		std::promise<void> done;
		Workers workers("test", 1);
		std::function<void(int)> count = [&](int left)
		{
			if (left == 0) return done.set_value();
			workers.post([&count, left] { count(left - 1); });
		};
		workers.post([&count] { count(100); });
		CPPUNIT_ASSERT(done.get_future().wait_for(PATIENCE) == std::future_status::ready);
		workers.stop(); // before what its tasks refer to ends
	}

	void testTaskIsLetGoOfOnceItRan()
	{
		Workers workers("test", 1);
		auto held = std::make_shared<int>(1);
		const std::weak_ptr<int> seen = held;
		workers.post([held = std::move(held)] {});
		CPPUNIT_ASSERT(eventually([&] { return seen.expired(); }));
	}

	void testStopDropsQueuedTasksAndAwaitsRunningOnes()
	{
		Gate gate;
		Workers workers("test", 1);
		workers.post(gate.task());
		gate.awaitHeld(1);
		const auto token = std::make_shared<int>(0);
		for (int i = 0; i < 10; ++i) workers.post([token] { ++*token; });
		CPPUNIT_ASSERT_EQUAL(11L, token.use_count());
		auto stopped = std::async(std::launch::async, [&] { workers.stop(); });
		CPPUNIT_ASSERT(eventually([&] { return !workers.crowded(); }));
		CPPUNIT_ASSERT(stopped.wait_for(0s) == std::future_status::timeout);
		gate.open();
		CPPUNIT_ASSERT(stopped.wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT_EQUAL(1, gate.passed());
		CPPUNIT_ASSERT_EQUAL(0, *token);
		CPPUNIT_ASSERT_EQUAL(1L, token.use_count());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, workers.threads());
	}

	void testPostAfterStopIsDropped()
	{
		Workers workers("test", 1);
		workers.stop();
		const auto token = std::make_shared<int>(0);
		workers.post([token] { ++*token; });
		CPPUNIT_ASSERT_EQUAL(1L, token.use_count());
		CPPUNIT_ASSERT_EQUAL(0, *token);
		CPPUNIT_ASSERT(!workers.crowded());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, workers.threads());
	}

	void testWithoutAFurtherThreadTasksWait()
	{
		const CapturedLog log;
		Gate gate;
		Workers workers("test", 3);
		workers.post(gate.task());
		gate.awaitHeld(1);
		const std::size_t threads = workers.threads();
		{
			const CallFaults shortage({Call::Thread, EAGAIN}, 1, CallFaults::ALL);
			// Not by this thread, whose calls never fail.
			std::async(std::launch::async,
				[&]
				{
					for (int i = 0; i < 5; ++i) workers.post(gate.task());
				})
				.get();
			CPPUNIT_ASSERT(shortage.struck());
		}
		CPPUNIT_ASSERT(workers.threads() <= threads);
		CPPUNIT_ASSERT_EQUAL(
			std::string("Warning bore.workers: no further thread for test: tasks have to wait\n"),
			log.text());
		gate.open();
		gate.awaitPassed(6);
	}

	void testManyThreadsPostAndEveryTaskRunsOnce()
	{
		constexpr int POSTERS = 4;
		constexpr int EACH = 5000;
		std::vector<std::atomic<int>> ran(POSTERS * EACH);
		std::atomic<int> total{0};
		// An idle timeout so short that threads come and go meanwhile.
		Workers workers("test", 6, 100us);
		std::vector<std::future<void>> posters;
		for (std::size_t poster = 0; poster < POSTERS; ++poster)
			posters.push_back(std::async(std::launch::async,
				[&, poster]
				{
					for (std::size_t i = 0; i < EACH; ++i)
						workers.post(
							[&, task = poster * EACH + i]
							{
								++ran[task];
								++total;
							});
				}));
		for (auto& poster : posters) poster.get();
		CPPUNIT_ASSERT(eventually([&] { return total == POSTERS * EACH; }));
		workers.stop();
		for (const auto& count : ran) CPPUNIT_ASSERT_EQUAL(1, count.load());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(WorkersTest);
