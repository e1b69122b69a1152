//
// HostNameTest.cpp
//

#include "Shared/HostName.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class HostNameTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HostNameTest);
	CPPUNIT_TEST(testBracketsAreTakenOff);
	CPPUNIT_TEST(testAddresses);
	CPPUNIT_TEST(testWhatIsNoAddress);
	CPPUNIT_TEST(testNames);
	CPPUNIT_TEST(testWhatIsNoName);
	CPPUNIT_TEST_SUITE_END();

public:
	void testBracketsAreTakenOff()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), withoutBrackets("[::1]"));
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), withoutBrackets("::1"));
		CPPUNIT_ASSERT_EQUAL(std::string("[]"), withoutBrackets("[]"));
	}

	void testAddresses()
	{
		for (const char* text : {"127.0.0.1", "::", "::1", "[::1]", "fe80::1%lo"})
			CPPUNIT_ASSERT_MESSAGE(text, isHostAddress(text));
	}

	void testWhatIsNoAddress()
	{
		for (const char* text : {"", "8080", "1.2.3", "localhost", "[127.0.0.1]", ":", "::1:x"})
			CPPUNIT_ASSERT_MESSAGE(text, !isHostAddress(text));
	}

	void testNames()
	{
		for (const char* text : {"localhost", "db.lan", "127.0.0.1", "::1", "[::1]"})
			CPPUNIT_ASSERT_MESSAGE(text, isHostName(text));
	}

	void testWhatIsNoName()
	{
		for (const char* text : {"", "host:80", "[host]", "a b", "a/b", "user@host", "a\x7f"})
			CPPUNIT_ASSERT_MESSAGE(text, !isHostName(text));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostNameTest);
