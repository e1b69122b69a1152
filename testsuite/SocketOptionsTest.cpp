//
// SocketOptionsTest.cpp
//

#include "Shared/SocketOptions.h"

#include "Shared/Connector.h"
#include "Shared/Listener.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <chrono>
#include <future>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using Poco::Net::IPAddress;
using Poco::Net::StreamSocket;

class SocketOptionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SocketOptionsTest);
	CPPUNIT_TEST(testLoopbackGetsRenoBeforeItConnects);
	CPPUNIT_TEST(testOtherAddressesKeepTheSystemsCongestionControl);
	CPPUNIT_TEST(testMappedLoopbackIsLoopback);
	CPPUNIT_TEST(testListenerOnLoopbackHandsRenoDown);
	CPPUNIT_TEST(testListenerHandsKeepaliveDown);
	CPPUNIT_TEST(testConnectorSetsKeepalive);
	CPPUNIT_TEST(testKeepaliveOfZeroLeavesTheSystemsOwn);
	CPPUNIT_TEST(testAbortOnCloseSendsReset);
	CPPUNIT_TEST(testPrepareAndAbortBearADeadSocket);
	CPPUNIT_TEST(testSilenceIsBoundedForWhatIsSentAndForAnIdleConnection);
	CPPUNIT_TEST(testWithoutABoundTheSystemDecides);
	CPPUNIT_TEST(testPeerThatAcknowledgesHasNotStopped);
	CPPUNIT_TEST(testUnsentBytesAreCounted);
	CPPUNIT_TEST(testDeliveryIsAwaited);
	CPPUNIT_TEST(testAwaitedDeliveryKeepsToItsDeadline);
	CPPUNIT_TEST(testAwaitedDeliveryEndsWithTheConnection);
	CPPUNIT_TEST_SUITE_END();

	const Connector _connector;

	static TimePoint in(Duration span) { return Clock::system().now() + span; }
	static TimePoint soon() { return in(PATIENCE); }

	static std::string congestionControl(const Poco::Net::Socket& socket)
	{
		std::array<char, 16> name{};
		socklen_t size = name.size();
		CPPUNIT_ASSERT_EQUAL(
			0, ::getsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_CONGESTION, name.data(), &size));
		return name.data();
	}

	static int option(const Poco::Net::Socket& socket, int name)
	{
		int value = -1;
		socklen_t size = sizeof(value);
		CPPUNIT_ASSERT_EQUAL(0, ::getsockopt(socket.impl()->sockfd(), IPPROTO_TCP, name, &value, &size));
		return value;
	}

	static void expectKeepalive(const Poco::Net::Socket& socket, const Keepalive& expected)
	{
		CPPUNIT_ASSERT_EQUAL(expected.idle, option(socket, TCP_KEEPIDLE));
		CPPUNIT_ASSERT_EQUAL(expected.interval, option(socket, TCP_KEEPINTVL));
		CPPUNIT_ASSERT_EQUAL(expected.count, option(socket, TCP_KEEPCNT));
	}

	static std::string after(const std::string& peer)
	/// What easeLoopback() makes of a socket that had another to begin with.
	{
		const StreamSocket socket(IPAddress(peer).family() == IPAddress::IPv4
									  ? Poco::Net::AddressFamily::IPv4
									  : Poco::Net::AddressFamily::IPv6);
		constexpr std::string_view OTHER = "cubic";
		CPPUNIT_ASSERT_EQUAL_MESSAGE("this test needs TCP's cubic", 0,
			::setsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_CONGESTION, OTHER.data(), OTHER.size()));
		easeLoopback(socket, IPAddress(peer));
		return congestionControl(socket);
	}

	static void fill(StreamSocket& socket)
	{
		const std::string bytes(1 << 20, 'x');
		while (::send(socket.impl()->sockfd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
			continue;
	}

public:
	void testLoopbackGetsRenoBeforeItConnects()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("reno"), after("127.0.0.1"));
		CPPUNIT_ASSERT_EQUAL(std::string("reno"), after("127.9.8.7"));
		CPPUNIT_ASSERT_EQUAL(std::string("reno"), after("::1"));
		ScriptedListener listener;
		const StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		CPPUNIT_ASSERT_EQUAL(std::string("reno"), congestionControl(socket));
	}

	void testOtherAddressesKeepTheSystemsCongestionControl()
	{
		for (const std::string address :
			{"192.0.2.1", "128.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "0.0.0.0", "::"})
			CPPUNIT_ASSERT_EQUAL_MESSAGE(address, std::string("cubic"), after(address));
	}

	void testMappedLoopbackIsLoopback()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("reno"), after("::ffff:127.0.0.1"));
	}

	void testListenerOnLoopbackHandsRenoDown()
	{
		Poco::Net::ServerSocket listener = listenOn("127.0.0.1", 0);
		const auto peer = ScriptedPeer::connectTo(listener.address().port());
		CPPUNIT_ASSERT_EQUAL(std::string("reno"), congestionControl(listener.acceptConnection()));
	}

	void testListenerHandsKeepaliveDown()
	{
		Poco::Net::ServerSocket listener = listenOn("127.0.0.1", 0, {31, 7, 5});
		const auto peer = ScriptedPeer::connectTo(listener.address().port());
		expectKeepalive(listener.acceptConnection(), {31, 7, 5});
	}

	void testConnectorSetsKeepalive()
	{
		ScriptedListener listener;
		const Connector connector(Clock::system(), nullptr, {31, 7, 5});
		expectKeepalive(connector.connect("127.0.0.1", listener.port(), soon()), {31, 7, 5});
	}

	void testKeepaliveOfZeroLeavesTheSystemsOwn()
	{
		const StreamSocket untouched{Poco::Net::IPAddress::IPv4};
		const StreamSocket socket{Poco::Net::IPAddress::IPv4};
		tuneKeepalive(socket, {0, 0, 0});
		expectKeepalive(socket, {option(untouched, TCP_KEEPIDLE), option(untouched, TCP_KEEPINTVL),
									option(untouched, TCP_KEEPCNT)});
	}

	void testAbortOnCloseSendsReset()
	{
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		ScriptedPeer peer = listener.accept();
		abortOnClose(socket);
		socket.close();
		peer.expectReset();
	}

	void testPrepareAndAbortBearADeadSocket()
	{
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		listener.accept().reset();
		CPPUNIT_ASSERT(socket.poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
		prepareStream(socket);
		abortOnClose(socket);
		socket.close();
		prepareStream(socket);
		abortOnClose(socket);
		CPPUNIT_ASSERT_EQUAL(-1, unsentBytes(socket));
	}

	void testSilenceIsBoundedForWhatIsSentAndForAnIdleConnection()
	{
		const ScriptedListener listener;
		auto peer = ScriptedPeer::connectTo(listener.port());
		boundSilence(peer.socket(), 10s);
		CPPUNIT_ASSERT_EQUAL(10000, option(peer.socket(), TCP_USER_TIMEOUT));
		CPPUNIT_ASSERT_EQUAL(2, option(peer.socket(), TCP_KEEPIDLE));
		CPPUNIT_ASSERT_EQUAL(2, option(peer.socket(), TCP_KEEPINTVL));
		CPPUNIT_ASSERT_EQUAL(3, option(peer.socket(), TCP_KEEPCNT));
		CPPUNIT_ASSERT(peer.socket().getKeepAlive());
		boundSilence(peer.socket(), 1s);
		CPPUNIT_ASSERT_EQUAL(1000, option(peer.socket(), TCP_USER_TIMEOUT));
		CPPUNIT_ASSERT_EQUAL(1, option(peer.socket(), TCP_KEEPIDLE));
	}

	void testWithoutABoundTheSystemDecides()
	{
		const ScriptedListener listener;
		auto peer = ScriptedPeer::connectTo(listener.port());
		const int idle = option(peer.socket(), TCP_KEEPIDLE);
		boundSilence(peer.socket(), 0s);
		CPPUNIT_ASSERT_EQUAL(0, option(peer.socket(), TCP_USER_TIMEOUT));
		CPPUNIT_ASSERT_EQUAL(idle, option(peer.socket(), TCP_KEEPIDLE));
	}

	void testPeerThatAcknowledgesHasNotStopped()
	{
		ScriptedListener listener;
		auto peer = ScriptedPeer::connectTo(listener.port());
		auto other = listener.accept();
		CPPUNIT_ASSERT(!hasStoppedAcknowledging(peer.socket()));
		// Bytes that are under way alone mean nothing.
		const std::string bytes(1024UL * 1024, 'x');
		while (::send(peer.socket().impl()->sockfd(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0)
		{
		}
		CPPUNIT_ASSERT(unsentBytes(peer.socket()) > 0);
		CPPUNIT_ASSERT(!hasStoppedAcknowledging(peer.socket()));
		peer.close();
		CPPUNIT_ASSERT(!hasStoppedAcknowledging(peer.socket()));
	}

	void testUnsentBytesAreCounted()
	{
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		ScriptedPeer peer = listener.accept();
		CPPUNIT_ASSERT_EQUAL(0, unsentBytes(socket));
		fill(socket);
		CPPUNIT_ASSERT(unsentBytes(socket) > 0);
	}

	void testDeliveryIsAwaited()
	{
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		ScriptedPeer peer = listener.accept();
		CPPUNIT_ASSERT(awaitDelivery(socket, in(0s)));
		fill(socket);
		socket.shutdownSend();
		auto delivered = std::async(std::launch::async, [&] { return awaitDelivery(socket, soon()); });
		CPPUNIT_ASSERT(delivered.wait_for(20ms) == std::future_status::timeout);
		static_cast<void>(peer.receiveToEnd());
		CPPUNIT_ASSERT(delivered.get());
		CPPUNIT_ASSERT_EQUAL(0, unsentBytes(socket));
	}

	void testAwaitedDeliveryKeepsToItsDeadline()
	{
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		ScriptedPeer peer = listener.accept();
		fill(socket);
		const TimePoint deadline = in(30ms);
		CPPUNIT_ASSERT(!awaitDelivery(socket, deadline));
		CPPUNIT_ASSERT(Clock::system().now() >= deadline);
	}

	void testAwaitedDeliveryEndsWithTheConnection()
	{
		// On a clock that stands still: without the reset it would never end.
		const ManualClock clock;
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		ScriptedPeer peer = listener.accept();
		fill(socket);
		peer.reset();
		CPPUNIT_ASSERT(!awaitDelivery(socket, clock.now() + 1s, clock));
		CPPUNIT_ASSERT(unsentBytes(socket) > 0);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketOptionsTest);
