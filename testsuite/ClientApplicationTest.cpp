//
// ClientApplicationTest.cpp
//

#include "Client/ClientApplication.h"
#include "testsuite/support/CapturedLog.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class ClientApplicationTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClientApplicationTest);
	CPPUNIT_TEST(testAddressIsOneLine);
	CPPUNIT_TEST(testAmongSeveralTheLocalServiceFollows);
	CPPUNIT_TEST(testClosedOutputIsLoggedAndNoError);
	CPPUNIT_TEST_SUITE_END();

public:
	void testAddressIsOneLine()
	{
		std::ostringstream out;
		ClientApplication::announce(out, "host:1234");
		CPPUNIT_ASSERT_EQUAL(std::string("host:1234\n"), out.str());
	}

	void testAmongSeveralTheLocalServiceFollows()
	{
		TunnelConfig tunnel;
		tunnel.name = "web";
		tunnel.localHost = "::1";
		tunnel.localPort = 80;
		const auto announced = [&tunnel](bool isOneOfSeveral)
		{ return ClientApplication::announcement("host:1234", tunnel, isOneOfSeveral); };
		CPPUNIT_ASSERT_EQUAL(std::string("host:1234 [::1]:80"), announced(true));
		CPPUNIT_ASSERT_EQUAL(std::string("host:1234"), announced(false));
	}

	void testClosedOutputIsLoggedAndNoError()
	{
		const CapturedLog log;
		std::ostream closed(nullptr);
		ClientApplication::announce(closed, "host:1234");
		CPPUNIT_ASSERT_EQUAL(
			std::string(
				"Warning bore-client: the public address cannot be written to standard output: host:1234\n"),
			log.text());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientApplicationTest);
