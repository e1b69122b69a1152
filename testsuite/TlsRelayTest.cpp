//
// TlsRelayTest.cpp
//

#include "Shared/Relay.h"

#include "Shared/SocketOptions.h"
#include "Shared/StreamIo.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/RelayRig.h"
#include "testsuite/support/Transfer.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class TlsRelayTest : public CppUnit::TestFixture
/// A relay between a plain visitor and a service behind TLS, as a server has
/// it; a client's is the same, the other way round.
{
	CPPUNIT_TEST_SUITE(TlsRelayTest);
	CPPUNIT_TEST(testBytesFlowBothWays);
	CPPUNIT_TEST(testBothEndsMayBeTls);
	CPPUNIT_TEST(testPlainHalfCloseBecomesCloseNotifyAndTheAnswerComes);
	CPPUNIT_TEST(testCloseNotifyBecomesPlainHalfCloseAndTheRequestGoesOn);
	CPPUNIT_TEST(testTruncationIsPassedOnAsAResetBehindWhatCameBefore);
	CPPUNIT_TEST(testResetOfTheTlsEndReachesTheVisitor);
	CPPUNIT_TEST(testResetOfTheVisitorReachesTheTlsEnd);
	CPPUNIT_TEST(testManyRecordsInOneSegmentAreAllDelivered);
	CPPUNIT_TEST(testAnEndBehindBytesInOneSegmentIsNotMissed);
	CPPUNIT_TEST(testParkedRelayWakesFromEitherSide);
	CPPUNIT_TEST(testStalledTlsReaderIsParkedAndGetsEverything);
	CPPUNIT_TEST(testStalledPlainReaderIsParkedAndGetsEverything);
	CPPUNIT_TEST(testFiftyMebibytesEachWayAtOnce);
	CPPUNIT_TEST(testEncryptedBytesAreNeverSpliced);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

	static constexpr std::uint64_t MIB = 1024UL * 1024;

public:
	void setUp() override { secure(false, true); }

	void tearDown() override { _rig.reset(); }

	void testBytesFlowBothWays()
	{
		RelayedPair pair = _rig->start("first ");
		pair.visitor.send("question");
		pair.service.expect("first question");
		pair.service.send("answer");
		pair.visitor.expect("answer");
		pair.visitor.shutdownSend();
		pair.service.expectEof();
		pair.service.shutdownSend();
		pair.visitor.expectEof();
		const RelayReport report = pair.awaitReport();
		CPPUNIT_ASSERT(report.ending == Ending::Closed);
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{14}, report.firstToSecond);
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{6}, report.secondToFirst);
	}

	void testBothEndsMayBeTls()
	{
		secure(true, true);
		RelayedPair pair = _rig->start();
		for (int i = 0; i < 100; ++i)
		{
			pair.visitor.send("ping");
			pair.service.expect("ping");
			pair.service.send("pong");
			pair.visitor.expect("pong");
		}
	}

	void testPlainHalfCloseBecomesCloseNotifyAndTheAnswerComes()
	{
		RelayedPair pair = _rig->start();
		pair.visitor.send("the request");
		pair.visitor.shutdownSend();
		CPPUNIT_ASSERT_EQUAL(std::string("the request"), pair.service.receiveToEnd());
		sendAndExpect(pair.service, pair.visitor, 300'000);
	}

	void testCloseNotifyBecomesPlainHalfCloseAndTheRequestGoesOn()
	{
		RelayedPair pair = _rig->start();
		pair.service.send("that is all");
		pair.service.shutdownSend();
		CPPUNIT_ASSERT_EQUAL(std::string("that is all"), pair.visitor.receiveToEnd());
		sendAndExpect(pair.visitor, pair.service, 300'000);
	}

	void testTruncationIsPassedOnAsAResetBehindWhatCameBefore()
	{
		RelayedPair pair = _rig->start();
		pair.service.send("half an ans");
		// The end of the connection below, as somebody on the path could forge it.
		::shutdown(pair.service.socket().impl()->sockfd(), SHUT_WR);
		pair.visitor.expect("half an ans");
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testResetOfTheTlsEndReachesTheVisitor()
	{
		RelayedPair pair = _rig->start();
		_rig->awaitParked();
		pair.service.reset();
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testResetOfTheVisitorReachesTheTlsEnd()
	{
		RelayedPair pair = _rig->start();
		_rig->awaitParked();
		pair.visitor.reset();
		pair.service.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testManyRecordsInOneSegmentAreAllDelivered()
	// Most of them are read by OpenSSL at once: no event tells of the later ones.
	{
		RelayedPair pair = _rig->start();
		_rig->awaitParked();
		for (int round = 0; round < 20; ++round)
		{
			std::string all;
			for (int i = 0; i < 200; ++i)
			{
				const std::string record = std::to_string(i) + ",";
				pair.service.send(record);
				all += record;
			}
			pair.visitor.expect(all);
			_rig->awaitParked();
		}
	}

	void testAnEndBehindBytesInOneSegmentIsNotMissed()
	{
		for (int round = 0; round < 20; ++round)
		{
			RelayedPair pair = _rig->start();
			_rig->awaitParked();
			// Corked, so that both are there when the relay looks.
			pair.service.socket().setOption(IPPROTO_TCP, TCP_CORK, 1);
			pair.service.send("last words");
			pair.service.shutdownSend();
			CPPUNIT_ASSERT_EQUAL(std::string("last words"), pair.visitor.receiveToEnd());
			pair.visitor.shutdownSend();
			pair.service.expectEof();
			CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
		}
	}

	void testParkedRelayWakesFromEitherSide()
	{
		RelayedPair pair = _rig->start();
		for (int i = 0; i < 10; ++i)
		{
			_rig->awaitParked();
			pair.visitor.send("a");
			pair.service.expect("a");
			_rig->awaitParked();
			pair.service.send("b");
			pair.visitor.expect("b");
		}
	}

	void testStalledTlsReaderIsParkedAndGetsEverything()
	{
		RelayedPair pair = _rig->start();
		expectStall(pair.visitor, pair.service);
	}

	void testStalledPlainReaderIsParkedAndGetsEverything()
	{
		RelayedPair pair = _rig->start();
		expectStall(pair.service, pair.visitor);
	}

	void testFiftyMebibytesEachWayAtOnce()
	{
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 1, 50 * MIB);
		Transfer down = Transfer::send(pair.service.socket(), 2, 50 * MIB);
		Transfer atService = Transfer::receive(pair.service.socket(), 1, 50 * MIB);
		Transfer atVisitor = Transfer::receive(pair.visitor.socket(), 2, 50 * MIB);
		for (auto* transfer : {&up, &down, &atService, &atVisitor}) transfer->await();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testEncryptedBytesAreNeverSpliced()
	{
		RelayedPair pair = _rig->start();
		sendAndExpect(pair.visitor, pair.service, 8 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _rig->pipes().lent());
		sendAndExpect(pair.service, pair.visitor, 8 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _rig->pipes().lent());
	}

private:
	void secure(bool visitors, bool services)
	{
		_rig = std::make_unique<RelayRig>();
		_rig->secure(visitors, services, TlsContexts::trusting());
	}

	static void sendAndExpect(ScriptedPeer& from, ScriptedPeer& to, std::uint64_t bytes)
	{
		ByteSource source(5);
		constexpr std::uint64_t CHUNK = 50'000;
		for (std::uint64_t sent = 0; sent < bytes; sent += CHUNK)
		{
			const std::string chunk = source.next(std::min(CHUNK, bytes - sent));
			from.send(chunk);
			to.expect(chunk);
		}
	}

	void expectStall(ScriptedPeer& from, ScriptedPeer& to)
	{
		Transfer sending = Transfer::send(from.socket(), 6, 30 * MIB);
		_rig->awaitParked(); // in the beginning, perhaps
		CPPUNIT_ASSERT(eventually([&] { return Rest::total() > 0 && _rig->relays().countResting() == 1; }));
		CPPUNIT_ASSERT(!sending.isDone());
		Transfer receiving = Transfer::receive(to.socket(), 6, 30 * MIB);
		sending.await();
		receiving.await();
	}

	std::unique_ptr<RelayRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsRelayTest);
