//
// DirectionSpliceTest.cpp
//

#include "Shared/Direction.h"

#include "Shared/SocketOptions.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ScriptedPeer.h"

#include <algorithm>
#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <poll.h>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class DirectionSpliceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DirectionSpliceTest);
	CPPUNIT_TEST(testPromotedAfterOneMebibyte);
	CPPUNIT_TEST(testSlowSinkDoesNotHoldUpThePromotion);
	CPPUNIT_TEST(testBytesReadBeforeCountTowardsThePromotion);
	CPPUNIT_TEST(testEndAtEveryBoundary);
	CPPUNIT_TEST(testEndAtEveryBoundaryWithASlowSink);
	CPPUNIT_TEST(testResetRightAfterTheChangeDeliversWhatCameBefore);
	CPPUNIT_TEST(testStalledOneKeepsItsPipe);
	CPPUNIT_TEST(testSourceResetDeliversWhatThePipeHolds);
	CPPUNIT_TEST(testSinkResetClosesAPipeThatHoldsBytes);
	CPPUNIT_TEST(testEndOfStreamWaitsForThePipe);
	CPPUNIT_TEST(testSegmentsOfOneByteFillThePipeAndPass);
	CPPUNIT_TEST(testManySmallMessagesDemoteIt);
	CPPUNIT_TEST(testManySmallMessagesWithPausesDemoteIt);
	CPPUNIT_TEST(testDemotedOneIsPromotedAnew);
	CPPUNIT_TEST(testPauseLendsAnEmptyPipeToOthers);
	CPPUNIT_TEST(testWithoutZeroCopyNothingIsBorrowed);
	CPPUNIT_TEST(testWithoutAPipeCopyingGoesOn);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { begin(0); }

	void tearDown() override
	{
		_direction.reset();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
	}

	void testPromotedAfterOneMebibyte()
	{
		carry(MIB - 1);
		carry(1);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
		carry(1);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
		carry(3 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{4 * MIB + 1}, _direction->bytes());
	}

	void testSlowSinkDoesNotHoldUpThePromotion()
	{
		// What is copied always leaves a rest.
		begin(SMALL);
		feed(4 * MIB);
		awaitReceived(2 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
		awaitReceived(4 * MIB);
	}

	void testBytesReadBeforeCountTowardsThePromotion()
	{
		begin(0, MIB);
		awaitReceived(MIB);
		carry(1);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
	}

	void testEndAtEveryBoundary()
	{
		for (const std::size_t size : {MIB - 1, MIB, MIB + 1, MIB + 4096, 2 * MIB}) expectWhole(size, 0);
	}

	void testEndAtEveryBoundaryWithASlowSink()
	{
		for (const std::size_t size : {MIB - 1, MIB, MIB + 1, MIB + 4096, 2 * MIB}) expectWhole(size, SMALL);
	}

	void testResetRightAfterTheChangeDeliversWhatCameBefore()
	{
		for (const std::size_t more : {std::size_t{0}, std::size_t{1}, std::size_t{50'000}})
		{
			begin(0);
			carry(MIB);
			feed(more);
			resetSource();
			awaitReceived(MIB + more);
			awaitEnd();
			CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
			_receiver->expectSilence(20ms); // no end of stream either
		}
	}

	void testStalledOneKeepsItsPipe()
	{
		stall();
		_direction->pause();
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
		CPPUNIT_ASSERT(!_direction->wantsToRead());
		awaitReceived(_fed);
		CPPUNIT_ASSERT(_direction->wantsToRead());
		CPPUNIT_ASSERT(!_direction->wantsToWrite());
		_direction->pause();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
		carry(MIB);
	}

	void testSourceResetDeliversWhatThePipeHolds()
	{
		stall();
		resetSource();
		turn();
		CPPUNIT_ASSERT(!_direction->ended());
		awaitReceived(_fed);
		awaitEnd();
		_receiver->expectSilence(20ms);
	}

	void testSinkResetClosesAPipeThatHoldsBytes()
	{
		stall();
		const std::size_t before = ProcessStatus::self().descriptors();
		_receiver->reset();
		awaitEvents(*_to, POLLERR);
		_to->fail();
		CPPUNIT_ASSERT(_direction->canStep());
		CPPUNIT_ASSERT(_direction->step(STEP));
		CPPUNIT_ASSERT(_direction->ended());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
		// The receiver's socket, and the pipe.
		CPPUNIT_ASSERT_EQUAL(before - 3, ProcessStatus::self().descriptors());
	}

	void testEndOfStreamWaitsForThePipe()
	{
		stall();
		_sender->shutdownSend();
		awaitEvents(*_from, POLLRDHUP);
		turn();
		CPPUNIT_ASSERT(!_direction->ended());
		awaitReceived(_fed);
		awaitEnd();
		_receiver->expectEof();
	}

	void testSegmentsOfOneByteFillThePipeAndPass()
	{
		carry(MIB + 1);
		ByteSource bytes(2);
		constexpr int SEGMENTS = 1000;
		for (int i = 0; i < SEGMENTS; ++i) _sender->send(bytes.next(1));
		CPPUNIT_ASSERT(eventually([&] { return _from->socket.available() == SEGMENTS; }));
		turn();
		CPPUNIT_ASSERT(_receiver->receive(SEGMENTS) == ByteSource(2).next(SEGMENTS));
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{MIB + 1 + SEGMENTS}, _direction->bytes());
	}

	void testManySmallMessagesDemoteIt()
	{
		carry(2 * MIB);
		for (int i = 0; i < 10; ++i) carry(100);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
		for (int i = 0; i < 64; ++i) carry(100);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
	}

	void testManySmallMessagesWithPausesDemoteIt()
	{
		carry(2 * MIB);
		for (int i = 0; i < 64; ++i)
		{
			carry(100);
			_direction->pause();
		}
		carry(100);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
	}

	void testDemotedOneIsPromotedAnew()
	{
		carry(2 * MIB);
		for (int i = 0; i < 100; ++i) carry(100);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
		carry(2 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
	}

	void testPauseLendsAnEmptyPipeToOthers()
	{
		carry(2 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
		_direction->pause();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
		carry(100'000);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
	}

	void testWithoutZeroCopyNothingIsBorrowed()
	{
		RelayConfig config;
		config.zeroCopy = false;
		begin(0, 0, config);
		carry(4 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
		CPPUNIT_ASSERT(!_resources->pipes.borrow());
		CPPUNIT_ASSERT_EQUAL(0, ::fcntl(_from->descriptor(), F_GETFL) & O_NONBLOCK);
	}

	void testWithoutAPipeCopyingGoesOn()
	{
		RelayConfig config;
		config.pipes = 1;
		begin(0, 0, config);
		auto pipe = _resources->pipes.borrow();
		carry(4 * MIB);
		CPPUNIT_ASSERT_EQUAL(0, ::fcntl(_from->descriptor(), F_GETFL) & O_NONBLOCK);
		_resources->pipes.giveBack(std::move(pipe));
		carry(2 * MIB);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
	}

private:
	static constexpr std::size_t MIB = 1024UL * 1024;
	static constexpr std::size_t STEP = 256UL * 1024;
	static constexpr std::size_t STALLED =
		400'000; // more than a small sink and a pipe take, less than the source
	static constexpr int SMALL = 8192;
	static constexpr std::uint64_t SEED = 1;

	void begin(int sinkBuffers, std::size_t alreadyRead = 0, const RelayConfig& config = {})
	/// A fresh direction. A sink without a size is the kernel's to size.
	{
		_direction.reset();
		LoopbackBuffers large;
		large.nearReceive = 1 << 20;
		LoopbackPair from = LoopbackPairs(large).make();
		LoopbackBuffers sink;
		sink.nearSend = sink.farReceive = sinkBuffers;
		LoopbackPair to = LoopbackPairs(sink).make();
		_from = std::make_unique<Endpoint>(Endpoint{from.near});
		_to = std::make_unique<Endpoint>(Endpoint{to.near});
		_sender = std::make_unique<ScriptedPeer>(from.far);
		_receiver = std::make_unique<ScriptedPeer>(to.far);
		_source.emplace(SEED);
		_check.emplace(SEED);
		_pending.clear();
		_fed = alreadyRead;
		_resources = std::make_unique<RelayResources>(config);
		_direction = std::make_unique<Direction>(*_from, *_to, _source->next(alreadyRead), *_resources);
	}

	[[nodiscard]] std::size_t lent() const { return _resources->pipes.lent(); }

	void feed(std::size_t size)
	/// More for the sender to send.
	{
		_pending += _source->next(size);
		_fed += size;
		push();
	}

	void push()
	{
		const auto sent = ::send(_sender->socket().impl()->sockfd(), _pending.data(), _pending.size(),
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent > 0) _pending.erase(0, static_cast<std::size_t>(sent));
	}

	void turn()
	/// As a relay does: asks for what is ready, and steps while a step may achieve something.
	{
		std::array<pollfd, 2> ready{{{_from->descriptor(), POLLIN, 0}, {_to->descriptor(), POLLOUT, 0}}};
		::poll(ready.data(), ready.size(), 0);
		if ((ready[0].revents & POLLIN) != 0) _from->readable = true;
		if ((ready[1].revents & POLLOUT) != 0) _to->writable = true;
		while (_direction->canStep()) _direction->step(STEP);
	}

	void awaitReceived(std::uint64_t count)
	{
		std::string buffer(64UL * 1024, '\0');
		const TimePoint deadline = Clock::system().now() + PATIENCE;
		while (_check->count() < count)
		{
			CPPUNIT_ASSERT_MESSAGE("stalled after " + std::to_string(_check->count()) + " bytes",
				Clock::system().now() < deadline);
			if (!_pending.empty()) push();
			turn();
			const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), count - _check->count());
			const auto got =
				::recv(_receiver->socket().impl()->sockfd(), buffer.data(), wanted, MSG_DONTWAIT);
			CPPUNIT_ASSERT_MESSAGE("an end before all was sent", got != 0);
			if (got > 0) _check->take(buffer.data(), static_cast<std::size_t>(got));
		}
		CPPUNIT_ASSERT_EQUAL(count, _check->count());
	}

	void carry(std::size_t size)
	{
		feed(size);
		awaitReceived(_fed);
	}

	void awaitEnd()
	{
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				turn();
				return _direction->ended();
			}));
		CPPUNIT_ASSERT(!_direction->wantsToRead() && !_direction->wantsToWrite());
		CPPUNIT_ASSERT_EQUAL(_fed, _direction->bytes());
	}

	void expectWhole(std::size_t size, int sinkBuffers)
	/// The end of the stream is behind the last bytes before these are read.
	{
		constexpr std::size_t LAST = 100'000;
		begin(sinkBuffers);
		carry(size - LAST);
		feed(LAST);
		CPPUNIT_ASSERT(_pending.empty());
		_sender->shutdownSend();
		awaitEvents(*_from, POLLRDHUP);
		awaitReceived(size);
		awaitEnd();
		_receiver->expectEof();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, lent());
	}

	void stall()
	/// Promoted, and nobody reads what it sends: its pipe holds bytes, and
	/// so does the source.
	{
		begin(SMALL);
		carry(2 * MIB);
		feed(STALLED);
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				turn();
				return _pending.empty() && unsentBytes(_sender->socket()) == 0 &&
					   _direction->wantsToWrite() && _from->socket.available() > 0;
			}));
		CPPUNIT_ASSERT(!_direction->canStep());
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lent());
	}

	void resetSource()
	{
		CPPUNIT_ASSERT(eventually([&] { return unsentBytes(_sender->socket()) == 0; }));
		_sender->reset();
		awaitEvents(*_from, POLLERR);
		_from->fail();
	}

	static void awaitEvents(const Endpoint& end, short events)
	{
		pollfd entry{end.descriptor(), events, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, std::chrono::milliseconds(PATIENCE).count()));
		CPPUNIT_ASSERT((entry.revents & events) != 0);
	}

	std::unique_ptr<Endpoint> _from;
	std::unique_ptr<Endpoint> _to;
	std::unique_ptr<ScriptedPeer> _sender;
	std::unique_ptr<ScriptedPeer> _receiver;
	std::optional<ByteSource> _source;
	std::optional<ByteCheck> _check;
	std::string _pending;   // what the sender's kernel has not taken yet
	std::uint64_t _fed = 0; // bytes for the receiver in all
	std::unique_ptr<RelayResources> _resources;
	std::unique_ptr<Direction> _direction; // last: it gives its pipe back
};

CPPUNIT_TEST_SUITE_REGISTRATION(DirectionSpliceTest);
