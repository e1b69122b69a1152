//
// TunnelLossTest.cpp
//
// How a tunnel ends when its client leaves, falls silent, goes deaf or is
// lost, and what becomes of its port.
//

#include "Server/Tunnel.h"
#include "Shared/SocketOptions.h"
#include "Shared/Uuid.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class TunnelLossTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelLossTest);
	CPPUNIT_TEST(testGoodbyeFreesThePortAtOnce);
	CPPUNIT_TEST(testGoodbyeWithoutAGrantIsIgnored);
	CPPUNIT_TEST(testGoodbyeCountsBehindASendThatFailed);
	CPPUNIT_TEST(testLostPortIsReserved);
	CPPUNIT_TEST(testPortLostByResetIsReserved);
	CPPUNIT_TEST(testPortOfADeafClientIsReserved);
	CPPUNIT_TEST(testPlainClientsPortIsNeverReserved);
	CPPUNIT_TEST(testFaultReservesNothing);
	CPPUNIT_TEST(testServersEndReservesNothing);
	CPPUNIT_TEST(testSilenceAfterAGrantEndsTheTunnel);
	CPPUNIT_TEST(testSignsOfLifeKeepTheTunnel);
	CPPUNIT_TEST(testPlainClientMayBeSilent);
	CPPUNIT_TEST(testDeafClientDoesNotHoldUpTheEnd);
	CPPUNIT_TEST(testDeafClientsTunnelIsReclaimed);
	CPPUNIT_TEST(testSilenceIsBoundedOnTheControlConnectionAlone);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace(); // before the threads that log, and after them
		_parts.emplace();
		auto [client, server] = _parts->connect();
		_client.emplace(std::move(client));
		_server.emplace(server.socket());
		_parts->handshakes().begin(_parts->context(), *_server);
		_port = openTunnel(*_client);
	}

	void tearDown() override
	{
		_client.reset();
		_parts.reset();
		_server.reset();
		_log.reset();
	}

	void testGoodbyeFreesThePortAtOnce()
	{
		static_cast<void>(grantedTicket(*_client));
		_client->sendFrame("\"Goodbye\"");
		expectGone("the client said goodbye");
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(_port));
		static_cast<void>(_client->receiveToEnd());
	}

	void testGoodbyeWithoutAGrantIsIgnored()
	{
		_client->sendFrame("\"Goodbye\"");
		static_cast<void>(grantedTicket(*_client)); // so it has been read
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->tunnels().count());
	}

	void testGoodbyeCountsBehindASendThatFailed()
	{
		static_cast<void>(grantedTicket(*_client));
		stuff();
		_client->sendFrame("\"Goodbye\"");
		_client->close(); // with something unread: a reset
		expectGone("the client said goodbye");
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
	}

	void testLostPortIsReserved()
	{
		static_cast<void>(grantedTicket(*_client));
		_client->close();
		expectGone("the port is kept for it");
		CPPUNIT_ASSERT(_parts->reservations().holds(_port));
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(_port));
		_parts->advance(30s);
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
	}

	void testPortLostByResetIsReserved()
	{
		static_cast<void>(grantedTicket(*_client));
		_client->reset();
		expectGone("the port is kept for it");
		CPPUNIT_ASSERT(_parts->reservations().holds(_port));
	}

	void testPortOfADeafClientIsReserved()
	{
		static_cast<void>(grantedTicket(*_client));
		stuff();
		_parts->advance(5s);
		// A machine that is slow enough may find the kernel's own patience at an end first.
		expectGone("the port is kept for it");
		CPPUNIT_ASSERT(_parts->reservations().holds(_port));
	}

	void testPlainClientsPortIsNeverReserved()
	{
		_client->close();
		// A heartbeat it has not read makes a reset of its close.
		expectGone("ended: the peer ");
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
	}

	void testFaultReservesNothing()
	{
		static_cast<void>(grantedTicket(*_client));
		_client->sendFrame("{\"Offer\":");
		expectGone("malformed");
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
	}

	void testServersEndReservesNothing()
	{
		static_cast<void>(grantedTicket(*_client));
		_parts->tunnels().endAll();
		expectGone("the server stops");
		CPPUNIT_ASSERT(!_parts->reservations().holds(_port));
	}

	void testSilenceAfterAGrantEndsTheTunnel()
	{
		static_cast<void>(grantedTicket(*_client));
		_parts->advance(10s - 1ms);
		_client->expectFrame("\"Heartbeat\""); // it was judged, and found alive
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->tunnels().count());
		_parts->advance(500ms);
		expectGone("no sign of life");
		CPPUNIT_ASSERT(_parts->reservations().holds(_port));
	}

	void testSignsOfLifeKeepTheTunnel()
	{
		static_cast<void>(grantedTicket(*_client));
		for (int i = 0; i < 3; ++i)
		{
			_client->sendFrame("\"Heartbeat\"");
			expectRead();
			_parts->advance(9s);
			_client->expectFrame("\"Heartbeat\"");
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->tunnels().count());
	}

	void testPlainClientMayBeSilent()
	{
		_client->expectFrame("\"Heartbeat\"");
		_parts->advance(1h);
		_client->expectFrame("\"Heartbeat\"");
		_parts->advance(1h);
		_client->expectFrame("\"Heartbeat\"");
	}

	void testDeafClientDoesNotHoldUpTheEnd()
	{
		stuff();
		const auto begun = std::chrono::steady_clock::now();
		_parts->tunnels().endAll();
		// Time stands still: its send does not time out before TCP_USER_TIMEOUT (10 s).
		CPPUNIT_ASSERT(std::chrono::steady_clock::now() < begun + 8s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->tunnels().count());
	}

	void testDeafClientsTunnelIsReclaimed()
	{
		const std::string ticket = grantedTicket(*_client);
		stuff();
		auto next = _parts->begin();
		next.sendFrame(reclaimFrame(ticket));
		next.expectFrame("{\"Hello\":" + std::to_string(_port) + "}");
		const auto visitor = ScriptedPeer::connectTo(_port);
		static_cast<void>(announcedVisitor(next));
		expectGone("its client took the port over", 1);
	}

	void testSilenceIsBoundedOnTheControlConnectionAlone()
	{
		CPPUNIT_ASSERT_EQUAL(10000, userTimeout(*_server));
		auto visitor = ScriptedPeer::connectTo(_port);
		auto [data, server] = _parts->connect();
		auto ours = server.socket();
		_parts->handshakes().begin(_parts->context(), ours);
		CPPUNIT_ASSERT_EQUAL(0, userTimeout(ours)); // not before Hello
		data.send(acceptFrame(announcedVisitor(*_client)));
		visitor.send("x");
		data.expect("x");
		CPPUNIT_ASSERT_EQUAL(0, userTimeout(ours));
	}

private:
	[[nodiscard]] static int userTimeout(const Poco::Net::StreamSocket& socket)
	{
		int value = -1;
		socklen_t size = sizeof value;
		CPPUNIT_ASSERT_EQUAL(
			0, ::getsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_USER_TIMEOUT, &value, &size));
		return value;
	}

	void stuff()
	/// The client does not read, and the tunnel has more to say than the
	/// connection takes: its thread waits in a send.
	{
		constexpr int NOTICES = 5000; // of 55 bytes: more than the window and both buffers
		_server->setSendBufferSize(1);
		_client->socket().setReceiveBufferSize(1);
		auto [peer, ours] = _parts->connect();
		for (int i = 0; i < NOTICES; ++i)
			_parts->tunnels().announceAgain(
				_parts->context(), secureRandomUuid(), Visitor{ours.socket(), "a visitor", 1, _port, ""});
		int unsent = 0;
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				const int before = std::exchange(unsent, unsentBytes(*_server));
				return unsent > 4096 && unsent == before;
			}));
	}

	void expectRead()
	/// What the client sent before has been read: the tunnel looks at its
	/// control connection ahead of its listener.
	{
		auto visitor = ScriptedPeer::connectTo(_port);
		auto data = _parts->begin();
		data.send(acceptFrame(announcedVisitor(*_client)));
		visitor.send("x");
		data.expect("x");
	}

	void expectGone(const std::string& reason, std::size_t left = 0)
	{
		CPPUNIT_ASSERT(eventually([&] { return _parts->tunnels().count() == left; }));
		CPPUNIT_ASSERT_MESSAGE(_log->text(), _log->text().find(reason) != std::string::npos);
	}

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::optional<Poco::Net::StreamSocket> _server; // the other end
	std::uint16_t _port = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelLossTest);
