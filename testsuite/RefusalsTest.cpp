//
// RefusalsTest.cpp
//

#include "Server/Refusals.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ManualClock.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RefusalsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RefusalsTest);
	CPPUNIT_TEST(testFirstIsLogged);
	CPPUNIT_TEST(testThoseOfTenSecondsAreOneLine);
	CPPUNIT_TEST(testLimitsAreKeptApart);
	CPPUNIT_TEST(testAccessRulesHaveLinesOfTheirOwn);
	CPPUNIT_TEST(testWhatDoesNotBelongIsLoggedByItsKind);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _log.emplace(); }

	void tearDown() override { _log.reset(); }

	void testFirstIsLogged()
	{
		Refusals refusals(_clock);
		refusals.add("limit.tunnels", "tunnel for 192.0.2.1:1");
		CPPUNIT_ASSERT_EQUAL(
			std::string(
				"Warning bore.server.limits: tunnel for 192.0.2.1:1 refused: limit.tunnels is reached\n"),
			_log->text());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refusals.count("limit.tunnels"));
	}

	void testThoseOfTenSecondsAreOneLine()
	{
		Refusals refusals(_clock);
		for (int i = 0; i < 100; ++i) refusals.add("limit.tunnels", "first");
		_clock.advance(10s);
		refusals.add("limit.tunnels", "second");
		CPPUNIT_ASSERT_EQUAL(
			std::string("Warning bore.server.limits: first refused: limit.tunnels is reached\n"
						"Warning bore.server.limits: second refused: limit.tunnels is reached"
						" (and 99 more since the last such line)\n"),
			_log->text());
		CPPUNIT_ASSERT_EQUAL(std::size_t(101), refusals.count("limit.tunnels"));
	}

	void testLimitsAreKeptApart()
	{
		Refusals refusals(_clock);
		refusals.add("limit.tunnels", "x");
		refusals.add("limit.connections", "y");
		CPPUNIT_ASSERT(_log->text().find("y refused: limit.connections") != std::string::npos);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), refusals.count("limit.connections"));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), refusals.count("limit.unclaimed"));
	}

	void testAccessRulesHaveLinesOfTheirOwn()
	{
		Refusals refusals(_clock);
		const AccessList::Denial denial{"visitors.deny", "its address is in visitors.deny"};
		for (int i = 0; i < 3; ++i) refusals.add(denial, "visitor 192.0.2.1:1 on port 80");
		_clock.advance(10s);
		refusals.add(denial, "visitor 192.0.2.2:2 on port 80");
		const std::string prefix = "Warning bore.server.access: visitor 192.0.2.";
		const std::string reason = " on port 80 refused: its address is in visitors.deny";
		CPPUNIT_ASSERT_EQUAL(prefix + "1:1" + reason + "\n" + prefix + "2:2" + reason +
								 " (and 2 more since the last such line)\n",
			_log->text());
		CPPUNIT_ASSERT_EQUAL(std::size_t(4), refusals.count("visitors.deny"));
	}

	void testWhatDoesNotBelongIsLoggedByItsKind()
	{
		Refusals refusals(_clock);
		for (int i = 0; i < 3; ++i) refusals.add("tls: no TLS", "connection of x", "it speaks no TLS");
		refusals.add("tls: handshake", "connection of y", "TLS failed");
		CPPUNIT_ASSERT_EQUAL(
			std::string("Warning bore.server.tls: connection of x refused: it speaks no TLS\n"
						"Warning bore.server.tls: connection of y refused: TLS failed\n"),
			_log->text());
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), refusals.count("tls: no TLS"));
	}

private:
	std::optional<CapturedLog> _log;
	ManualClock _clock;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusalsTest);
