//
// NearestNameTest.cpp
//

#include "Shared/NearestName.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;

class NearestNameTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(NearestNameTest);
	CPPUNIT_TEST(testSwappedLettersAreFound);
	CPPUNIT_TEST(testCaseDoesNotMatter);
	CPPUNIT_TEST(testMissingAndSurplusLettersAreFound);
	CPPUNIT_TEST(testNearestOfTwoWins);
	CPPUNIT_TEST(testNothingIsNearNonsense);
	CPPUNIT_TEST(testNoMoreLettersMayBeWrongThanTheCallerSays);
	CPPUNIT_TEST(testVeryLongTextIsNoName);
	CPPUNIT_TEST_SUITE_END();

public:
	void testSwappedLettersAreFound()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("minPort"), nearestName("mniPort", _names));
	}

	void testCaseDoesNotMatter()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("minPort"), nearestName("MINPORT", _names));
	}

	void testMissingAndSurplusLettersAreFound()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("maxPort"), nearestName("maxPrt", _names));
		CPPUNIT_ASSERT_EQUAL(std::string("secret"), nearestName("seccret", _names));
	}

	void testNearestOfTwoWins()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("maxPort"), nearestName("maxxPort", _names));
	}

	void testNothingIsNearNonsense()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("zzzzzz", _names));
		CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("", _names));
	}

	void testNoMoreLettersMayBeWrongThanTheCallerSays()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("minPort"), nearestName("mnPrt", _names, 2));
		CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("mnPrt", _names, 1));
		CPPUNIT_ASSERT_EQUAL(std::string("secret"), nearestName("secret", _names, 0));
	}

	void testVeryLongTextIsNoName()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(), nearestName(std::string(100000, 'm'), _names));
	}

private:
	const std::vector<std::string> _names{"minPort", "maxPort", "secret"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(NearestNameTest);
