//
// PublicPortTest.cpp
//
// Here the test's own thread is the tunnel's.
//

#include "Server/PublicPort.h"
#include "Server/TunnelControl.h"
#include "Shared/Listener.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/FailingCall.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/syscall.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class PublicPortTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PublicPortTest);
	CPPUNIT_TEST(testVisitorIsAnnouncedToItsClient);
	CPPUNIT_TEST(testWithoutAVisitorNobodyIsAccepted);
	CPPUNIT_TEST(testShortagePausesAndThenWhoWaitsIsServed);
	CPPUNIT_TEST(testDrainedPortRefusesVisitors);
	CPPUNIT_TEST(testVisitorOfAProxyIsNotAnnouncedBeforeItsHeader);
	CPPUNIT_TEST(testArrivalIsAnnounced);
	CPPUNIT_TEST(testArrivalWhileDrainingIsReset);
	CPPUNIT_TEST(testArrivalsThatAreLeftAreReset);
	CPPUNIT_TEST(testArrivalsLeftByALostClientAreReset);
	CPPUNIT_TEST(testClosedPortLeavesAnArrivalAsItIs);
	CPPUNIT_TEST(testReleasedListenerKeepsItsBacklog);
	CPPUNIT_TEST(testListenerIsReleasedOnce);
	CPPUNIT_TEST(testClosedListenerIsNotReleased);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		auto [client, ours] = _parts->connect();
		_client.emplace(std::move(client));
		_control.emplace(_parts->context(), TUNNEL, FrameStream(ours.socket(), _parts->clock()), std::nullopt,
			UserPtr(), std::nullopt);
		_port.emplace(_parts->context(), TUNNEL, *_control, listenOn("127.0.0.1", 0));
	}

	void tearDown() override
	{
		_port.reset();
		_control.reset();
		_client.reset();
		_parts.reset();
	}

	void testVisitorIsAnnouncedToItsClient()
	{
		auto visitor = visit();
		CPPUNIT_ASSERT(_port->accept());
		auto data = claim(announcedVisitor(*_client));
		visitor.send("x");
		data.expect("x");
	}

	void testWithoutAVisitorNobodyIsAccepted()
	{
		CPPUNIT_ASSERT(!_port->accept());
		CPPUNIT_ASSERT(_port->pauseEnd(now()) == TimePoint::max());
		CPPUNIT_ASSERT(_port->descriptor(now()) != -1);
	}

	void testShortagePausesAndThenWhoWaitsIsServed()
	{
		auto visitor = visit();
		withFailingCall(SYS_accept4, ENOMEM, [this] { CPPUNIT_ASSERT(!_port->accept()); });
		CPPUNIT_ASSERT(_port->pauseEnd(now()) == now() + Acceptor::PAUSE);
		CPPUNIT_ASSERT_EQUAL(-1, _port->descriptor(now()));
		_parts->clock().advance(Acceptor::PAUSE);
		CPPUNIT_ASSERT(_port->pauseEnd(now()) == TimePoint::max());
		CPPUNIT_ASSERT(_port->descriptor(now()) != -1);
		CPPUNIT_ASSERT(_port->accept());
		static_cast<void>(announcedVisitor(*_client));
	}

	void testDrainedPortRefusesVisitors()
	{
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(_port->number()));
		_port->drain();
		CPPUNIT_ASSERT(_port->isDraining());
		CPPUNIT_ASSERT_EQUAL(-1, _port->descriptor(now()));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(_port->number()));
	}

	void testVisitorOfAProxyIsNotAnnouncedBeforeItsHeader()
	{
		_parts->admissions().replaceAccess(std::make_shared<const AccessRules>(AccessList(), AccessList(),
			std::vector<AccessRules::OfPorts>(), AccessRules::Proxies{{}, NetworkSet::parse("127.0.0.1")}));
		auto visitor = visit();
		CPPUNIT_ASSERT(_port->accept());
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->visitors().count());
	}

	void testArrivalIsAnnounced()
	{
		auto [visitor, arrival] = arrivingVisitor();
		CPPUNIT_ASSERT(_port->arrive(arrival));
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->visitors().count());
		_port->takeArrivals();
		auto data = claim(announcedVisitor(*_client));
		visitor.send("x");
		data.expect("x");
	}

	void testArrivalWhileDrainingIsReset()
	{
		auto [visitor, arrival] = arrivingVisitor();
		CPPUNIT_ASSERT(_port->arrive(arrival));
		_port->drain();
		_port->takeArrivals();
		visitor.expectReset();
	}

	void testArrivalsThatAreLeftAreReset()
	{
		auto [visitor, arrival] = arrivingVisitor();
		CPPUNIT_ASSERT(_port->arrive(arrival));
		CPPUNIT_ASSERT(!_port->close());
		visitor.expectReset();
	}

	void testArrivalsLeftByALostClientAreReset()
	{
		auto [first, one] = arrivingVisitor();
		auto [second, other] = arrivingVisitor();
		CPPUNIT_ASSERT(_port->arrive(one));
		CPPUNIT_ASSERT(_port->arrive(other));
		_control->disconnect();
		CPPUNIT_ASSERT_THROW(_port->takeArrivals(), PeerGoneException);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->visitors().count());
		CPPUNIT_ASSERT(!_port->close());
		second.expectReset();
	}

	void testClosedPortLeavesAnArrivalAsItIs()
	{
		CPPUNIT_ASSERT(!_port->close());
		auto [visitor, arrival] = arrivingVisitor();
		CPPUNIT_ASSERT(!_port->arrive(arrival));
		visitor.send("x");
		ScriptedPeer(arrival.socket).expect("x");
	}

	void testReleasedListenerKeepsItsBacklog()
	{
		auto visitor = visit();
		auto promised = _port->release();
		CPPUNIT_ASSERT(promised.has_value());
		CPPUNIT_ASSERT(_port->isReleased());
		CPPUNIT_ASSERT(promised->wait_for(0s) == std::future_status::timeout);
		CPPUNIT_ASSERT(_port->close());
		CPPUNIT_ASSERT(promised->wait_for(0s) == std::future_status::ready);
		auto listener = promised->get();
		_port.reset();
		ScriptedPeer ours(listener.acceptConnection());
		visitor.send("x");
		ours.expect("x");
	}

	void testListenerIsReleasedOnce()
	{
		CPPUNIT_ASSERT(!_port->isReleased());
		CPPUNIT_ASSERT(_port->release().has_value());
		CPPUNIT_ASSERT(!_port->release().has_value());
	}

	void testClosedListenerIsNotReleased()
	{
		CPPUNIT_ASSERT(!_port->close());
		CPPUNIT_ASSERT(!_port->release().has_value());
		CPPUNIT_ASSERT(!_port->isReleased());
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(_port->number()));
	}

private:
	static constexpr std::uint64_t TUNNEL = 1;

	[[nodiscard]] TimePoint now() const { return _parts->context().clock.now(); }

	[[nodiscard]] ScriptedPeer visit()
	/// Waits in the backlog.
	{
		auto visitor = ScriptedPeer::connectTo(_port->number());
		pollfd listener{_port->descriptor(now()), POLLIN, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&listener, 1, millisecondsUntil(now() + PATIENCE, now())));
		return visitor;
	}

	[[nodiscard]] std::pair<ScriptedPeer, ProxiedArrival> arrivingVisitor()
	/// The visitor's end, and what its proxy has brought.
	{
		auto [visitor, ours] = _parts->connect();
		return {std::move(visitor), ProxiedArrival{ours.socket(), ours.socket().peerAddress()}};
	}

	[[nodiscard]] ScriptedPeer claim(const std::string& id)
	{
		auto data = _parts->begin();
		data.send(acceptFrame(id));
		return data;
	}

	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::optional<TunnelControl> _control;
	std::optional<PublicPort> _port;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublicPortTest);
