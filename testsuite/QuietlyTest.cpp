//
// QuietlyTest.cpp
//

#include "Shared/Quietly.h"

#include <cppunit/extensions/HelperMacros.h>
#include <new>

using namespace Bore;

class QuietlyTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(QuietlyTest);
	CPPUNIT_TEST(testDoesWhatItIsGiven);
	CPPUNIT_TEST(testSurvivesWantOfMemory);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDoesWhatItIsGiven()
	{
		int done = 0;
		CPPUNIT_ASSERT(quietly([&] { ++done; }));
		CPPUNIT_ASSERT_EQUAL(1, done);
	}

	void testSurvivesWantOfMemory()
	{
		CPPUNIT_ASSERT(!quietly([] { throw std::bad_alloc(); }));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(QuietlyTest);
