//
// PendingVisitorsTest.cpp
//

#include "Server/PendingVisitors.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <optional>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class PendingVisitorsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PendingVisitorsTest);
	CPPUNIT_TEST(testVisitorIsTakenOnce);
	CPPUNIT_TEST(testUnknownIdTakesNobody);
	CPPUNIT_TEST(testVisitorStaysForItsUser);
	CPPUNIT_TEST(testVisitorIsGivenToOneOfManyThreads);
	CPPUNIT_TEST(testUnclaimedVisitorIsResetAfterTenSeconds);
	CPPUNIT_TEST(testVisitorsAreDroppedInTheirTurn);
	CPPUNIT_TEST(testClaimedVisitorIsNotDropped);
	CPPUNIT_TEST(testVisitorsOfAnEndedTunnelAreReset);
	CPPUNIT_TEST(testAllAreReset);
	CPPUNIT_TEST(testLimitsMayChange);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_listener.emplace();
		_clock.emplace();
		_visitors.emplace(*_clock);
	}

	void tearDown() override
	{
		_visitors.reset();
		_listener.reset();
	}

	void testVisitorIsTakenOnce()
	{
		auto visitor = add(_first, 7);
		auto taken = _visitors->take(_first);
		CPPUNIT_ASSERT(taken.has_value());
		CPPUNIT_ASSERT_EQUAL(std::uint64_t(7), taken->tunnel);
		CPPUNIT_ASSERT(!_visitors->take(_first).has_value());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _visitors->count());
		taken->socket.sendBytes("x", 1);
		visitor.expect("x");
	}

	void testUnknownIdTakesNobody()
	{
		const auto visitor = add(_first, 1);
		CPPUNIT_ASSERT(!_visitors->take(_second).has_value());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _visitors->count());
	}

	void testVisitorStaysForItsUser()
	{
		auto visitor = ScriptedPeer::connectTo(_listener->port());
		const auto alice = std::make_shared<const User>(User{"alice", AnswerKey(Secret("a"))});
		_visitors->add(_first, {_listener->accept().socket(), "a visitor", 1, 80, "", {}, {}, alice});
		CPPUNIT_ASSERT(!_visitors->take(_first, "bob"));
		CPPUNIT_ASSERT(!_visitors->take(_first));
		CPPUNIT_ASSERT(_visitors->take(_first, "alice").has_value());
	}

	void testVisitorIsGivenToOneOfManyThreads()
	{
		constexpr int ROUNDS = 50;
		for (int round = 0; round < ROUNDS; ++round)
		{
			const auto visitor = add(_first, 1);
			std::vector<std::future<bool>> takers;
			for (int i = 0; i < 4; ++i)
				takers.push_back(
					std::async(std::launch::async, [this] { return _visitors->take(_first).has_value(); }));
			int winners = 0;
			for (auto& taker : takers) winners += taker.get() ? 1 : 0;
			CPPUNIT_ASSERT_EQUAL(1, winners);
		}
	}

	void testUnclaimedVisitorIsResetAfterTenSeconds()
	{
		auto visitor = add(_first, 1);
		_clock->advance(10s - 1ns);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _visitors->dropExpired());
		_clock->advance(1ns);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _visitors->dropExpired());
		visitor.expectReset();
		CPPUNIT_ASSERT(!_visitors->take(_first).has_value());
	}

	void testVisitorsAreDroppedInTheirTurn()
	{
		auto first = add(_first, 1);
		_clock->advance(5s);
		auto second = add(_second, 1);
		_clock->advance(5s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _visitors->dropExpired());
		first.expectReset();
		CPPUNIT_ASSERT(_visitors->take(_second).has_value());
	}

	void testClaimedVisitorIsNotDropped()
	{
		auto visitor = add(_first, 1);
		auto taken = _visitors->take(_first);
		_clock->advance(10s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _visitors->dropExpired());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _visitors->withdraw(1));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _visitors->withdrawAll());
		taken->socket.sendBytes("x", 1);
		visitor.expect("x");
	}

	void testVisitorsOfAnEndedTunnelAreReset()
	{
		auto theirs = add(_first, 1);
		auto other = add(_second, 2);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _visitors->withdraw(1));
		theirs.expectReset();
		CPPUNIT_ASSERT(!_visitors->take(_first).has_value());
		auto taken = _visitors->take(_second);
		CPPUNIT_ASSERT(taken.has_value());
		taken->socket.sendBytes("x", 1);
		other.expect("x");
	}

	void testAllAreReset()
	{
		auto first = add(_first, 1);
		auto second = add(_second, 2);
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), _visitors->withdrawAll());
		first.expectReset();
		second.expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _visitors->count());
	}

	void testLimitsMayChange()
	{
		auto first = add(_first, 7);
		_visitors->setLimits(0, 1);
		auto refused = ScriptedPeer::connectTo(_listener->port());
		const auto* reached = _visitors->add(_second, {_listener->accept().socket(), "a visitor", 7, 80});
		CPPUNIT_ASSERT_EQUAL(
			std::string("limit.unclaimedPerTunnel"), reached == nullptr ? std::string() : reached->name);
		refused.expectReset();
		_visitors->setLimits(2, 0);
		auto second = add(_second, 7);
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), _visitors->count());
	}

private:
	[[nodiscard]] ScriptedPeer add(const Poco::UUID& id, std::uint64_t tunnel)
	/// The visitor's own end.
	{
		auto visitor = ScriptedPeer::connectTo(_listener->port());
		_visitors->add(id, {_listener->accept().socket(), "127.0.0.1:1", tunnel, 8080});
		return visitor;
	}

	const Poco::UUID _first = secureRandomUuid();
	const Poco::UUID _second = secureRandomUuid();
	std::optional<ScriptedListener> _listener;
	std::optional<ManualClock> _clock;
	std::optional<PendingVisitors> _visitors;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PendingVisitorsTest);
