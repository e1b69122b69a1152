//
// ClientStatusTest.cpp
//

#include "Client/ClientStatus.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class ClientStatusTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClientStatusTest);
	CPPUNIT_TEST(testOnlyTunnelIsNotCounted);
	CPPUNIT_TEST(testSeveralTunnelsAreCounted);
	CPPUNIT_TEST(testManyAddressesAreCutShort);
	CPPUNIT_TEST_SUITE_END();

public:
	void testOnlyTunnelIsNotCounted()
	{
		ClientStatus open{"host:7835", {"host:9080"}};
		open.connections = 1;
		CPPUNIT_ASSERT_EQUAL(std::string("open: host:9080; 1 connection"), open.text());
		ClientStatus opening{"host:7835", {}};
		opening.opening = 1;
		CPPUNIT_ASSERT_EQUAL(std::string("connecting to host:7835; 0 connections"), opening.text());
		ClientStatus lost{"host:7835", {}};
		lost.lost = 1;
		lost.connections = 3;
		CPPUNIT_ASSERT_EQUAL(std::string("reconnecting to host:7835; 3 connections"), lost.text());
	}

	void testSeveralTunnelsAreCounted()
	{
		ClientStatus status{"host:7835", {"host:9080", "host:9081"}};
		status.opening = 1;
		status.lost = 2;
		status.givenUp = 1;
		CPPUNIT_ASSERT_EQUAL(std::string("open: host:9080, host:9081; 1 tunnel connecting to host:7835; "
										 "2 tunnels reconnecting to host:7835; 1 tunnel given up; "
										 "0 connections"),
			status.text());
	}

	void testManyAddressesAreCutShort()
	{
		ClientStatus status{"host:7835", {"a:1", "a:2", "a:3", "a:4", "a:5", "a:6", "a:7"}};
		CPPUNIT_ASSERT_EQUAL(
			std::string("open: a:1, a:2, a:3, a:4, a:5 and 2 more; 0 connections"), status.text());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientStatusTest);
