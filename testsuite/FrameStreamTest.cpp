//
// FrameStreamTest.cpp
//

#include "Shared/FrameStream.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <string>
#include <sys/socket.h>
#include <utility>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class FrameStreamTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FrameStreamTest);
	CPPUNIT_TEST(testFrameAndItsNulAreOneSend);
	CPPUNIT_TEST(testFramesOfOneSegmentAreReceivedOneByOne);
	CPPUNIT_TEST(testPollGivesAFrameOnceItIsWhole);
	CPPUNIT_TEST(testReceiveWaitsForTheWholeFrame);
	CPPUNIT_TEST(testStreamBytesBehindTheFrameAreTheRest);
	CPPUNIT_TEST(testRestMovesWithTheStream);
	CPPUNIT_TEST(testWholeFrameIsDeliveredBeforeTheEnd);
	CPPUNIT_TEST(testWholeFrameIsDeliveredAfterTheDeadline);
	CPPUNIT_TEST(testEndWithinAFrameIsPeerGone);
	CPPUNIT_TEST(testResetIsPeerGone);
	CPPUNIT_TEST(testSilenceIsPeerTimeout);
	CPPUNIT_TEST(testDeadlineBoundsTheFrameNotEachByte);
	CPPUNIT_TEST(testFrameOf256BytesIsReceived);
	CPPUNIT_TEST(testFrameOf257BytesIsTooLong);
	CPPUNIT_TEST(testEndlessFrameIsNotBuffered);
	CPPUNIT_TEST(testAwaitEndsWithInputAndAtItsDeadline);
	CPPUNIT_TEST(testSendWaitsForRoom);
	CPPUNIT_TEST(testSendToAPeerThatNeverReadsIsPeerTimeout);
	CPPUNIT_TEST(testSendToAPeerThatResetIsPeerGone);
	CPPUNIT_TEST(testSocketIsLeftBlocking);
	CPPUNIT_TEST_SUITE_END();

	struct Pair
	/// A peer and a stream that are connected to each other.
	{
		explicit Pair(const Clock& clock = Clock::system())
			: stream(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", listener.port())), clock)
			, peer(listener.accept())
		{
		}

		ScriptedListener listener;
		FrameStream stream;
		ScriptedPeer peer;
	};

	class DrippingClock final : public Clock
	/// Whenever it is looked at, a second passes and the peer sends a byte.
	{
	public:
		[[nodiscard]] TimePoint now() const noexcept override
		{
			if (peer != nullptr) peer->send("x");
			++looks;
			return TimePoint(std::chrono::seconds(looks));
		}

		ScriptedPeer* peer = nullptr;
		mutable int looks = 0;
	};

	static TimePoint soon() { return Clock::system().now() + PATIENCE; }

public:
	void testFrameAndItsNulAreOneSend()
	{
		// A socket that keeps the bounds of each send.
		std::array<int, 2> ends{};
		CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()));
		FrameStream stream(Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(ends[0])));
		Poco::Net::StreamSocket other(new Poco::Net::StreamSocketImpl(ends[1]));

		stream.send("{\"Hello\":0}", soon());
		std::array<char, 100> bytes{};
		const int n = other.receiveBytes(bytes.data(), static_cast<int>(bytes.size()));
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":0}\0"s, std::string(bytes.data(), static_cast<std::size_t>(n)));
	}

	void testFramesOfOneSegmentAreReceivedOneByOne()
	{
		Pair pair;
		pair.peer.send("one\0two\0"s);
		CPPUNIT_ASSERT_EQUAL("one"s, pair.stream.receive(soon()));
		CPPUNIT_ASSERT_EQUAL("two"s, pair.stream.poll().value_or("nothing"));
	}

	void testPollGivesAFrameOnceItIsWhole()
	{
		Pair pair;
		CPPUNIT_ASSERT(!pair.stream.poll());
		pair.peer.send("fra");
		CPPUNIT_ASSERT(!pair.stream.poll());
		pair.peer.send("me\0"s);
		CPPUNIT_ASSERT(pair.stream.socket().poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
		CPPUNIT_ASSERT_EQUAL("frame"s, pair.stream.poll().value_or("nothing"));
		CPPUNIT_ASSERT(!pair.stream.poll());
	}

	void testReceiveWaitsForTheWholeFrame()
	{
		Pair pair;
		pair.peer.send("fra");
		auto received = std::async(std::launch::async, [&] { return pair.stream.receive(std::nullopt); });
		CPPUNIT_ASSERT(received.wait_for(20ms) == std::future_status::timeout);
		pair.peer.send("me\0"s);
		CPPUNIT_ASSERT(received.wait_for(PATIENCE) == std::future_status::ready);
		CPPUNIT_ASSERT_EQUAL("frame"s, received.get());
	}

	void testStreamBytesBehindTheFrameAreTheRest()
	{
		Pair pair;
		pair.peer.send("{\"Accept\":1}\0GET /\0"s);
		CPPUNIT_ASSERT_EQUAL("{\"Accept\":1}"s, pair.stream.receive(soon()));
		CPPUNIT_ASSERT_EQUAL("GET /\0"s, pair.stream.takeRest());
		CPPUNIT_ASSERT_EQUAL(""s, pair.stream.takeRest());
	}

	void testRestMovesWithTheStream()
	{
		Pair pair;
		pair.peer.send("one\0two\0x"s);
		CPPUNIT_ASSERT_EQUAL("one"s, pair.stream.receive(soon()));
		FrameStream moved(std::move(pair.stream));
		CPPUNIT_ASSERT_EQUAL("two"s, moved.receive(soon()));
		CPPUNIT_ASSERT_EQUAL("x"s, moved.takeRest());
		moved.send("answer", soon());
		pair.peer.expectFrame("answer");
	}

	void testWholeFrameIsDeliveredBeforeTheEnd()
	{
		Pair pair;
		pair.peer.send("last\0"s);
		pair.peer.close();
		CPPUNIT_ASSERT_EQUAL("last"s, pair.stream.receive(soon()));
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(soon())), PeerGoneException);
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.poll()), PeerGoneException);
	}

	void testWholeFrameIsDeliveredAfterTheDeadline()
	{
		const ManualClock clock;
		Pair pair(clock);
		pair.peer.send("late\0"s);
		CPPUNIT_ASSERT_EQUAL("late"s, pair.stream.receive(clock.now() - 1s));
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(clock.now() - 1s)), PeerTimeoutException);
	}

	void testEndWithinAFrameIsPeerGone()
	{
		Pair pair;
		pair.peer.send("{\"Hel");
		pair.peer.close();
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(soon())), PeerGoneException);
	}

	void testResetIsPeerGone()
	{
		Pair pair;
		pair.peer.reset();
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(soon())), PeerGoneException);
	}

	void testSilenceIsPeerTimeout()
	{
		Pair pair;
		const TimePoint deadline = Clock::system().now() + 30ms;
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(deadline)), PeerTimeoutException);
		CPPUNIT_ASSERT(Clock::system().now() >= deadline);
	}

	void testDeadlineBoundsTheFrameNotEachByte()
	{
		DrippingClock clock;
		Pair pair(clock);
		clock.peer = &pair.peer;
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(TimePoint(5s))), PeerTimeoutException);
		CPPUNIT_ASSERT_EQUAL(5, clock.looks);
		CPPUNIT_ASSERT_EQUAL("xxxx"s, pair.stream.takeRest());
	}

	void testFrameOf256BytesIsReceived()
	{
		Pair pair;
		const std::string frame(256, 'f');
		pair.peer.sendFrame(frame);
		CPPUNIT_ASSERT_EQUAL(frame, pair.stream.receive(soon()));
	}

	void testFrameOf257BytesIsTooLong()
	{
		Pair pair;
		pair.peer.sendFrame(std::string(257, 'f'));
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(soon())), FrameTooLongException);
	}

	void testEndlessFrameIsNotBuffered()
	{
		Pair pair;
		pair.peer.send(std::string(100000, 'f'));
		CPPUNIT_ASSERT_THROW(static_cast<void>(pair.stream.receive(soon())), FrameTooLongException);
		CPPUNIT_ASSERT_EQUAL(std::size_t{257}, pair.stream.takeRest().size());
	}

	void testAwaitEndsWithInputAndAtItsDeadline()
	{
		Pair pair;
		const auto& clock = Clock::system();
		const TimePoint deadline = clock.now() + 20ms;
		pair.stream.await(deadline);
		CPPUNIT_ASSERT(clock.now() >= deadline);
		pair.stream.await(clock.now() - 1s); // one that is past is no error
		pair.peer.sendFrame("{}");
		pair.stream.await(clock.now() + 1h);
		CPPUNIT_ASSERT_EQUAL("{}"s, pair.stream.poll().value());
	}

	void testSendWaitsForRoom()
	{
		Pair pair;
		const std::string frame(16 << 20, 'f');
		auto sent = std::async(std::launch::async, [&] { pair.stream.send(frame, soon()); });
		CPPUNIT_ASSERT(pair.peer.receive(frame.size() + 1) == frame + '\0');
		sent.get();
	}

	void testSendToAPeerThatNeverReadsIsPeerTimeout()
	{
		Pair pair;
		const std::string frame(64 << 20, 'f');
		const TimePoint deadline = Clock::system().now() + 30ms;
		CPPUNIT_ASSERT_THROW(pair.stream.send(frame, deadline), PeerTimeoutException);
		CPPUNIT_ASSERT(Clock::system().now() >= deadline);
	}

	void testSendToAPeerThatResetIsPeerGone()
	{
		// Blocked, a SIGPIPE would stay pending for us to take.
		sigset_t pipe;
		sigset_t former;
		::sigemptyset(&pipe);
		::sigaddset(&pipe, SIGPIPE);
		::pthread_sigmask(SIG_BLOCK, &pipe, &former);
		const auto takePending = [&]
		{
			const timespec noTime{};
			return ::sigtimedwait(&pipe, nullptr, &noTime) == SIGPIPE;
		};
		while (takePending()) continue;

		Pair pair;
		pair.peer.reset();
		CPPUNIT_ASSERT_THROW(pair.stream.send("frame", soon()), PeerGoneException);
		CPPUNIT_ASSERT_THROW(pair.stream.send("frame", soon()), PeerGoneException);
		CPPUNIT_ASSERT(!takePending());
		::pthread_sigmask(SIG_SETMASK, &former, nullptr);
	}

	void testSocketIsLeftBlocking()
	{
		Pair pair;
		CPPUNIT_ASSERT(!pair.stream.poll());
		pair.stream.send("frame", soon());
		CPPUNIT_ASSERT_EQUAL(0, ::fcntl(pair.stream.socket().impl()->sockfd(), F_GETFL) & O_NONBLOCK);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameStreamTest);
