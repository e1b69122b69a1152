//
// CountedTest.cpp
//

#include "Shared/Counted.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class CountedTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CountedTest);
	CPPUNIT_TEST(testOneIsOneAndOthersAreMany);
	CPPUNIT_TEST_SUITE_END();

public:
	void testOneIsOneAndOthersAreMany()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("0 tunnels"), counted(0, "tunnel"));
		CPPUNIT_ASSERT_EQUAL(std::string("1 tunnel"), counted(1, "tunnel"));
		CPPUNIT_ASSERT_EQUAL(std::string("12 connections"), counted(12, "connection"));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CountedTest);
