//
// SocketSinkTest.cpp
//

#include "Shared/SocketSink.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <poll.h>

using namespace Bore;
using namespace Bore::Test;

class SocketSinkTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SocketSinkTest);
	CPPUNIT_TEST(testWriteIsSent);
	CPPUNIT_TEST(testWhatTheSocketDoesNotTakeIsKept);
	CPPUNIT_TEST(testRestIsPaidInOrder);
	CPPUNIT_TEST(testPayingAFullSocketKeepsTheRest);
	CPPUNIT_TEST(testWriteToAResetPeerIsDroppedAndNoted);
	CPPUNIT_TEST(testRestForAResetPeerIsDropped);
	CPPUNIT_TEST(testNothingIsSentToAPeerKnownToBeReset);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		LoopbackPair pair = LoopbackPairs(small).make();
		_to = std::make_unique<Endpoint>(Endpoint{pair.near});
		_peer = std::make_unique<ScriptedPeer>(pair.far);
		_rest = std::make_unique<Rest>();
	}

	void testWriteIsSent()
	{
		SocketSink sink(*_to, *_rest);
		write(sink, "hello");
		CPPUNIT_ASSERT(!sink.owes());
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, sink.sent());
		CPPUNIT_ASSERT(_to->writable);
		_peer->expect("hello");
	}

	void testWhatTheSocketDoesNotTakeIsKept()
	{
		SocketSink sink(*_to, *_rest);
		write(sink, ByteSource(1).next(LARGE));
		CPPUNIT_ASSERT(sink.owes());
		CPPUNIT_ASSERT(sink.sent() > 0);
		CPPUNIT_ASSERT_EQUAL(LARGE, sink.sent() + _rest->size());
		CPPUNIT_ASSERT(!_to->writable);
		CPPUNIT_ASSERT(!_to->reset);
	}

	void testRestIsPaidInOrder()
	{
		SocketSink sink(*_to, *_rest);
		write(sink, ByteSource(2).next(LARGE));
		CPPUNIT_ASSERT(sink.owes());
		ByteCheck check(2);
		while (check.count() < LARGE)
		{
			const std::string bytes = _peer->receiveSome();
			check.take(bytes.data(), bytes.size());
			sink.pay();
		}
		CPPUNIT_ASSERT(!sink.owes());
		CPPUNIT_ASSERT_EQUAL(LARGE, sink.sent());
	}

	void testPayingAFullSocketKeepsTheRest()
	{
		SocketSink sink(*_to, *_rest);
		write(sink, ByteSource(3).next(LARGE));
		_to->writable = true;
		sink.pay();
		CPPUNIT_ASSERT(sink.owes());
		CPPUNIT_ASSERT(!_to->writable);
		CPPUNIT_ASSERT_EQUAL(LARGE, sink.sent() + _rest->size());
	}

	void testWriteToAResetPeerIsDroppedAndNoted()
	{
		SocketSink sink(*_to, *_rest);
		resetPeer();
		write(sink, "hello");
		CPPUNIT_ASSERT(_to->reset);
		CPPUNIT_ASSERT(_to->readable); // what it sent before can still be read
		CPPUNIT_ASSERT(!sink.owes());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, sink.sent());
	}

	void testRestForAResetPeerIsDropped()
	{
		SocketSink sink(*_to, *_rest);
		write(sink, ByteSource(4).next(LARGE));
		CPPUNIT_ASSERT(sink.owes());
		resetPeer();
		sink.pay();
		CPPUNIT_ASSERT(_to->reset);
		CPPUNIT_ASSERT(!sink.owes());
	}

	void testNothingIsSentToAPeerKnownToBeReset()
	{
		SocketSink sink(*_to, *_rest);
		_to->reset = true;
		write(sink, "hello");
		CPPUNIT_ASSERT(!sink.owes());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, sink.sent());
		_peer->expectSilence(std::chrono::milliseconds(20));
	}

private:
	static constexpr std::size_t LARGE = 1UL << 20U;

	static void write(SocketSink& sink, const std::string& bytes)
	{
		const auto size = static_cast<std::streamsize>(bytes.size());
		CPPUNIT_ASSERT_EQUAL(size, sink.sputn(bytes.data(), size));
	}

	void resetPeer()
	{
		_peer->reset();
		pollfd entry{_to->descriptor(), 0, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, std::chrono::milliseconds(PATIENCE).count()));
		CPPUNIT_ASSERT((entry.revents & POLLERR) != 0);
	}

	std::unique_ptr<Endpoint> _to;
	std::unique_ptr<ScriptedPeer> _peer;
	std::unique_ptr<Rest> _rest;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketSinkTest);
