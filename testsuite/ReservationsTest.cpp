//
// ReservationsTest.cpp
//

#include "Server/Reservations.h"
#include "Shared/Uuid.h"
#include "testsuite/support/ManualClock.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ReservationsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ReservationsTest);
	CPPUNIT_TEST(testKeptForEachOfItsTickets);
	CPPUNIT_TEST(testKeptForItsIdentityAlone);
	CPPUNIT_TEST(testKeptForItsTime);
	CPPUNIT_TEST(testLaterReservationReplacesTheEarlier);
	CPPUNIT_TEST(testRemovedReservationIsGone);
	CPPUNIT_TEST(testLateRemovalSparesALaterReservation);
	CPPUNIT_TEST(testWithoutASpanThereAreNone);
	CPPUNIT_TEST(testOtherSpanIsForThoseToCome);
	CPPUNIT_TEST_SUITE_END();

public:
	void testKeptForEachOfItsTickets()
	{
		const auto claim = _reservations.reserve(PORT, "me", {_ticket, _oldTicket});
		CPPUNIT_ASSERT(claim.has_value());
		for (const auto& ticket : {_ticket, _oldTicket})
		{
			const auto found = _reservations.find(ticket, "me");
			CPPUNIT_ASSERT(found.has_value());
			CPPUNIT_ASSERT_EQUAL(PORT, found->port);
			CPPUNIT_ASSERT_EQUAL(claim->serial, found->serial);
		}
		CPPUNIT_ASSERT(!_reservations.find(secureRandomUuid(), "me"));
	}

	void testKeptForItsIdentityAlone()
	{
		reserve();
		CPPUNIT_ASSERT(_reservations.find(PORT, "me").has_value());
		CPPUNIT_ASSERT(!_reservations.find(PORT, "you"));
		CPPUNIT_ASSERT(!_reservations.find(_ticket, "you"));
		CPPUNIT_ASSERT(_reservations.holds(PORT));
		CPPUNIT_ASSERT(!_reservations.holds(PORT + 1));
		CPPUNIT_ASSERT(!_reservations.find(PORT + 1, "me"));
	}

	void testKeptForItsTime()
	{
		reserve();
		_clock.advance(30s - 1ns);
		CPPUNIT_ASSERT(_reservations.holds(PORT));
		CPPUNIT_ASSERT(_reservations.find(_ticket, "me").has_value());
		_clock.advance(1ns);
		CPPUNIT_ASSERT(!_reservations.holds(PORT));
		CPPUNIT_ASSERT(!_reservations.find(_ticket, "me"));
		CPPUNIT_ASSERT(!_reservations.find(PORT, "me"));
	}

	void testLaterReservationReplacesTheEarlier()
	{
		reserve();
		_clock.advance(20s);
		const auto ticket = secureRandomUuid();
		CPPUNIT_ASSERT(_reservations.reserve(PORT, "me", {ticket}).has_value());
		_clock.advance(20s);
		CPPUNIT_ASSERT(!_reservations.find(_ticket, "me"));
		CPPUNIT_ASSERT(_reservations.find(ticket, "me").has_value());
	}

	void testRemovedReservationIsGone()
	{
		reserve();
		_reservations.remove(*_reservations.find(_ticket, "me"));
		CPPUNIT_ASSERT(!_reservations.holds(PORT));
		CPPUNIT_ASSERT(!_reservations.find(_ticket, "me"));
	}

	void testLateRemovalSparesALaterReservation()
	{
		reserve();
		const auto early = *_reservations.find(_ticket, "me");
		reserve();
		_reservations.remove(early);
		CPPUNIT_ASSERT(_reservations.find(_ticket, "me").has_value());
	}

	void testWithoutASpanThereAreNone()
	{
		Reservations none(0s, _clock);
		CPPUNIT_ASSERT(!none.reserve(PORT, "me", {_ticket}));
		CPPUNIT_ASSERT(!none.holds(PORT));
	}

	void testOtherSpanIsForThoseToCome()
	{
		reserve();
		_reservations.setSpan(0s);
		_clock.advance(30s - 1ns);
		CPPUNIT_ASSERT(_reservations.holds(PORT));
		CPPUNIT_ASSERT(!_reservations.reserve(PORT + 1, "me", {_ticket}));
		_reservations.setSpan(40s);
		CPPUNIT_ASSERT(_reservations.reserve(PORT + 1, "me", {_ticket}).has_value());
		_clock.advance(40s - 1ns);
		CPPUNIT_ASSERT(!_reservations.holds(PORT));
		CPPUNIT_ASSERT(_reservations.holds(PORT + 1));
	}

private:
	static constexpr std::uint16_t PORT = 40123;

	void reserve() { CPPUNIT_ASSERT(_reservations.reserve(PORT, "me", {_ticket}).has_value()); }

	const Poco::UUID _ticket = secureRandomUuid();
	const Poco::UUID _oldTicket = secureRandomUuid();
	ManualClock _clock;
	Reservations _reservations{30s, _clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReservationsTest);
