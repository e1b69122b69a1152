//
// FilePermissionsTest.cpp
//

#include "Shared/FilePermissions.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <sys/stat.h>

using namespace Bore;

class FilePermissionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FilePermissionsTest);
	CPPUNIT_TEST(testOwnersRightsAreNobodyElses);
	CPPUNIT_TEST(testAnyRightOfOthersIsTold);
	CPPUNIT_TEST_SUITE_END();

public:
	void testOwnersRightsAreNobodyElses()
	{
		for (const mode_t mode : {0600U, 0400U, 0700U, 0U, S_IFREG | 0600U})
			CPPUNIT_ASSERT_EQUAL(std::string(), exposureOf(mode));
	}

	void testAnyRightOfOthersIsTold()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::string("is open to others (mode 644): chmod 600 it, or set permissions.strict = false"),
			exposureOf(S_IFREG | 0644U));
		for (const mode_t mode : {0601U, 0602U, 0604U, 0610U, 0620U, 0640U})
			CPPUNIT_ASSERT(!exposureOf(mode).empty());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FilePermissionsTest);
