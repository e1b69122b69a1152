//
// ServiceNotifierTest.cpp
//

#include "Shared/ServiceNotifier.h"
#include "testsuite/support/AskedRole.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/NotifyReceiver.h"

#include <cppunit/extensions/HelperMacros.h>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class ServiceNotifierTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServiceNotifierTest);
	CPPUNIT_TEST(testReadyAndStoppingAreToldInTheirOrder);
	CPPUNIT_TEST(testStatusIsToldWhenItChanges);
	CPPUNIT_TEST(testStatusSaysThatItIsStopping);
	CPPUNIT_TEST(testStatusIsOneLine);
	CPPUNIT_TEST(testReloadBeginsWithTheTimeAndEndsReady);
	CPPUNIT_TEST(testReloadOfARoleThatIsNotReadyOrStopsTellsNothing);
	CPPUNIT_TEST(testSignOfLifeIsGivenTwiceInTheInterval);
	CPPUNIT_TEST(testRoleThatIsStuckGivesNoSign);
	CPPUNIT_TEST(testRoleThatHasEndedGivesNoSign);
	CPPUNIT_TEST(testSignThatComesAfterTheNotifiersEndHarmsNobody);
	CPPUNIT_TEST(testWithoutAWatchdogNoSignIsAskedFor);
	CPPUNIT_TEST(testNobodyIsAskedWhereNobodyListens);
	CPPUNIT_TEST(testAddressThatIsNoneIsLoggedAndCostsNothing);
	CPPUNIT_TEST(testWhatDoesNotFitIsToldLater);
	CPPUNIT_TEST_SUITE_END();

	using Messages = std::vector<std::string>;

public:
	void setUp() override { _receiver.emplace(); }

	void tearDown() override
	{
		_role.isStuck = _role.isEnded = false;
		_role.questions = 0;
		_role.held = nullptr;
		_role.text = "well";
		_receiver.reset();
	}

	void testReadyAndStoppingAreToldInTheirOrder()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		CPPUNIT_ASSERT(notifier.isHeard());
		notifier.ready();
		notifier.stopping();
		expect({"READY=1\nSTATUS=well", "STOPPING=1"});
	}

	void testStatusIsToldWhenItChanges()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 5s);
		expect({"STATUS=well"});
		_role.text = "better";
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 5s);
		expect({});
		_clock.advance(5s);
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 5s);
		expect({"STATUS=better"});
		_clock.advance(5s);
		notifier.turn();
		expect({});
	}

	void testStatusSaysThatItIsStopping()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		notifier.stopping();
		notifier.turn();
		expect({"STOPPING=1", "STATUS=stopping: well"});
	}

	void testStatusIsOneLine()
	{
		_role.text = "well\nSTOPPING=1";
		ServiceNotifier notifier(heard(), _role, _clock);
		notifier.turn();
		expect({"STATUS=well\\nSTOPPING=1"});
	}

	void testReloadBeginsWithTheTimeAndEndsReady()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		notifier.ready();
		expect({"READY=1\nSTATUS=well"});
		timespec before{};
		::clock_gettime(CLOCK_MONOTONIC, &before);
		{
			const ServiceNotifier::Reload reload(notifier);
			const std::string message = _receiver->receive();
			const std::string beginning = "RELOADING=1\nMONOTONIC_USEC=";
			CPPUNIT_ASSERT_EQUAL(beginning, message.substr(0, beginning.size()));
			CPPUNIT_ASSERT(std::stoll(message.substr(beginning.size())) >=
						   before.tv_sec * 1'000'000 + before.tv_nsec / 1000);
			expect({});
		}
		expect({"READY=1\nSTATUS=well"});
	}

	void testReloadOfARoleThatIsNotReadyOrStopsTellsNothing()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		{
			const ServiceNotifier::Reload early(notifier);
		}
		expect({});
		notifier.ready();
		notifier.stopping();
		expect({"READY=1\nSTATUS=well", "STOPPING=1"});
		{
			const ServiceNotifier::Reload late(notifier);
		}
		expect({});
	}

	void testSignOfLifeIsGivenTwiceInTheInterval()
	{
		ServiceNotifier notifier(heard(4s), _role, _clock);
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 2s);
		expect({"STATUS=well", "WATCHDOG=1"});
		_clock.advance(2s - 1ns);
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 1ns);
		expect({});
		_clock.advance(1ns);
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 2s);
		expect({"WATCHDOG=1"});
	}

	void testRoleThatIsStuckGivesNoSign()
	{
		ServiceNotifier notifier(heard(4s), _role, _clock);
		_role.isStuck = true;
		notifier.turn();
		expect({"STATUS=well"});
		const auto late = std::exchange(_role.held, nullptr);
		for (int i = 0; i < 3; ++i)
		{
			_clock.advance(2s);
			notifier.turn();
		}
		CPPUNIT_ASSERT(late);
		CPPUNIT_ASSERT_MESSAGE("only one is on its way", !_role.held);
		expect({});
		late();
		expect({"WATCHDOG=1"});
		_clock.advance(2s);
		notifier.turn();
		CPPUNIT_ASSERT(_role.held);
	}

	void testRoleThatHasEndedGivesNoSign()
	{
		ServiceNotifier notifier(heard(4s), _role, _clock);
		_role.isEnded = true;
		notifier.turn();
		expect({"STATUS=well"});
		_role.isEnded = false;
		_clock.advance(2s);
		notifier.turn();
		expect({"WATCHDOG=1"});
	}

	void testSignThatComesAfterTheNotifiersEndHarmsNobody()
	{
		_role.isStuck = true;
		{
			ServiceNotifier notifier(heard(4s), _role, _clock);
			notifier.turn();
		}
		_role.held();
		expect({"STATUS=well", "WATCHDOG=1"});
	}

	void testWithoutAWatchdogNoSignIsAskedFor()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		_role.isStuck = true;
		_clock.advance(1h);
		notifier.turn();
		CPPUNIT_ASSERT(!_role.held);
	}

	void testNobodyIsAskedWhereNobodyListens()
	{
		ServiceNotifier notifier({"", 4s}, _role, _clock);
		CPPUNIT_ASSERT(!notifier.isHeard());
		notifier.ready();
		{
			const ServiceNotifier::Reload reload(notifier);
		}
		notifier.stopping();
		CPPUNIT_ASSERT(notifier.turn() == TimePoint::max());
		CPPUNIT_ASSERT_EQUAL(0, _role.questions.load());
	}

	void testAddressThatIsNoneIsLoggedAndCostsNothing()
	{
		const CapturedLog log;
		ServiceNotifier notifier({"nowhere", 4s}, _role, _clock);
		CPPUNIT_ASSERT(!notifier.isHeard());
		CPPUNIT_ASSERT_EQUAL(
			std::string("Warning bore.service: NOTIFY_SOCKET \"nowhere\" is neither an absolute path nor an "
						"abstract name (@...): nobody is told anything\n"),
			log.text());
	}

	void testWhatDoesNotFitIsToldLater()
	{
		ServiceNotifier notifier(heard(), _role, _clock);
		notifier.turn();
		const NotifySocket other(_receiver->address());
		while (other.send("X=1") == NotifySocket::Outcome::Sent)
			;
		notifier.ready();
		notifier.stopping();
		CPPUNIT_ASSERT(notifier.turn() == _clock.now() + 200ms);
		for (const auto& message : _receiver->waiting())
			CPPUNIT_ASSERT(message == "X=1" || message == "STATUS=well");
		CPPUNIT_ASSERT(notifier.turn() > _clock.now() + 200ms);
		expect({"READY=1\nSTATUS=well", "STOPPING=1"});
	}

private:
	[[nodiscard]] ServiceEnvironment heard(std::optional<Duration> watchdog = std::nullopt) const
	{
		return {_receiver->address(), watchdog};
	}

	void expect(const Messages& messages)
	/// These have come, and no other.
	{
		const Messages come = _receiver->waiting();
		std::string all;
		for (const auto& message : come) all += message + "|";
		CPPUNIT_ASSERT_MESSAGE(all, messages == come);
	}

	ManualClock _clock;
	AskedRole _role;
	std::optional<NotifyReceiver> _receiver;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceNotifierTest);
