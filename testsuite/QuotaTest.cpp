//
// QuotaTest.cpp
//

#include "Shared/Quota.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <thread>
#include <vector>

using namespace Bore;

class QuotaTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(QuotaTest);
	CPPUNIT_TEST(testTotalIsKept);
	CPPUNIT_TEST(testKeysAreKeptApart);
	CPPUNIT_TEST(testPlaceIsFreeAgainWhenItEnds);
	CPPUNIT_TEST(testCopiesOfAPlaceAreOne);
	CPPUNIT_TEST(testReachedBoundIsNamed);
	CPPUNIT_TEST(testZeroIsNoBound);
	CPPUNIT_TEST(testWithoutBoundsAllAreCounted);
	CPPUNIT_TEST(testNewBoundCountsThoseWhoWereThere);
	CPPUNIT_TEST(testKeyMayHaveABoundOfItsOwn);
	CPPUNIT_TEST(testKeyWithoutABoundIsCounted);
	CPPUNIT_TEST(testTwoPlacesAreHeldAsOne);
	CPPUNIT_TEST(testManyThreadsNeverExceedIt);
	CPPUNIT_TEST_SUITE_END();

public:
	void testTotalIsKept()
	{
		Quota quota({"total", 2}, {"each", 0});
		const auto first = quota.admit("a");
		const auto second = quota.admit("b");
		CPPUNIT_ASSERT(first.place && second.place);
		CPPUNIT_ASSERT(!quota.admit("c").place);
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), quota.count());
	}

	void testKeysAreKeptApart()
	{
		Quota quota({"total", 0}, {"each", 1});
		const auto first = quota.admit("a");
		CPPUNIT_ASSERT(!quota.admit("a").place);
		const auto second = quota.admit("b");
		CPPUNIT_ASSERT(second.place);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), quota.count("a"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), quota.count("c"));
	}

	void testPlaceIsFreeAgainWhenItEnds()
	{
		Quota quota({"total", 5}, {"each", 1});
		auto first = quota.admit("a");
		first.place.reset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), quota.count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), quota.count("a"));
		CPPUNIT_ASSERT(quota.admit("a").place);
	}

	void testKeyMayHaveABoundOfItsOwn()
	{
		Quota quota({}, {});
		const auto first = quota.admit("a", 2);
		const auto second = quota.admit("a", 2);
		CPPUNIT_ASSERT(first.place && second.place);
		CPPUNIT_ASSERT(quota.admit("a", 2).reached != nullptr);
		CPPUNIT_ASSERT(quota.admit("b", 1).place);
		CPPUNIT_ASSERT(quota.admit("a", 3).place); // its bound was raised
	}

	void testKeyWithoutABoundIsCounted()
	{
		Quota quota({}, {});
		const auto first = quota.admit("a", 0);
		const auto second = quota.admit("a", 0);
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), quota.count("a"));
		CPPUNIT_ASSERT(quota.admit("a", 2).reached != nullptr);
	}

	void testTwoPlacesAreHeldAsOne()
	{
		Quota one({"one", 1}, {});
		Quota other({"other", 1}, {});
		auto both = Quota::both(one.admit("a").place, other.admit("b").place);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), one.count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), other.count());
		both.reset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), one.count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), other.count());
		CPPUNIT_ASSERT(!Quota::both(nullptr, nullptr));
		const auto left = Quota::both(one.admit("a").place, nullptr);
		const auto right = Quota::both(nullptr, other.admit("b").place);
		CPPUNIT_ASSERT(left && right);
	}

	void testCopiesOfAPlaceAreOne()
	{
		Quota quota({"total", 1}, {"each", 0});
		auto first = quota.admit("a").place;
		const auto copy = first;
		first.reset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), quota.count());
	}

	void testReachedBoundIsNamed()
	{
		Quota quota({"total", 2}, {"each", 1});
		const auto first = quota.admit("a");
		CPPUNIT_ASSERT(first.reached == nullptr);
		CPPUNIT_ASSERT_EQUAL(std::string("each"), quota.admit("a").reached->name);
		const auto second = quota.admit("b");
		CPPUNIT_ASSERT_EQUAL(std::string("total"), quota.admit("c").reached->name);
	}

	void testZeroIsNoBound()
	{
		Quota quota({"total", 0}, {"each", 2});
		std::vector<Quota::Token> places;
		for (int i = 0; i < 1000; ++i) places.push_back(quota.admit(std::to_string(i)).place);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1000), quota.count());
	}

	void testWithoutBoundsAllAreCounted()
	{
		Quota quota({"total", 0}, {"each", 0});
		const auto admission = quota.admit("a");
		CPPUNIT_ASSERT(admission.place && admission.reached == nullptr);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), quota.count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), quota.count("a"));
	}

	void testNewBoundCountsThoseWhoWereThere()
	{
		Quota quota({"total", 0}, {"each", 0});
		const auto first = quota.admit("a");
		auto second = quota.admit("a");
		const auto third = quota.admit("b");
		quota.setLimits(0, 1);
		CPPUNIT_ASSERT_EQUAL(std::string("each"), quota.admit("b").reached->name);
		second.place.reset();
		CPPUNIT_ASSERT(quota.admit("a").reached != nullptr); // two were there, and one was one too many
		CPPUNIT_ASSERT(quota.admit("c").place);
		quota.setLimits(3, 0);
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), quota.total());
		const auto fourth = quota.admit("a");
		CPPUNIT_ASSERT(fourth.place);
		CPPUNIT_ASSERT_EQUAL(std::string("total"), quota.admit("d").reached->name);
		quota.setLimits(0, 0);
		CPPUNIT_ASSERT(quota.admit("d").place);
	}

	void testManyThreadsNeverExceedIt()
	{
		constexpr std::size_t LIMIT = 3;
		Quota quota({"total", LIMIT}, {"each", 2});
		std::atomic<bool> exceeded{false};
		std::vector<std::thread> threads;
		for (int i = 0; i < 4; ++i)
			threads.emplace_back(
				[&]
				{
					for (int turn = 0; turn < 2000; ++turn)
					{
						const auto admission = quota.admit(std::to_string(turn % 2));
						if (quota.count() > LIMIT || quota.count("0") > 2) exceeded = true;
					}
				});
		for (auto& thread : threads) thread.join();
		CPPUNIT_ASSERT(!exceeded);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), quota.count());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(QuotaTest);
