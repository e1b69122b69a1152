//
// ReloadThreadTest.cpp
//

#include "Shared/ReloadThread.h"
#include "testsuite/support/Eventually.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class ReloadThreadTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReloadThreadTest);
	CPPUNIT_TEST(testEachRequestIsDone);
	CPPUNIT_TEST(testRequestsDuringTheWorkAreOneMore);
	CPPUNIT_TEST(testEndWaitsForTheWorkAndDropsTheRest);
	CPPUNIT_TEST(testEndsWithoutARequest);
	CPPUNIT_TEST(testNoTwoAtOnceWhoeverAsks);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEachRequestIsDone()
	{
		std::atomic<int> count{0};
		ReloadThread thread([&count] { ++count; });
		for (int i = 1; i <= 3; ++i)
		{
			thread.request();
			CPPUNIT_ASSERT(eventually([&] { return count == i; }));
		}
	}

	void testRequestsDuringTheWorkAreOneMore()
	{
		std::promise<void> gate;
		const auto opened = gate.get_future().share();
		std::atomic<int> begun{0};
		std::atomic<int> done{0};
		ReloadThread thread(
			[&]
			{
				++begun;
				opened.wait();
				++done;
			});
		thread.request();
		CPPUNIT_ASSERT(eventually([&] { return begun == 1; }));
		for (int i = 0; i < 5; ++i) thread.request();
		CPPUNIT_ASSERT_EQUAL(1, begun.load());
		gate.set_value();
		CPPUNIT_ASSERT(eventually([&] { return done == 2; }));
		thread.request();
		CPPUNIT_ASSERT(eventually([&] { return done == 3; }));
		CPPUNIT_ASSERT_EQUAL(3, begun.load());
	}

	void testEndWaitsForTheWorkAndDropsTheRest()
	{
		std::promise<void> gate;
		const auto opened = gate.get_future().share();
		std::atomic<int> begun{0};
		std::atomic<int> done{0};
		std::future<void> end;
		{
			auto thread = std::make_unique<ReloadThread>(
				[&]
				{
					++begun;
					opened.wait();
					++done;
				});
			thread->request();
			CPPUNIT_ASSERT(eventually([&] { return begun == 1; }));
			thread->request();
			end = std::async(std::launch::async, [thread = std::move(thread)]() mutable { thread.reset(); });
		}
		CPPUNIT_ASSERT(end.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
		gate.set_value();
		end.get();
		CPPUNIT_ASSERT_EQUAL(1, begun.load());
		CPPUNIT_ASSERT_EQUAL(1, done.load());
	}

	void testEndsWithoutARequest()
	{
		for (int i = 0; i < 100; ++i) ReloadThread thread([] {});
	}

	void testNoTwoAtOnceWhoeverAsks()
	{
		std::atomic<int> now{0};
		std::atomic<int> count{0};
		std::atomic<bool> together{false};
		ReloadThread thread(
			[&]
			{
				if (++now > 1) together = true;
				++count;
				--now;
			});
		std::vector<std::thread> askers;
		for (int i = 0; i < 4; ++i)
			askers.emplace_back(
				[&thread]
				{
					for (int turn = 0; turn < 500; ++turn) thread.request();
				});
		for (auto& asker : askers) asker.join();
		const int before = count;
		thread.request();
		CPPUNIT_ASSERT(eventually([&] { return count > before; }));
		CPPUNIT_ASSERT(!together);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReloadThreadTest);
