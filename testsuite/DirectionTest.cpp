//
// DirectionTest.cpp
//

#include "Shared/Direction.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <poll.h>

using namespace Bore;
using namespace Bore::Test;

class DirectionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DirectionTest);
	CPPUNIT_TEST(testBytesAreCarried);
	CPPUNIT_TEST(testQuietSourceIsWaitedFor);
	CPPUNIT_TEST(testBytesReadBeforeGoFirst);
	CPPUNIT_TEST(testStepIsBounded);
	CPPUNIT_TEST(testNothingIsReadWhileTheSinkOwes);
	CPPUNIT_TEST(testRestIsSmallWhileAllTogetherPassTheirLimit);
	CPPUNIT_TEST(testEndOfStreamIsPassedOn);
	CPPUNIT_TEST(testEndOfStreamWaitsForTheRest);
	CPPUNIT_TEST(testResetIsNotPassedOnAsAnEnd);
	CPPUNIT_TEST(testResetSinkEndsIt);
	CPPUNIT_TEST(testRestIsGivenBackWhenTheSinkIsReset);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		LoopbackBuffers large;
		large.nearReceive = 1 << 20;
		LoopbackPair from = LoopbackPairs(large).make();
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		LoopbackPair to = LoopbackPairs(small).make();
		_from = std::make_unique<Endpoint>(Endpoint{from.near});
		_to = std::make_unique<Endpoint>(Endpoint{to.near});
		_sender = std::make_unique<ScriptedPeer>(from.far);
		_receiver = std::make_unique<ScriptedPeer>(to.far);
	}

	void testBytesAreCarried()
	{
		Direction direction(*_from, *_to, "", _resources);
		_sender->send("hello");
		awaitEvents(POLLIN);
		CPPUNIT_ASSERT(direction.canStep());
		CPPUNIT_ASSERT(direction.step(MUCH));
		_receiver->expect("hello");
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, direction.bytes());
		CPPUNIT_ASSERT(!direction.ended());
	}

	void testQuietSourceIsWaitedFor()
	{
		Direction direction(*_from, *_to, "", _resources);
		CPPUNIT_ASSERT(direction.canStep());
		CPPUNIT_ASSERT(!direction.step(MUCH));
		CPPUNIT_ASSERT(!direction.canStep());
		CPPUNIT_ASSERT(direction.wantsToRead());
		CPPUNIT_ASSERT(!direction.wantsToWrite());
	}

	void testBytesReadBeforeGoFirst()
	{
		Direction direction(*_from, *_to, "before ", _resources);
		_sender->send("after");
		awaitEvents(POLLIN);
		CPPUNIT_ASSERT(direction.wantsToWrite());
		CPPUNIT_ASSERT(!direction.wantsToRead());
		CPPUNIT_ASSERT(direction.step(MUCH));
		_receiver->expect("before after");
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{12}, direction.bytes());
	}

	void testStepIsBounded()
	{
		Direction direction(*_from, *_to, "", _resources);
		_sender->send(ByteSource(1).next(5000));
		awaitReceived(5000);
		CPPUNIT_ASSERT(direction.step(2000));
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{2000}, direction.bytes());
		CPPUNIT_ASSERT(direction.canStep());
		CPPUNIT_ASSERT(direction.step(MUCH));
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{5000}, direction.bytes());
		CPPUNIT_ASSERT(_receiver->receive(5000) == ByteSource(1).next(5000));
	}

	void testNothingIsReadWhileTheSinkOwes()
	{
		Direction direction(*_from, *_to, "", _resources);
		stall(direction, 2);
		CPPUNIT_ASSERT(!direction.canStep());
		CPPUNIT_ASSERT(direction.wantsToWrite());
		CPPUNIT_ASSERT(!direction.wantsToRead());
		const auto before = received();
		_from->readable = _to->writable = true;
		direction.step(MUCH);
		CPPUNIT_ASSERT(direction.wantsToWrite());
		CPPUNIT_ASSERT(before > 0);
		CPPUNIT_ASSERT_EQUAL(before, received());
	}

	void testRestIsSmallWhileAllTogetherPassTheirLimit()
	{
		constexpr std::size_t SMALL = 16UL * 1024;
		CPPUNIT_ASSERT(restOfAStalledOne(_resources) > SMALL);
		setUp();
		RelayConfig config;
		config.maxRestBytes = Rest::total();
		RelayResources resources(config);
		CPPUNIT_ASSERT(restOfAStalledOne(resources) > SMALL); // nothing is kept yet
		setUp();
		const Direction another(*_from, *_to, "x", _resources); // keeps what is one too many
		const std::size_t rest = restOfAStalledOne(resources);
		CPPUNIT_ASSERT(rest > 0 && rest <= SMALL);
	}

	void testEndOfStreamIsPassedOn()
	{
		Direction direction(*_from, *_to, "", _resources);
		_sender->send("bye");
		_sender->shutdownSend();
		awaitEvents(POLLRDHUP);
		while (!direction.ended())
		{
			_from->readable = true;
			CPPUNIT_ASSERT(direction.step(MUCH));
		}
		CPPUNIT_ASSERT(!direction.canStep());
		CPPUNIT_ASSERT(!direction.wantsToRead());
		CPPUNIT_ASSERT(!direction.wantsToWrite());
		CPPUNIT_ASSERT_EQUAL(std::string("bye"), _receiver->receiveToEnd());
	}

	void testEndOfStreamWaitsForTheRest()
	{
		Direction direction(*_from, *_to, "", _resources);
		_sender->send(ByteSource(3).next(CARRIED));
		_sender->shutdownSend();
		awaitEvents(POLLRDHUP);
		direction.step(MUCH);
		CPPUNIT_ASSERT(direction.wantsToWrite());
		CPPUNIT_ASSERT(!direction.ended());
		ByteCheck check(3);
		while (check.count() < CARRIED)
		{
			const std::string bytes = _receiver->receiveSome();
			CPPUNIT_ASSERT(!bytes.empty()); // the end, before the rest was sent
			check.take(bytes.data(), bytes.size());
			_from->readable = _to->writable = true;
			direction.step(MUCH);
		}
		_receiver->expectEof();
		CPPUNIT_ASSERT(direction.ended());
		CPPUNIT_ASSERT_EQUAL(std::uint64_t{CARRIED}, direction.bytes());
	}

	void testResetIsNotPassedOnAsAnEnd()
	{
		Direction direction(*_from, *_to, "", _resources);
		_sender->send("bye");
		awaitEvents(POLLIN);
		_sender->reset();
		awaitEvents(POLLERR);
		_from->fail();
		while (direction.canStep()) direction.step(MUCH);
		CPPUNIT_ASSERT(direction.ended());
		_receiver->expect("bye");
		_receiver->expectSilence(std::chrono::milliseconds(20));
	}

	void testResetSinkEndsIt()
	{
		Direction direction(*_from, *_to, "", _resources);
		_to->reset = true;
		CPPUNIT_ASSERT(direction.canStep());
		CPPUNIT_ASSERT(direction.step(MUCH));
		CPPUNIT_ASSERT(direction.ended());
		CPPUNIT_ASSERT(!direction.canStep());
	}

	void testRestIsGivenBackWhenTheSinkIsReset()
	{
		const std::size_t before = Rest::total();
		Direction direction(*_from, *_to, "", _resources);
		stall(direction, 4);
		CPPUNIT_ASSERT(Rest::total() > before);
		_to->reset = true;
		CPPUNIT_ASSERT(direction.step(MUCH));
		CPPUNIT_ASSERT_EQUAL(before, Rest::total());
	}

private:
	static constexpr std::size_t MUCH = 1UL << 20U;
	static constexpr std::size_t CARRIED = 200'000; // more than the small sockets hold, less than the others

	[[nodiscard]] std::size_t restOfAStalledOne(RelayResources& resources)
	{
		const std::size_t before = Rest::total();
		Direction direction(*_from, *_to, "", resources);
		stall(direction, 4);
		return Rest::total() - before;
	}

	void stall(Direction& direction, std::uint64_t seed)
	{
		_sender->send(ByteSource(seed).next(CARRIED));
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				_from->readable = true;
				direction.step(MUCH);
				return direction.wantsToWrite();
			}));
		_sender->send("more");
		awaitEvents(POLLIN);
	}

	void awaitEvents(short events) const
	{
		pollfd entry{_from->descriptor(), events, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, std::chrono::milliseconds(PATIENCE).count()));
		CPPUNIT_ASSERT((entry.revents & events) != 0);
	}

	[[nodiscard]] int received() const { return _from->socket.impl()->available(); }

	void awaitReceived(int bytes) const
	{
		CPPUNIT_ASSERT(eventually([&] { return received() == bytes; }));
	}

	RelayResources _resources{RelayConfig()};
	std::unique_ptr<Endpoint> _from;
	std::unique_ptr<Endpoint> _to;
	std::unique_ptr<ScriptedPeer> _sender;
	std::unique_ptr<ScriptedPeer> _receiver;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DirectionTest);
