//
// SemaphoreTest.cpp
//

#include "Shared/Semaphore.h"

#include "testsuite/support/Eventually.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class SemaphoreTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SemaphoreTest);
	CPPUNIT_TEST(testPostsBeforeTheWaitCount);
	CPPUNIT_TEST(testWaitBlocksUntilAPost);
	CPPUNIT_TEST(testTimedWaitEndsWithoutAPost);
	CPPUNIT_TEST(testEveryPostLetsOneWaitPass);
	CPPUNIT_TEST_SUITE_END();

	Semaphore _semaphore;

public:
	void testPostsBeforeTheWaitCount()
	{
		_semaphore.post();
		_semaphore.post();
		CPPUNIT_ASSERT(_semaphore.waitFor(0s));
		_semaphore.wait();
		CPPUNIT_ASSERT(!_semaphore.waitFor(0s));
	}

	void testWaitBlocksUntilAPost()
	{
		auto passed = std::async(std::launch::async, [this] { _semaphore.wait(); });
		CPPUNIT_ASSERT(passed.wait_for(20ms) == std::future_status::timeout);
		_semaphore.post();
		CPPUNIT_ASSERT(passed.wait_for(PATIENCE) == std::future_status::ready);
	}

	void testTimedWaitEndsWithoutAPost()
	{
		const auto start = std::chrono::steady_clock::now();
		CPPUNIT_ASSERT(!_semaphore.waitFor(1100ms));
		CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start >= 1100ms);
	}

	void testEveryPostLetsOneWaitPass()
	{
		constexpr int COUNT = 10'000;
		auto taken = std::async(std::launch::async,
			[this]
			{
				int count = 0;
				while (count < COUNT && _semaphore.waitFor(PATIENCE)) ++count;
				return count;
			});
		for (int i = 0; i < COUNT; ++i) _semaphore.post();
		CPPUNIT_ASSERT_EQUAL(COUNT, taken.get());
		CPPUNIT_ASSERT(!_semaphore.waitFor(0s));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SemaphoreTest);
