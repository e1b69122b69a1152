//
// CurrentOptionsTest.cpp
//

#include "Client/CurrentOptions.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>

using namespace Bore;
using namespace std::chrono_literals;

class CurrentOptionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CurrentOptionsTest);
	CPPUNIT_TEST(testSessionKeepsItsOptionsUntilTheNext);
	CPPUNIT_TEST(testOptionsAreThoseOfTheConfiguration);
	CPPUNIT_TEST_SUITE_END();

public:
	void testSessionKeepsItsOptionsUntilTheNext()
	{
		const auto first = std::make_shared<const SessionOptions>(ClientConfig());
		const auto second = std::make_shared<const SessionOptions>(ClientConfig());
		CurrentOptions options(first);
		CPPUNIT_ASSERT(options.session() == first && options.next() == first);
		options.set(second);
		CPPUNIT_ASSERT(options.session() == first && options.next() == second);
		options.begin();
		CPPUNIT_ASSERT(options.session() == second && options.next() == second);
	}

	void testOptionsAreThoseOfTheConfiguration()
	{
		ClientConfig config;
		CPPUNIT_ASSERT(!SessionOptions(config).authenticator);
		config.secret = Secret("x");
		config.silence = 7s;
		config.reconnect.attempts = 3;
		const SessionOptions options(config);
		CPPUNIT_ASSERT(options.authenticator.has_value());
		CPPUNIT_ASSERT(options.silence == 7s);
		CPPUNIT_ASSERT_EQUAL(std::uint32_t(3), options.reconnect.attempts);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CurrentOptionsTest);
