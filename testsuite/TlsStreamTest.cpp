//
// TlsStreamTest.cpp
//

#include "Shared/TlsStream.h"

#include "Shared/FrameStream.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class TlsStreamTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TlsStreamTest);
	CPPUNIT_TEST(testBytesGoBothWays);
	CPPUNIT_TEST(testNothingOnTheWireIsReadable);
	CPPUNIT_TEST(testAskingTooEarlyWaitsForNobody);
	CPPUNIT_TEST(testHalfCloseOfTheClientLeavesTheAnswer);
	CPPUNIT_TEST(testHalfCloseOfTheServerLeavesTheRequest);
	CPPUNIT_TEST(testAnEndWithoutCloseNotifyIsAFailure);
	CPPUNIT_TEST(testWhatCameBeforeAResetIsStillRead);
	CPPUNIT_TEST(testASendThatFailsBehindThePeersEndIsAFailure);
	CPPUNIT_TEST(testWordsCanBeSentAfterOurOwnReceivingSideWasShut);
	CPPUNIT_TEST(testAStalledReaderTakesSixtyFourKibibytesAtATimeInTheEnd);
	CPPUNIT_TEST(testARestMayMoveInMemoryAndGrow);
	CPPUNIT_TEST(testNoRecordIsHeldBackForOneThatDoesNotCome);
	CPPUNIT_TEST(testCloseNotifyThatFindsNoRoomIsSentLater);
	CPPUNIT_TEST(testBufferedBytesAreToldOf);
	CPPUNIT_TEST(testAShortReceiveSaysWhetherWaitingIsRight);
	CPPUNIT_TEST(testFramesAreReadAsFromAPlainSocket);
	CPPUNIT_TEST(testAFrameBehindAnotherIsNotWaitedFor);
	CPPUNIT_TEST(testAPeerThatSpeaksSomethingElseIsToldApart);
	CPPUNIT_TEST(testClosingClosesTheConnectionBelow);
	CPPUNIT_TEST(testPocosWaysAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testBytesGoBothWays()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		CPPUNIT_ASSERT(isSecure(pair.near));
		CPPUNIT_ASSERT_EQUAL(std::string("TLSv1.3"), std::string(TlsStream::of(pair.near)->version()));
		ScriptedPeer client(pair.near);
		ScriptedPeer server(pair.far);
		client.send("question");
		server.expect("question");
		server.send("answer");
		client.expect("answer");
	}

	void testNothingOnTheWireIsReadable()
	{
		const LoopbackPair plain = _plain.make();
		const LoopbackPair pair = secured(plain, TlsContexts::trusting());
		ScriptedPeer(pair.near).send("a secret that nobody else may read");
		std::array<char, 4096> wire{};
		CPPUNIT_ASSERT(waitFor(plain.far, POLLIN));
		const auto size = ::recv(plain.far.impl()->sockfd(), wire.data(), wire.size(), MSG_DONTWAIT);
		CPPUNIT_ASSERT(size > 0);
		const std::string bytes(wire.data(), static_cast<std::size_t>(size));
		CPPUNIT_ASSERT(bytes.find("secret") == std::string::npos);
	}

	void testAskingTooEarlyWaitsForNobody()
	{
		const LoopbackPair plain = _plain.make();
		const auto server = tlsOver(plain.far, TlsContexts::trusting().server);
		std::array<char, 16> bytes{};
		CPPUNIT_ASSERT(TlsStream::of(server)->shakeHands() == Io::WantsRead);
		CPPUNIT_ASSERT(receiveSome(server, bytes.data(), bytes.size()).outcome == Io::WantsRead);
		CPPUNIT_ASSERT(sendSome(server, "x", 1).outcome == Io::WantsRead);
		CPPUNIT_ASSERT(!TlsStream::of(server)->firstByte());
	}

	void testHalfCloseOfTheClientLeavesTheAnswer()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		expectHalfClose(pair.near, pair.far);
	}

	void testHalfCloseOfTheServerLeavesTheRequest()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		expectHalfClose(pair.far, pair.near);
	}

	void testAnEndWithoutCloseNotifyIsAFailure()
	{
		for (const bool isClient : {false, true})
		{
			const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
			const auto& cut = isClient ? pair.near : pair.far;
			const auto& other = isClient ? pair.far : pair.near;
			ScriptedPeer reader(other);
			ScriptedPeer(cut).send("half a messa");
			::shutdown(cut.impl()->sockfd(), SHUT_WR);
			reader.expect("half a messa");
			CPPUNIT_ASSERT(outcomeOf(other) == Io::Failed);
			CPPUNIT_ASSERT(TlsStream::of(other)->failure().kind == TlsFailure::Kind::Truncated);
			CPPUNIT_ASSERT(failureOf(other, 0).find("close_notify") != std::string::npos);
			// Again and again.
			CPPUNIT_ASSERT(outcomeOf(other) == Io::Failed);
		}
	}

	void testWhatCameBeforeAResetIsStillRead()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		ScriptedPeer server(pair.far);
		server.send(ByteSource(1).next(100'000));
		CPPUNIT_ASSERT(waitFor(pair.near, POLLIN));
		server.reset();
		// A send meets the reset first.
		CPPUNIT_ASSERT(eventually([&] { return sendSome(pair.near, "x", 1).outcome == Io::Failed; }));
		ByteCheck check(1);
		std::string bytes(16 * 1024, '\0');
		for (IoResult got; (got = receiveSome(pair.near, bytes.data(), bytes.size())).outcome != Io::Failed;)
			check.take(bytes.data(), got.bytes);
		CPPUNIT_ASSERT(check.count() > 0);
	}

	void testASendThatFailsBehindThePeersEndIsAFailure()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		ScriptedPeer server(pair.far);
		server.shutdownSend();
		CPPUNIT_ASSERT(eventually([&] { return outcomeOf(pair.near) == Io::Ended; }));
		server.reset();
		CPPUNIT_ASSERT(eventually([&] { return sendSome(pair.near, "x", 1).outcome == Io::Failed; }));
		CPPUNIT_ASSERT(sendSome(pair.near, "x", 1).outcome == Io::Failed);
		CPPUNIT_ASSERT(endSending(pair.near) == Io::Failed);
	}

	void testWordsCanBeSentAfterOurOwnReceivingSideWasShut()
	{
		// As a session does that is asked to stop.
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		ScriptedPeer server(pair.far);
		::shutdown(pair.near.impl()->sockfd(), SHUT_RD);
		CPPUNIT_ASSERT(eventually([&] { return outcomeOf(pair.near) == Io::Failed; }));
		ScriptedPeer(pair.near).send("goodbye");
		server.expect("goodbye");
	}

	void testAStalledReaderTakesSixtyFourKibibytesAtATimeInTheEnd()
	{
		const LoopbackPair pair = secured(_small.make(), TlsContexts::trusting());
		constexpr std::uint64_t TOTAL = 8UL * 1024 * 1024;
		ByteSource source(7);
		ByteCheck check(7);
		std::string chunk;
		std::string bytes(100'000, '\0');
		std::uint64_t drawn = 0;
		std::size_t stalls = 0;
		while (check.count() < TOTAL)
		{
			// Until it takes no more: then the reader has its turn.
			for (;;)
			{
				if (chunk.empty() && drawn < TOTAL)
				{
					chunk = source.next(64UL * 1024);
					drawn += chunk.size();
				}
				if (chunk.empty()) break;
				const IoResult sent = sendSome(pair.near, chunk.data(), chunk.size());
				CPPUNIT_ASSERT(sent.outcome != Io::Failed);
				if (sent.mustWait()) ++stalls;
				if (sent.mustWait()) break;
				chunk.erase(0, sent.bytes);
			}
			CPPUNIT_ASSERT(waitFor(pair.far, POLLIN));
			const IoResult got = receiveSome(pair.far, bytes.data(), bytes.size());
			CPPUNIT_ASSERT(got.outcome != Io::Failed);
			check.take(bytes.data(), got.bytes);
		}
		CPPUNIT_ASSERT(stalls > 0);
		CPPUNIT_ASSERT_EQUAL(TOTAL, check.count());
	}

	void testARestMayMoveInMemoryAndGrow()
	{
		const LoopbackPair pair = secured(_small.make(), TlsContexts::trusting());
		ByteSource source(9);
		std::string pending;
		std::uint64_t sent = 0;
		do
		{
			pending = source.next(50'000);
			const IoResult result = sendSome(pair.near, pending.data(), pending.size());
			sent += result.bytes;
			pending.erase(0, result.bytes);
		} while (pending.empty());
		const std::string elsewhere = pending + source.next(1000); // another place, and longer
		ByteCheck check(9);
		std::string bytes(100'000, '\0');
		std::size_t at = 0;
		while (check.count() < sent + elsewhere.size())
		{
			if (at < elsewhere.size())
				at += sendSome(pair.near, elsewhere.data() + at, elsewhere.size() - at).bytes;
			CPPUNIT_ASSERT(waitFor(pair.far, POLLIN));
			check.take(bytes.data(), receiveSome(pair.far, bytes.data(), bytes.size()).bytes);
		}
	}

	void testNoRecordIsHeldBackForOneThatDoesNotCome()
	{
		for (const std::size_t size : {1U, 16U * 1024, 16U * 1024 + 1, 40'000U})
		{
			// Each finds a whole window, which is larger than any of them.
			const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
			const std::string bytes = ByteSource(1).next(size);
			CPPUNIT_ASSERT_EQUAL(size, sendSome(pair.near, bytes.data(), size).bytes);
			int waiting = -1;
			CPPUNIT_ASSERT_EQUAL(0, ::ioctl(pair.near.impl()->sockfd(), SIOCOUTQNSD, &waiting));
			CPPUNIT_ASSERT_EQUAL(0, waiting);
		}
	}

	void testCloseNotifyThatFindsNoRoomIsSentLater()
	{
		const LoopbackPair pair = secured(_small.make(), TlsContexts::trusting());
		// One record at a time, so that none is pending when there is no room left.
		std::uint64_t sent = 0;
		std::string record(1, 'x');
		while (TlsStream::of(pair.near)->send(record.data(), 1).outcome == Io::Moved) ++sent;
		// What waits encrypted has to go first; then there may be no room again.
		std::string bytes(100'000, '\0');
		std::uint64_t received = 0;
		bool isSent = false;
		Io ended = Io::WantsWrite;
		const TimePoint deadline = Clock::system().now() + PATIENCE;
		while (received < sent + 1 || ended != Io::Moved)
		{
			CPPUNIT_ASSERT(Clock::system().now() < deadline);
			if (!isSent)
				isSent = sendSome(pair.near, record.data(), 1).outcome == Io::Moved;
			else if (ended == Io::WantsWrite)
				ended = endSending(pair.near);
			CPPUNIT_ASSERT(ended != Io::Failed);
			received += receiveSome(pair.far, bytes.data(), bytes.size()).bytes;
		}
		CPPUNIT_ASSERT(eventually([&] { return outcomeOf(pair.far) == Io::Ended; }));
	}

	void testBufferedBytesAreToldOf()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		CPPUNIT_ASSERT(!hasBuffered(pair.far));
		ScriptedPeer(pair.near).send("two words");
		CPPUNIT_ASSERT(waitFor(pair.far, POLLIN));
		std::array<char, 4> bytes{};
		const IoResult got = receiveSome(pair.far, bytes.data(), bytes.size());
		CPPUNIT_ASSERT_EQUAL(bytes.size(), got.bytes);
		CPPUNIT_ASSERT(got.mayHaveMore);
		CPPUNIT_ASSERT_MESSAGE("the kernel has nothing more", !isReadable(pair.far));
		CPPUNIT_ASSERT(hasBuffered(pair.far));
		ScriptedPeer(pair.far).expect("words");
		CPPUNIT_ASSERT(!hasBuffered(pair.far));
	}

	void testAShortReceiveSaysWhetherWaitingIsRight()
	{
		LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		ScriptedPeer(pair.near).send("abc");
		CPPUNIT_ASSERT(waitFor(pair.far, POLLIN));
		std::array<char, 64> bytes{};
		IoResult got = receiveSome(pair.far, bytes.data(), bytes.size());
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, got.bytes);
		CPPUNIT_ASSERT(!got.mayHaveMore);
		// An end right behind the bytes: nothing would wake who waits for it.
		ScriptedPeer(pair.near).send("def");
		CPPUNIT_ASSERT(endSending(pair.near) == Io::Moved);
		CPPUNIT_ASSERT(eventually([&] { return waitForEnd(pair.far); }));
		got = receiveSome(pair.far, bytes.data(), bytes.size());
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, got.bytes);
		CPPUNIT_ASSERT(got.mayHaveMore);
		CPPUNIT_ASSERT(receiveSome(pair.far, bytes.data(), bytes.size()).outcome == Io::Ended);
		CPPUNIT_ASSERT(receiveSome(pair.far, bytes.data(), bytes.size()).outcome == Io::Ended);
	}

	void testFramesAreReadAsFromAPlainSocket()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		FrameStream client(pair.near);
		FrameStream server(pair.far);
		const TimePoint deadline = Clock::system().now() + PATIENCE;
		CPPUNIT_ASSERT(!server.poll());
		client.send("\"Hello\"", deadline);
		CPPUNIT_ASSERT_EQUAL(std::string("\"Hello\""), server.receive(deadline));
		CPPUNIT_ASSERT_THROW(static_cast<void>(server.receive(Clock::system().now())), PeerTimeoutException);
		CPPUNIT_ASSERT(endSending(pair.near) == Io::Moved);
		CPPUNIT_ASSERT_THROW(static_cast<void>(server.receive(deadline)), PeerGoneException);
	}

	void testAFrameBehindAnotherIsNotWaitedFor()
	{
		const LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		// Longer together than what a FrameStream reads at a time, in one record.
		const std::string frame = "\"" + std::string(200, 'x') + "\"";
		std::string both = frame + '\0' + frame + '\0' + frame;
		both += '\0';
		ScriptedPeer(pair.near).send(both);
		FrameStream server(pair.far);
		const TimePoint deadline = Clock::system().now() + PATIENCE;
		for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_EQUAL(frame, server.receive(deadline));
		CPPUNIT_ASSERT(!server.poll());
	}

	void testAPeerThatSpeaksSomethingElseIsToldApart()
	{
		const LoopbackPair plain = _plain.make();
		const auto server = tlsOver(plain.far, TlsContexts::trusting().server);
		ScriptedPeer(plain.near).sendFrame(R"({"Hello":0})");
		CPPUNIT_ASSERT(waitFor(plain.far, POLLIN));
		CPPUNIT_ASSERT(TlsStream::of(server)->shakeHands() == Io::Failed);
		CPPUNIT_ASSERT(TlsStream::of(server)->failure().kind == TlsFailure::Kind::NotTls);
		CPPUNIT_ASSERT(TlsStream::of(server)->firstByte() == '{');
	}

	void testClosingClosesTheConnectionBelow()
	{
		const LoopbackPair plain = _plain.make();
		LoopbackPair pair = secured(plain, TlsContexts::trusting());
		pair.near.close();
		CPPUNIT_ASSERT_EQUAL(-1, plain.near.impl()->sockfd());
		CPPUNIT_ASSERT(sendSome(pair.near, "x", 1).outcome == Io::Failed);
		CPPUNIT_ASSERT(!hasBuffered(pair.near));
		ScriptedPeer(pair.far).expectClosed();
	}

	void testPocosWaysAreRefused()
	{
		LoopbackPair pair = secured(_plain.make(), TlsContexts::trusting());
		std::array<char, 4> bytes{};
		CPPUNIT_ASSERT_THROW(pair.near.sendBytes("x", 1), Poco::InvalidAccessException);
		CPPUNIT_ASSERT_THROW(pair.near.receiveBytes(bytes.data(), 4), Poco::InvalidAccessException);
	}

private:
	static bool waitFor(const Poco::Net::StreamSocket& socket, short events)
	{
		pollfd entry{socket.impl()->sockfd(), events, 0};
		return ::poll(&entry, 1, static_cast<int>(std::chrono::milliseconds(PATIENCE).count())) == 1;
	}

	static bool isReadable(const Poco::Net::StreamSocket& socket)
	{
		pollfd entry{socket.impl()->sockfd(), POLLIN, 0};
		return ::poll(&entry, 1, 0) == 1;
	}

	static bool waitForEnd(const Poco::Net::StreamSocket& socket)
	{
		pollfd entry{socket.impl()->sockfd(), POLLRDHUP, 0};
		return ::poll(&entry, 1, 0) == 1;
	}

	static Io outcomeOf(const Poco::Net::StreamSocket& socket)
	{
		std::array<char, 64> bytes{};
		return receiveSome(socket, bytes.data(), bytes.size()).outcome;
	}

	static void expectHalfClose(const Poco::Net::StreamSocket& one, const Poco::Net::StreamSocket& other)
	{
		ScriptedPeer ends(one);
		ScriptedPeer goesOn(other);
		ends.send("that is all");
		ends.shutdownSend();
		CPPUNIT_ASSERT_EQUAL(std::string("that is all"), goesOn.receiveToEnd());
		ByteSource source(3);
		const std::string answer = source.next(30'000);
		goesOn.send(answer);
		ends.expect(answer);
		goesOn.shutdownSend();
		ends.expectEof();
	}

	LoopbackPairs _plain;
	LoopbackPairs _small{LoopbackBuffers{4096, 4096, 4096, 4096}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsStreamTest);
