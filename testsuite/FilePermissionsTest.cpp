//
// FilePermissionsTest.cpp
//

#include "Shared/FilePermissions.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <string>
#include <sys/stat.h>

using namespace Bore;
using namespace Bore::Test;

class FilePermissionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FilePermissionsTest);
	CPPUNIT_TEST(testOwnersRightsAreNobodyElses);
	CPPUNIT_TEST(testAnyRightOfOthersIsTold);
	CPPUNIT_TEST(testCredentialMayHaveAnAccessControlList);
	CPPUNIT_TEST(testOnlyWhatLiesInTheFolderIsACredential);
	CPPUNIT_TEST_SUITE_END();

public:
	void tearDown() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

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

	void testCredentialMayHaveAnAccessControlList()
	{
		const std::string file = _directory.path("secret");
		CPPUNIT_ASSERT(!exposureOf(0440U, file).empty());
		::setenv("CREDENTIALS_DIRECTORY", _directory.path().c_str(), 1);
		CPPUNIT_ASSERT_EQUAL(std::string(), exposureOf(0440U, file));
		CPPUNIT_ASSERT_EQUAL(std::string(), exposureOf(0400U, file));
		CPPUNIT_ASSERT(!exposureOf(0444U, file).empty());
	}

	void testOnlyWhatLiesInTheFolderIsACredential()
	{
		::setenv("CREDENTIALS_DIRECTORY", _directory.path().c_str(), 1);
		for (const auto& other : {_directory.path() + "-2/secret", _directory.path("../secret"),
				 std::string("secret"), std::string("/etc/secret"), _directory.path()})
			CPPUNIT_ASSERT_MESSAGE(other, !exposureOf(0440U, other).empty());
		for (const auto& nowhere : {std::string(), _directory.path("nowhere")})
		{
			::setenv("CREDENTIALS_DIRECTORY", nowhere.c_str(), 1);
			CPPUNIT_ASSERT(!exposureOf(0440U, _directory.path("secret")).empty());
		}
	}

private:
	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FilePermissionsTest);
