//
// StandbysTest.cpp
//

#include "Server/Standbys.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <list>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class StandbysTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StandbysTest);
	CPPUNIT_TEST(testFreshestIsTakenFirst);
	CPPUNIT_TEST(testNothingIsTakenFromAnEmptyStock);
	CPPUNIT_TEST(testTunnelsDoNotShare);
	CPPUNIT_TEST(testUnknownTicketIsRefused);
	CPPUNIT_TEST(testTicketOfAnotherIdentityIsRefused);
	CPPUNIT_TEST(testNoMoreThanGrantedWait);
	CPPUNIT_TEST(testTakenOneMakesRoom);
	CPPUNIT_TEST(testNewTicketVoidsTheOldAndKeepsWhatWaits);
	CPPUNIT_TEST(testTicketsDiffer);
	CPPUNIT_TEST(testEndOfATunnelClosesItsOwnAndVoidsItsTicket);
	CPPUNIT_TEST(testShortageClosesTheOldestOfWhoeverHasMost);
	CPPUNIT_TEST(testShortageFindsNothingInAnEmptyStock);
	CPPUNIT_TEST(testTakenOneIsOpenAndOutOfTheWatch);
	CPPUNIT_TEST_SUITE_END();

	using Admission = Standbys::Admission;

public:
	void setUp() override { _parts.emplace(); }

	void tearDown() override
	{
		_peers.clear();
		_parts.reset();
	}

	void testFreshestIsTakenFirst()
	{
		const auto ticket = grant(1);
		auto& first = admit(ticket);
		auto& second = admit(ticket);
		auto& third = admit(ticket);
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), standbys().count());
		expectTaken(1, third);
		expectTaken(1, second);
		expectTaken(1, first);
		CPPUNIT_ASSERT(!standbys().take(1));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), standbys().count());
	}

	void testNothingIsTakenFromAnEmptyStock()
	{
		CPPUNIT_ASSERT(!standbys().take(1));
		static_cast<void>(grant(1));
		CPPUNIT_ASSERT(!standbys().take(1));
	}

	void testTunnelsDoNotShare()
	{
		auto& first = admit(grant(1));
		CPPUNIT_ASSERT(!standbys().take(2));
		auto& second = admit(grant(2));
		expectTaken(1, first);
		expectTaken(2, second);
	}

	void testUnknownTicketIsRefused()
	{
		static_cast<void>(grant(1));
		CPPUNIT_ASSERT(Admission::UnknownTicket == tryToAdmit(secureRandomUuid()));
		CPPUNIT_ASSERT(Admission::UnknownTicket == tryToAdmit(Poco::UUID::null()));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), standbys().count());
	}

	void testTicketOfAnotherIdentityIsRefused()
	{
		const auto ticket = standbys().grant(1, 8, "192.0.2.1");
		CPPUNIT_ASSERT(Admission::UnknownTicket == tryToAdmit(ticket, "192.0.2.2"));
		CPPUNIT_ASSERT(Admission::UnknownTicket == tryToAdmit(ticket, ""));
		CPPUNIT_ASSERT(Admission::Admitted == tryToAdmit(ticket, "192.0.2.1"));
	}

	void testNoMoreThanGrantedWait()
	{
		const auto ticket = grant(1, 2);
		static_cast<void>(admit(ticket));
		static_cast<void>(admit(ticket));
		CPPUNIT_ASSERT(Admission::Full == tryToAdmit(ticket));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), standbys().count());
		CPPUNIT_ASSERT(Admission::Full == tryToAdmit(grant(2, 0)));
	}

	void testTakenOneMakesRoom()
	{
		const auto ticket = grant(1, 1);
		static_cast<void>(admit(ticket));
		CPPUNIT_ASSERT(standbys().take(1).has_value());
		auto& next = admit(ticket);
		expectTaken(1, next);
	}

	void testNewTicketVoidsTheOldAndKeepsWhatWaits()
	{
		const auto old = grant(1);
		auto& peer = admit(old);
		const auto fresh = grant(1);
		CPPUNIT_ASSERT(Admission::UnknownTicket == tryToAdmit(old));
		CPPUNIT_ASSERT(Admission::Admitted == tryToAdmit(fresh));
		CPPUNIT_ASSERT(standbys().take(1).has_value());
		expectTaken(1, peer);
	}

	void testTicketsDiffer() { CPPUNIT_ASSERT(grant(1) != grant(2)); }

	void testEndOfATunnelClosesItsOwnAndVoidsItsTicket()
	{
		const auto ticket = grant(1);
		auto& first = admit(ticket);
		auto& second = admit(ticket);
		auto& others = admit(grant(2));
		standbys().withdraw(1);
		first.expectClosed();
		second.expectClosed();
		CPPUNIT_ASSERT(Admission::UnknownTicket == tryToAdmit(ticket));
		CPPUNIT_ASSERT(!standbys().take(1));
		expectTaken(2, others);
		standbys().withdraw(3);
	}

	void testShortageClosesTheOldestOfWhoeverHasMost()
	{
		auto& few = admit(grant(1));
		const auto ticket = grant(2);
		auto& oldest = admit(ticket);
		auto& freshest = admit(ticket);
		CPPUNIT_ASSERT(standbys().dropOne());
		oldest.expectClosed();
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), standbys().count());
		expectTaken(1, few);
		expectTaken(2, freshest);
	}

	void testShortageFindsNothingInAnEmptyStock()
	{
		CPPUNIT_ASSERT(!standbys().dropOne());
		static_cast<void>(grant(1));
		CPPUNIT_ASSERT(!standbys().dropOne());
	}

	void testTakenOneIsOpenAndOutOfTheWatch()
	{
		auto& peer = admit(grant(1));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->watch().size());
		auto taken = standbys().take(1);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->watch().size());
		peer.send("is the taker's now");
		_parts->advance(20s);
		peer.expectSilence(30ms);
		ScriptedPeer(*taken).expect("is the taker's now");
	}

private:
	[[nodiscard]] Standbys& standbys() { return _parts->standbys(); }

	[[nodiscard]] Poco::UUID grant(Standbys::TunnelId tunnel, std::size_t most = 8)
	{
		return standbys().grant(tunnel, most, "");
	}

	[[nodiscard]] ScriptedPeer& admit(const Poco::UUID& ticket)
	/// The client's end of a connection that waits.
	{
		CPPUNIT_ASSERT(Admission::Admitted == tryToAdmit(ticket));
		return _peers.back();
	}

	[[nodiscard]] Admission tryToAdmit(const Poco::UUID& ticket, const std::string& identity = "")
	{
		auto [peer, ours] = _parts->connect();
		_peers.push_back(std::move(peer));
		return standbys().admit(ticket, identity, ours.socket());
	}

	void expectTaken(Standbys::TunnelId tunnel, ScriptedPeer& peer)
	{
		const auto taken = standbys().take(tunnel);
		CPPUNIT_ASSERT(taken.has_value());
		ScriptedPeer(*taken).send("it is you");
		peer.expect("it is you");
	}

	std::optional<ServerParts> _parts;
	std::list<ScriptedPeer> _peers;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandbysTest);
