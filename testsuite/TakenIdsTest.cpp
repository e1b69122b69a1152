//
// TakenIdsTest.cpp
//

#include "Client/TakenIds.h"
#include "testsuite/support/ManualClock.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class TakenIdsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TakenIdsTest);
	CPPUNIT_TEST(testFirstWhoAsksGetsIt);
	CPPUNIT_TEST(testEachIdIsItsOwn);
	CPPUNIT_TEST(testIdIsForgottenAfterThirtySeconds);
	CPPUNIT_TEST(testAskingAgainDoesNotLengthenTheMemory);
	CPPUNIT_TEST(testForgottenIdIsTakenAgain);
	CPPUNIT_TEST(testOneOfManyThreadsGetsIt);
	CPPUNIT_TEST_SUITE_END();

public:
	void testFirstWhoAsksGetsIt()
	{
		CPPUNIT_ASSERT(_taken.take(_id));
		CPPUNIT_ASSERT(!_taken.take(_id));
		CPPUNIT_ASSERT(!_taken.take(_id));
	}

	void testEachIdIsItsOwn()
	{
		CPPUNIT_ASSERT(_taken.take(_id));
		CPPUNIT_ASSERT(_taken.take(secureRandomUuid()));
	}

	void testIdIsForgottenAfterThirtySeconds()
	{
		CPPUNIT_ASSERT(_taken.take(_id));
		_clock.advance(30s - 1ms);
		CPPUNIT_ASSERT(!_taken.take(_id));
		_clock.advance(1ms);
		CPPUNIT_ASSERT(_taken.take(_id));
		CPPUNIT_ASSERT(!_taken.take(_id));
	}

	void testAskingAgainDoesNotLengthenTheMemory()
	{
		const auto other = secureRandomUuid();
		CPPUNIT_ASSERT(_taken.take(_id));
		_clock.advance(20s);
		CPPUNIT_ASSERT(!_taken.take(_id));
		CPPUNIT_ASSERT(_taken.take(other));
		_clock.advance(10s);
		CPPUNIT_ASSERT(!_taken.take(other));
		CPPUNIT_ASSERT(_taken.take(_id));
	}

	void testForgottenIdIsTakenAgain()
	{
		const auto other = secureRandomUuid();
		_taken.forget(_id);
		CPPUNIT_ASSERT(_taken.take(_id));
		CPPUNIT_ASSERT(_taken.take(other));
		_clock.advance(20s);
		_taken.forget(_id);
		CPPUNIT_ASSERT(_taken.take(_id));
		CPPUNIT_ASSERT(!_taken.take(other));
		// For 30 s from then on, not from the first time.
		_clock.advance(29s);
		CPPUNIT_ASSERT(!_taken.take(_id));
		CPPUNIT_ASSERT(_taken.take(other));
	}

	void testOneOfManyThreadsGetsIt()
	{
		std::atomic<int> got{0};
		std::vector<std::thread> threads;
		for (int i = 0; i < 8; ++i) threads.emplace_back([&] { got += _taken.take(_id) ? 1 : 0; });
		for (auto& thread : threads) thread.join();
		CPPUNIT_ASSERT_EQUAL(1, got.load());
	}

private:
	ManualClock _clock;
	TakenIds _taken{_clock};
	const Poco::UUID _id = secureRandomUuid();
};

CPPUNIT_TEST_SUITE_REGISTRATION(TakenIdsTest);
