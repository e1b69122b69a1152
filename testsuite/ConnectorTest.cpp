//
// ConnectorTest.cpp
//

#include "Shared/Connector.h"
#include "Shared/SocketOptions.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <future>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;
using Reason = ConnectException::Reason;

class ConnectorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ConnectorTest);
	CPPUNIT_TEST(testNameIsResolved);
	CPPUNIT_TEST(testAddressInNumbersIsConnected);
	CPPUNIT_TEST(testSocketIsPrepared);
	CPPUNIT_TEST(testUnknownNameIsReported);
	CPPUNIT_TEST(testDeadPortIsRefused);
	CPPUNIT_TEST(testNoRouteIsReported);
	CPPUNIT_TEST(testSilentAddressTimesOut);
	CPPUNIT_TEST(testCancelledConnectGivesUp);
	CPPUNIT_TEST(testBegunConnectIsFinished);
	CPPUNIT_TEST(testBegunConnectToADeadPortFailsAtItsEnd);
	CPPUNIT_TEST(testNextAddressIsTriedAfterARefusal);
	CPPUNIT_TEST(testSilentAddressLeavesTimeForTheNext);
	CPPUNIT_TEST(testRefusalIsReportedRatherThanNoRoute);
	CPPUNIT_TEST(testFirstFailureIsReported);
	CPPUNIT_TEST(testFailuresLeaveNoDescriptors);
	CPPUNIT_TEST(testSelfConnectionIsRecognised);
	CPPUNIT_TEST(testDeadPortIsNeverItsOwnPeer);
	CPPUNIT_TEST(testOtherKeepaliveIsForConnectionsToCome);
	CPPUNIT_TEST_SUITE_END();

	class DeadPort
	/// A port that nobody listens on, and nobody else can take.
	{
	public:
		DeadPort() { _socket.bind(SocketAddress("127.0.0.1", 0), false, false); }
		[[nodiscard]] SocketAddress address() const { return _socket.address(); }

	private:
		Poco::Net::ServerSocket _socket;
	};

	class SilentPort
	/// A port that answers no more: its queue of connections is full.
	{
	public:
		SilentPort()
		{
			_listener.bind(SocketAddress("127.0.0.1", 0), false, false);
			_listener.listen(0);
			for (bool answered = true; answered;)
			{
				StreamSocket& socket = _waiting.emplace_back(SocketAddress::IPv4);
				socket.connectNB(_listener.address());
				answered = socket.poll(Poco::Timespan(0, 100000), Poco::Net::Socket::SELECT_WRITE);
			}
		}

		[[nodiscard]] SocketAddress address() const { return _listener.address(); }

	private:
		Poco::Net::ServerSocket _listener;
		std::vector<StreamSocket> _waiting;
	};

	const Connector _connector;

	static TimePoint in(Duration span) { return Clock::system().now() + span; }
	static TimePoint soon() { return in(PATIENCE); }

	static SocketAddress noRoute() { return {"255.255.255.255", 80}; }

	static void assertFails(
		Reason reason, const std::string& text, const std::function<StreamSocket()>& connect)
	{
		try
		{
			static_cast<void>(connect());
		}
		catch (const ConnectException& exc)
		{
			CPPUNIT_ASSERT_EQUAL(text, std::string(exc.what()));
			CPPUNIT_ASSERT(exc.reason() == reason);
			return;
		}
		CPPUNIT_FAIL("connected, in place of: " + text);
	}

public:
	void testNameIsResolved()
	{
		ScriptedListener listener;
		StreamSocket socket = _connector.connect("localhost", listener.port(), soon());
		ScriptedPeer peer = listener.accept();
		peer.send("x");
		CPPUNIT_ASSERT(socket.poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
	}

	void testAddressInNumbersIsConnected()
	{
		for (const std::string host : {"127.0.0.1", "::1"})
		{
			ScriptedListener listener(host);
			const StreamSocket socket = _connector.connect(host, listener.port(), soon());
			CPPUNIT_ASSERT_EQUAL(
				SocketAddress(host, listener.port()).toString(), socket.peerAddress().toString());
			ScriptedPeer peer = listener.accept();
			CPPUNIT_ASSERT_EQUAL(socket.address().toString(), peer.socket().peerAddress().toString());
		}
	}

	void testSocketIsPrepared()
	{
		ScriptedListener listener;
		const StreamSocket socket = _connector.connect("127.0.0.1", listener.port(), soon());
		CPPUNIT_ASSERT(socket.getNoDelay());
		CPPUNIT_ASSERT(socket.getKeepAlive());
		const int fd = socket.impl()->sockfd();
		CPPUNIT_ASSERT_EQUAL(0, ::fcntl(fd, F_GETFL) & O_NONBLOCK);
		CPPUNIT_ASSERT_EQUAL(FD_CLOEXEC, ::fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}

	void testUnknownNameIsReported()
	{
		// A label too long for a name server to be asked.
		const std::string name = std::string(64, 'a') + ".invalid";
		assertFails(Reason::Resolve, "cannot resolve \"" + name + "\": check the name",
			[&] { return _connector.connect(name, 80, soon()); });
	}

	void testDeadPortIsRefused()
	{
		const DeadPort dead;
		assertFails(Reason::Refused, "connection refused",
			[&] { return _connector.connect("127.0.0.1", dead.address().port(), soon()); });
	}

	void testNoRouteIsReported()
	{
		assertFails(Reason::Other, "no route to host", [&] { return _connector.connect(noRoute(), soon()); });
	}

	void testSilentAddressTimesOut()
	{
		const SilentPort silent;
		const TimePoint deadline = in(50ms);
		assertFails(
			Reason::Timeout, "timed out", [&] { return _connector.connect(silent.address(), deadline); });
		CPPUNIT_ASSERT(Clock::system().now() >= deadline);
	}

	void testCancelledConnectGivesUp()
	{
		// On a clock that stands still: without the flag it would never end.
		const ManualClock clock;
		std::atomic<bool> cancelled{false};
		const Connector connector(clock, &cancelled);
		const SilentPort silent;
		auto ended = std::async(std::launch::async,
			[&]
			{
				assertFails(Reason::Other, "we were asked to stop",
					[&] { return connector.connect(silent.address(), clock.now() + 1h); });
			});
		CPPUNIT_ASSERT(ended.wait_for(20ms) == std::future_status::timeout);
		cancelled = true;
		CPPUNIT_ASSERT(ended.wait_for(PATIENCE) == std::future_status::ready);
		ended.get();
	}

	void testBegunConnectIsFinished()
	{
		ScriptedListener listener;
		const SocketAddress address("127.0.0.1", listener.port());
		StreamSocket begun = _connector.begin(address);
		ScriptedPeer peer = listener.accept(); // it has arrived, though nobody waited
		const StreamSocket socket = _connector.finish(begun, address, soon());
		CPPUNIT_ASSERT_EQUAL(0, ::fcntl(socket.impl()->sockfd(), F_GETFL) & O_NONBLOCK);
	}

	void testBegunConnectToADeadPortFailsAtItsEnd()
	{
		const DeadPort dead;
		assertFails(Reason::Refused, "connection refused",
			[&] { return _connector.finish(_connector.begin(dead.address()), dead.address(), soon()); });
	}

	void testNextAddressIsTriedAfterARefusal()
	{
		const DeadPort dead;
		ScriptedListener listener;
		const SocketAddress alive("127.0.0.1", listener.port());
		const StreamSocket socket = _connector.connectAny({dead.address(), noRoute(), alive}, soon());
		CPPUNIT_ASSERT_EQUAL(alive.toString(), socket.peerAddress().toString());
	}

	void testSilentAddressLeavesTimeForTheNext()
	{
		const SilentPort silent;
		ScriptedListener listener;
		const SocketAddress alive("127.0.0.1", listener.port());
		const TimePoint deadline = in(4s); // half of it for the silent one
		const StreamSocket socket = _connector.connectAny({silent.address(), alive}, deadline);
		CPPUNIT_ASSERT_EQUAL(alive.toString(), socket.peerAddress().toString());
		CPPUNIT_ASSERT(Clock::system().now() < deadline);
	}

	void testRefusalIsReportedRatherThanNoRoute()
	{
		const DeadPort dead;
		const std::vector<SocketAddress> first{dead.address(), noRoute()};
		const std::vector<SocketAddress> last{noRoute(), dead.address()};
		for (const auto& addresses : {first, last})
		{
			assertFails(Reason::Refused, "connection refused",
				[&] { return _connector.connectAny(addresses, soon()); });
		}
	}

	void testFirstFailureIsReported()
	{
		const DeadPort dead;
		const SilentPort silent;
		assertFails(Reason::Refused, "connection refused",
			[&] {
				return _connector.connectAny({dead.address(), silent.address()}, in(30ms));
			});
		assertFails(Reason::Timeout, "timed out",
			[&] {
				return _connector.connectAny({silent.address(), dead.address()}, in(60ms));
			});
	}

	void testFailuresLeaveNoDescriptors()
	{
		const DeadPort dead;
		const SilentPort silent;
		const auto fail = [&]
		{
			CPPUNIT_ASSERT_THROW(
				static_cast<void>(_connector.connect(dead.address(), soon())), ConnectException);
			CPPUNIT_ASSERT_THROW(
				static_cast<void>(_connector.connect(silent.address(), in(1ms))), ConnectException);
			CPPUNIT_ASSERT_THROW(static_cast<void>(_connector.connect(noRoute(), soon())), ConnectException);
		};
		const std::size_t before = ProcessStatus::self().descriptors();
		for (int i = 0; i < 20; ++i) fail();
		CPPUNIT_ASSERT_EQUAL(before, ProcessStatus::self().descriptors());
	}

	void testSelfConnectionIsRecognised()
	{
		Poco::Net::ServerSocket bound;
		bound.bind(SocketAddress("127.0.0.1", 0), false, false);
		StreamSocket socket{static_cast<const Poco::Net::Socket&>(
			StreamSocket(new Poco::Net::StreamSocketImpl(::dup(bound.impl()->sockfd()))))};
		const SocketAddress own = bound.address();
		socket.connect(own);
		CPPUNIT_ASSERT(Connector::isSelfConnected(socket, own.port()));

		ScriptedListener listener;
		const StreamSocket other = _connector.connect("127.0.0.1", listener.port(), soon());
		CPPUNIT_ASSERT(!Connector::isSelfConnected(other, listener.port()));
		CPPUNIT_ASSERT(!Connector::isSelfConnected(other, other.address().port()));
	}

	void testDeadPortIsNeverItsOwnPeer()
	{
		// One of the ports the kernel gives to dialling sockets, and more
		// tries than it has such ports: one of them gets this very port.
		constexpr int TRIES = 20000;
		ScriptedListener listener;
		StreamSocket former = _connector.connect("127.0.0.1", listener.port(), soon());
		const SocketAddress dead = former.address();
		abortOnClose(former);
		former.close();
		for (int i = 0; i < TRIES; ++i)
		{
			CPPUNIT_ASSERT_THROW(static_cast<void>(_connector.connect(dead, soon())), ConnectException);
		}
	}

	void testOtherKeepaliveIsForConnectionsToCome()
	{
		const auto idle = [](const StreamSocket& socket)
		{
			int seconds = 0;
			socket.impl()->getOption(IPPROTO_TCP, TCP_KEEPIDLE, seconds);
			return seconds;
		};
		ScriptedListener listener;
		Connector connector(Clock::system(), nullptr, {11, 12, 3});
		const auto before = connector.connect("127.0.0.1", listener.port(), soon());
		connector.setKeepalive({21, 12, 3});
		const auto after = connector.connect("127.0.0.1", listener.port(), soon());
		CPPUNIT_ASSERT_EQUAL(11, idle(before));
		CPPUNIT_ASSERT_EQUAL(21, idle(after));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectorTest);
