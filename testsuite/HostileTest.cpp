//
// HostileTest.cpp
//
// What bad peers do to a server while a visitor is served by it.
//

#include "Client/Dials.h"
#include "Shared/Relays.h"
#include "Shared/Watch.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/StreamSocketImpl.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class HostileTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HostileTest);
	CPPUNIT_TEST(testPeersThatSendAByteASecondAreDropped);
	CPPUNIT_TEST(testClientThatNeverReadsHurtsNobodyElse);
	CPPUNIT_TEST(testPeersThatResetAtEachStepLeaveNothingBehind);
	CPPUNIT_TEST(testClientThatTalksNonsenseIsEnded);
	CPPUNIT_TEST(testClientThatFloodsIsEnded);
	CPPUNIT_TEST(testEndlessFrameIsNotKept);
	CPPUNIT_TEST(testGuessedIdsClaimNobody);
	CPPUNIT_TEST(testServesAgainAfterAShortageOfDescriptors);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_descriptors = ProcessStatus::self().descriptors();
		std::thread([] {}).join(); // with its first thread a process may get one of the sanitizer's
		_threads = ProcessStatus::self().threads();
		_log.emplace(); // before the threads that log, and after them
		_echo = std::make_unique<EchoService>();
		auto limitless = RunningServer::onLoopback();
		limitless.limits.unclaimedPerTunnel =
			0; // how many fit into a deaf client's socket is the kernel's affair
		_server = std::make_unique<RunningServer>(limitless, _clock);
		ClientConfig config = RunningClient::between(_server->port(), _echo->port());
		config.tunnels.front().standby =
			0; // else what a shortage takes first is theirs, and no visitor is kept waiting
		_client = std::make_unique<RunningClient>(config);
		_running.emplace(ScriptedPeer::connectTo(_client->port()));
		expectServed();
		CPPUNIT_ASSERT(eventually([this] { return isQuiet(); }));
		_quietDescriptors = ProcessStatus::self().descriptors();
	}

	void tearDown() override
	{
		expectServed();
		// What is gone for the peers is gone for the server, and with the
		// server goes all the rest.
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().tunnels.count() == 1; }));
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().handshakes.count() == 0; }));
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().relays.count() == 1; }));
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().visitors.count() == 0; }));
		CPPUNIT_ASSERT(
			eventually([this] { return ProcessStatus::self().descriptors() <= _quietDescriptors; }));
		_running.reset();
		_client.reset();
		_server.reset();
		_echo.reset();
		_log.reset();
		CPPUNIT_ASSERT(eventually([this] { return ProcessStatus::self().descriptors() == _descriptors; }));
		CPPUNIT_ASSERT(eventually([this] { return ProcessStatus::self().threads() <= _threads; }));
	}

	void testPeersThatSendAByteASecondAreDropped()
	{
		constexpr std::size_t MANY = 300;
		std::vector<ScriptedPeer> peers;
		for (std::size_t i = 0; i < MANY; ++i) peers.push_back(connect());
		CPPUNIT_ASSERT(eventually([this] { return _server->parts().handshakes.count() == MANY; }));
		for (int second = 0; second < 3; ++second)
		{
			for (auto& peer : peers) peer.send("{");
			expectServed();
			CPPUNIT_ASSERT_EQUAL(MANY, _server->parts().handshakes.count());
			advance(1s);
		}
		for (auto& peer : peers) peer.expectClosed();
	}

	void testClientThatNeverReadsHurtsNobodyElse()
	{
		auto deaf = connectWithLittleRoom();
		deaf.sendFrame("{\"Hello\":0}");
		const auto hello = deaf.receiveFrame();
		const auto port = std::stoi(hello.substr(9));
		// Announced until the way to it is full, and the tunnel waits.
		std::vector<ScriptedPeer> visitors;
		const auto isStuck = [this, waiting = std::size_t(0), since = Clock::system().now()]() mutable
		{
			const auto now = Clock::system().now();
			const auto count = _server->parts().visitors.count();
			if (std::exchange(waiting, count) != count) since = now;
			return now - since > 300ms;
		};
		constexpr std::size_t MOST = 3000;
		for (std::size_t i = 0; i < MOST; ++i)
			visitors.push_back(ScriptedPeer::connectTo(static_cast<std::uint16_t>(port)));
		CPPUNIT_ASSERT(eventually(isStuck));
		CPPUNIT_ASSERT(_server->parts().visitors.count() < MOST);
		expectServed();
		deaf.reset();
		for (auto& visitor : visitors) visitor.expectReset();
	}

	void testPeersThatResetAtEachStepLeaveNothingBehind()
	{
		constexpr int TIMES = 10;
		for (int i = 0; i < TIMES; ++i)
		{
			connect().reset();

			auto inAFrame = connect();
			inAFrame.send("{\"Hel");
			inAFrame.reset();

			auto inADecision = connect();
			inADecision.sendFrame("{}");
			inADecision.reset();

			auto afterHello = connect();
			afterHello.sendFrame("{\"Hello\":0}");
			afterHello.reset();

			auto client = connect();
			const auto port = openTunnel(client);
			auto first = ScriptedPeer::connectTo(port);
			auto afterAccept = connect();
			afterAccept.send(acceptFrame(announcedVisitor(client)));
			afterAccept.reset();
			first.expectReset();

			auto second = ScriptedPeer::connectTo(port);
			auto inTheStream = connect();
			inTheStream.send(acceptFrame(announcedVisitor(client)) + "x");
			second.expect("x");
			second.send(ByteSource(1).next(100000));
			inTheStream.reset();
			second.expectReset();

			auto third = ScriptedPeer::connectTo(port);
			static_cast<void>(announcedVisitor(client));
			client.reset();
			third.expectReset();
			expectServed();
		}
	}

	void testClientThatTalksNonsenseIsEnded()
	{
		for (const char* nonsense : {"", "{", "Heartbeat", "{\"Offer\":}", "\"\xff\""})
		{
			auto client = connect();
			const auto port = openTunnel(client);
			client.sendFrame(nonsense);
			CPPUNIT_ASSERT(eventually([port] { return ScriptedPeer::isRefused(port); }));
		}
	}

	void testClientThatFloodsIsEnded()
	{
		auto client = connect();
		const auto port = openTunnel(client);
		for (int i = 0; i < 101; ++i) client.sendFrame("{\"Offer\":{\"standby\":1}}");
		CPPUNIT_ASSERT(eventually([port] { return ScriptedPeer::isRefused(port); }));
	}

	void testEndlessFrameIsNotKept()
	{
		const auto self = ProcessStatus::self();
		const std::string megabyte(1024UL * 1024, 'x');
		const auto before = self.residentKilobytes();
		constexpr std::size_t PEERS = 30;
		std::vector<ScriptedPeer> peers;
		for (std::size_t i = 0; i < PEERS; ++i)
		{
			peers.push_back(connect());
			peers.back().send(megabyte);
			peers.back().expectEof();
		}
		CPPUNIT_ASSERT(self.residentKilobytes() < before + PEERS * 1024 / 2);
	}

	void testGuessedIdsClaimNobody()
	{
		auto client = connect();
		auto visitor = ScriptedPeer::connectTo(openTunnel(client));
		const auto id = announcedVisitor(client);
		for (const std::string guess : {"00000000-0000-4000-8000-000000000000", "", "not an id"})
		{
			auto peer = connect();
			peer.send(acceptFrame(guess));
			peer.expectEof();
		}
		auto data = connect();
		data.send(acceptFrame(id) + "x");
		visitor.expect("x");
	}

	void testServesAgainAfterAShortageOfDescriptors()
	{
		// Made before: to dial would need a descriptor itself.
		std::vector<Poco::Net::StreamSocket> early;
		early.reserve(3);
		for (int i = 0; i < 3; ++i)
			early.emplace_back(new Poco::Net::StreamSocketImpl(::socket(AF_INET, SOCK_STREAM, 0)));
		{
			const DescriptorShortage shortage;
			for (std::size_t i = 0; i < early.size(); ++i)
			{
				const auto port = i == 0 ? _client->port() : _server->port();
				ScriptedPeer::expectTurnedAway(port, early[i]); // at once, and not left to hang
			}
			expectEcho(*_running); // who is carried already does not notice
		}
		awaitServed();
		auto client = connect();
		CPPUNIT_ASSERT(openTunnel(client) != 0);
	}

private:
	void awaitServed()
	/// Where other threads took the spare descriptors meanwhile, whoever is accepted next pays for them: a
	/// visitor, or the connection that fetches it. A client that lost its tunnel over it has to come back.
	{
		std::string why;
		const bool served = eventually(
			[&]
			{
				try
				{
					expectServed();
					return true;
				}
				catch (const CppUnit::Exception& error)
				{
					why = error.message().details();
					return false;
				}
			});
		CPPUNIT_ASSERT_MESSAGE(why + _log->text(), served);
	}

	[[nodiscard]] ScriptedPeer connect() const { return ScriptedPeer::connectTo(_server->port()); }

	[[nodiscard]] ScriptedPeer connectWithLittleRoom() const
	/// Its buffer, and by small segments the server's, too, holds little:
	/// both must be set before it connects.
	{
		Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(::socket(AF_INET, SOCK_STREAM, 0)));
		socket.setReceiveBufferSize(2048);
		socket.setOption(IPPROTO_TCP, TCP_MAXSEG, 536);
		socket.connect(Poco::Net::SocketAddress("127.0.0.1", _server->port()));
		return ScriptedPeer(socket);
	}

	void advance(Duration step)
	{
		_clock.advance(step);
		_server->parts().watch.recheck();
	}

	[[nodiscard]] bool isQuiet() const
	/// Only the one visitor is carried, and nothing else is going on.
	{
		return _server->parts().relays.count() == 1 && _server->parts().handshakes.count() == 0 &&
			   _client->parts().relays.count() == 1 && _client->parts().dials.count() == 0 &&
			   _echo->openConnections() == 1;
	}

	static void expectEcho(ScriptedPeer& visitor)
	{
		visitor.send("are you there?");
		visitor.expect("are you there?");
	}

	void expectServed()
	/// The visitor who is carried is carried on, and a new one is served.
	{
		expectEcho(*_running);
		auto visitor = ScriptedPeer::connectTo(_client->port());
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
	}

	std::optional<CapturedLog> _log;
	ManualClock _clock;
	std::size_t _descriptors = 0;
	std::size_t _threads = 0;
	std::size_t _quietDescriptors = 0;
	std::unique_ptr<EchoService> _echo;
	std::unique_ptr<RunningServer> _server;
	std::unique_ptr<RunningClient> _client;
	std::optional<ScriptedPeer> _running;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostileTest);
