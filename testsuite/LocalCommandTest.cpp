//
// LocalCommandTest.cpp
//

#include "scripts/bore/LocalCommand.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class LocalCommandTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LocalCommandTest);
	CPPUNIT_TEST(testAnnouncementIsThatOfTheOriginal);
	CPPUNIT_TEST_SUITE_END();

public:
	void testAnnouncementIsThatOfTheOriginal()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::string("connected to server remote_port=41234\nlistening at bore.example:41234"),
			LocalCommand::announcement("bore.example:41234"));
		CPPUNIT_ASSERT_EQUAL(std::string("connected to server remote_port=80\nlistening at [2001:db8::1]:80"),
			LocalCommand::announcement("[2001:db8::1]:80"));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(LocalCommandTest);
