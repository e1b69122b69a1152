//
// StreamIoTest.cpp
//

#include "Shared/StreamIo.h"

#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <array>
#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace Bore::Test;

class StreamIoTest : public CppUnit::TestFixture
/// Plain sockets; TlsStreamTest has the others.
{
	CPPUNIT_TEST_SUITE(StreamIoTest);
	CPPUNIT_TEST(testNothingToReadIsNotWaitedFor);
	CPPUNIT_TEST(testAShortReceiveHasEmptiedTheSocket);
	CPPUNIT_TEST(testAFullReceiveMayHaveMore);
	CPPUNIT_TEST(testNoRoomIsNotWaitedFor);
	CPPUNIT_TEST(testEndSendingEndsOneDirection);
	CPPUNIT_TEST(testAResetFailsWithItsReason);
	CPPUNIT_TEST(testAPlainSocketHasNothingBuffered);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _pair = _pairs.make(); }

	void testNothingToReadIsNotWaitedFor()
	{
		const IoResult got = receiveSome(_pair.near, _bytes.data(), _bytes.size());
		CPPUNIT_ASSERT(got.outcome == Io::WantsRead);
		CPPUNIT_ASSERT(got.mustWait());
	}

	void testAShortReceiveHasEmptiedTheSocket()
	{
		ScriptedPeer(_pair.far).send("abc");
		const IoResult got = received(_bytes.size());
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, got.bytes);
		CPPUNIT_ASSERT(!got.mayHaveMore);
	}

	void testAFullReceiveMayHaveMore()
	{
		ScriptedPeer(_pair.far).send("abcd");
		const IoResult got = received(2);
		CPPUNIT_ASSERT_EQUAL(std::size_t{2}, got.bytes);
		CPPUNIT_ASSERT(got.mayHaveMore);
	}

	void testNoRoomIsNotWaitedFor()
	{
		const std::string chunk(100'000, 'x');
		IoResult sent;
		do sent = sendSome(_pair.near, chunk.data(), chunk.size());
		while (sent.outcome == Io::Moved);
		CPPUNIT_ASSERT(sent.outcome == Io::WantsWrite);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, sent.bytes);
	}

	void testEndSendingEndsOneDirection()
	{
		CPPUNIT_ASSERT(endSending(_pair.near) == Io::Moved);
		ScriptedPeer far(_pair.far);
		far.expectEof();
		far.send("x");
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, received(1).bytes);
		CPPUNIT_ASSERT(endSending(_pair.far) == Io::Moved);
		CPPUNIT_ASSERT(received(1).outcome == Io::Ended);
	}

	void testAResetFailsWithItsReason()
	{
		ScriptedPeer(_pair.far).reset();
		const IoResult got = received(1);
		CPPUNIT_ASSERT(got.outcome == Io::Failed);
		CPPUNIT_ASSERT_EQUAL(ECONNRESET, got.error);
		CPPUNIT_ASSERT_EQUAL(std::string("Connection reset by peer"), failureOf(_pair.near, got.error));
		CPPUNIT_ASSERT(sendSome(_pair.near, "x", 1).outcome == Io::Failed);
	}

	void testAPlainSocketHasNothingBuffered()
	{
		ScriptedPeer(_pair.far).send("abc");
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, received(1).bytes);
		CPPUNIT_ASSERT(!hasBuffered(_pair.near));
		CPPUNIT_ASSERT(!isSecure(_pair.near));
	}

private:
	IoResult received(std::size_t size)
	/// Once something has come.
	{
		IoResult got;
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				got = receiveSome(_pair.near, _bytes.data(), size);
				return !got.mustWait();
			}));
		return got;
	}

	LoopbackPairs _pairs;
	LoopbackPair _pair;
	std::array<char, 64> _bytes{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamIoTest);
