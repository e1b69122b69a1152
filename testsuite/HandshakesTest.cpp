//
// HandshakesTest.cpp
//

#include "Server/Handshakes.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class HandshakesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HandshakesTest);
	CPPUNIT_TEST(testOldestIsDroppedForTheNewest);
	CPPUNIT_TEST(testOldestIsDroppedThoughItSends);
	CPPUNIT_TEST(testWhoIsDoneOccupiesNoPlace);
	CPPUNIT_TEST(testWhoIsHandedOnIsNeverDropped);
	CPPUNIT_TEST(testAbortClosesAll);
	CPPUNIT_TEST(testNoneIsBegunAfterAbort);
	CPPUNIT_TEST(testLimitMayChange);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _parts.emplace("", LIMIT); }

	void tearDown() override { _parts.reset(); }

	void testOldestIsDroppedForTheNewest()
	{
		auto first = _parts->begin();
		auto second = _parts->begin();
		auto third = _parts->begin();
		CPPUNIT_ASSERT_EQUAL(LIMIT, _parts->handshakes().count());
		auto fourth = _parts->begin();
		first.expectEof();
		CPPUNIT_ASSERT_EQUAL(LIMIT, _parts->handshakes().count());
		auto fifth = _parts->begin();
		second.expectEof();
		for (auto* peer : {&third, &fourth, &fifth}) CPPUNIT_ASSERT(openTunnel(*peer) != 0);
	}

	void testOldestIsDroppedThoughItSends()
	{
		auto first = _parts->begin();
		auto second = _parts->begin();
		auto third = _parts->begin();
		first.send("{\"Hel");
		auto fourth = _parts->begin();
		first.expectClosed();
		CPPUNIT_ASSERT(openTunnel(second) != 0);
	}

	void testWhoIsDoneOccupiesNoPlace()
	{
		auto waiting = _parts->begin();
		for (std::size_t i = 0; i < 2 * LIMIT; ++i)
		{
			auto refused = _parts->begin();
			refused.sendFrame("{}");
			refused.expectEof();
			refused.close();
			CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 1; }));
		}
		CPPUNIT_ASSERT(openTunnel(waiting) != 0);
	}

	void testWhoIsHandedOnIsNeverDropped()
	{
		auto client = _parts->begin();
		CPPUNIT_ASSERT(openTunnel(client) != 0);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->handshakes().count());
		for (std::size_t i = 0; i < 2 * LIMIT; ++i)
		{
			auto other = _parts->begin();
			other.send("{");
		}
		client.expectFrame("\"Heartbeat\"");
		client.expectSilence(30ms);
	}

	void testAbortClosesAll()
	{
		auto silent = _parts->begin();
		auto refused = _parts->begin();
		refused.sendFrame("{}");
		refused.expectEof();
		_parts->handshakes().abortAll();
		silent.expectEof();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->handshakes().count());
	}

	void testNoneIsBegunAfterAbort()
	{
		_parts->handshakes().abortAll();
		auto late = _parts->begin();
		late.expectEof();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->handshakes().count());
	}

	void testLimitMayChange()
	{
		auto first = _parts->begin();
		auto second = _parts->begin();
		auto third = _parts->begin();
		_parts->handshakes().setLimit(LIMIT + 1);
		auto fourth = _parts->begin();
		CPPUNIT_ASSERT_EQUAL(LIMIT + 1, _parts->handshakes().count());
		_parts->handshakes().setLimit(1);
		auto fifth = _parts->begin();
		first.expectEof();
		for (auto* peer : {&second, &third, &fourth, &fifth}) CPPUNIT_ASSERT(openTunnel(*peer) != 0);
	}

private:
	static constexpr std::size_t LIMIT = 3;

	std::optional<ServerParts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakesTest);
