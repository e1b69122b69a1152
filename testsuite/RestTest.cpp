//
// RestTest.cpp
//

#include "Shared/Rest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>

using namespace Bore;

class RestTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RestTest);
	CPPUNIT_TEST(testIsEmptyAtFirst);
	CPPUNIT_TEST(testKeepsACopy);
	CPPUNIT_TEST(testNothingKeptIsNothingHeld);
	CPPUNIT_TEST(testDropLetsGoOfTheFirstBytes);
	CPPUNIT_TEST(testMemoryIsFreedWithTheLastByte);
	CPPUNIT_TEST(testClearLetsGoOfAll);
	CPPUNIT_TEST(testCanBeUsedAgain);
	CPPUNIT_TEST(testEndLetsGoOfAll);
	CPPUNIT_TEST(testTotalCountsAllRests);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _before = Rest::total(); }

	void tearDown() override { CPPUNIT_ASSERT_EQUAL(_before, Rest::total()); }

	void testIsEmptyAtFirst()
	{
		const Rest rest;
		CPPUNIT_ASSERT(rest.empty());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rest.size());
	}

	void testKeepsACopy()
	{
		std::string text = "hello";
		Rest rest;
		rest.keep(text.data(), text.size());
		text = "other";
		CPPUNIT_ASSERT_EQUAL(std::string("hello"), content(rest));
		CPPUNIT_ASSERT_EQUAL(_before + 5, Rest::total());
	}

	void testNothingKeptIsNothingHeld()
	{
		Rest rest;
		rest.keep("x", 0);
		CPPUNIT_ASSERT(rest.empty());
		CPPUNIT_ASSERT_EQUAL(_before, Rest::total());
	}

	void testDropLetsGoOfTheFirstBytes()
	{
		Rest rest;
		rest.keep("hello", 5);
		rest.drop(0);
		CPPUNIT_ASSERT_EQUAL(std::string("hello"), content(rest));
		rest.drop(2);
		CPPUNIT_ASSERT_EQUAL(std::string("llo"), content(rest));
		CPPUNIT_ASSERT(!rest.empty());
	}

	void testMemoryIsFreedWithTheLastByte()
	{
		Rest rest;
		rest.keep("hello", 5);
		rest.drop(4);
		CPPUNIT_ASSERT_EQUAL(_before + 5, Rest::total());
		rest.drop(1);
		CPPUNIT_ASSERT(rest.empty());
		CPPUNIT_ASSERT_EQUAL(_before, Rest::total());
	}

	void testClearLetsGoOfAll()
	{
		Rest rest;
		rest.keep("hello", 5);
		rest.drop(1);
		rest.clear();
		CPPUNIT_ASSERT(rest.empty());
		CPPUNIT_ASSERT_EQUAL(_before, Rest::total());
		rest.clear();
		CPPUNIT_ASSERT_EQUAL(_before, Rest::total());
	}

	void testCanBeUsedAgain()
	{
		Rest rest;
		rest.keep("hello", 5);
		rest.drop(5);
		rest.keep("world!", 6);
		CPPUNIT_ASSERT_EQUAL(std::string("world!"), content(rest));
		CPPUNIT_ASSERT_EQUAL(_before + 6, Rest::total());
	}

	void testEndLetsGoOfAll()
	{
		auto rest = std::make_unique<Rest>();
		rest->keep("hello", 5);
		rest.reset();
		CPPUNIT_ASSERT_EQUAL(_before, Rest::total());
	}

	void testTotalCountsAllRests()
	{
		const std::string large(100'000, 'x');
		Rest first;
		Rest second;
		first.keep(large.data(), large.size());
		second.keep("abc", 3);
		CPPUNIT_ASSERT_EQUAL(_before + 100'003, Rest::total());
		first.clear();
		CPPUNIT_ASSERT_EQUAL(_before + 3, Rest::total());
	}

private:
	static std::string content(const Rest& rest) { return {rest.data(), rest.size()}; }

	std::size_t _before = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RestTest);
