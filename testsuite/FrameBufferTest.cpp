//
// FrameBufferTest.cpp
//

#include "Shared/FrameBuffer.h"
#include "Shared/ProtocolException.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstring>
#include <string>

using namespace Bore;
using namespace std::string_literals;

class FrameBufferTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FrameBufferTest);
	CPPUNIT_TEST(testNothingIsNoFrame);
	CPPUNIT_TEST(testFrameInPiecesIsCutWhenItsNulComes);
	CPPUNIT_TEST(testFramesOfOneReadAreCutOneByOne);
	CPPUNIT_TEST(testEmptyFrameIsAFrame);
	CPPUNIT_TEST(testWhatFollowsTheLastFrameIsTheRest);
	CPPUNIT_TEST(testRestMayHoldNuls);
	CPPUNIT_TEST(testTakenRestEmptiesTheBuffer);
	CPPUNIT_TEST(testFrameOf256BytesIsAccepted);
	CPPUNIT_TEST(testFrameOf257BytesIsTooLong);
	CPPUNIT_TEST(testFullBufferWithAFrameIsNotTooLong);
	CPPUNIT_TEST(testThereIsRoomUntilAFrameIsTooLong);
	CPPUNIT_TEST(testBytesCanBeReadIntoTheBuffer);
	CPPUNIT_TEST_SUITE_END();

	static void append(FrameBuffer& buffer, const std::string& bytes)
	{
		buffer.append(bytes.data(), bytes.size());
	}

	static void assertNext(const std::string& expected, FrameBuffer& buffer)
	{
		const auto frame = buffer.next();
		CPPUNIT_ASSERT(frame.has_value());
		CPPUNIT_ASSERT_EQUAL(expected, *frame);
	}

public:
	void testNothingIsNoFrame()
	{
		FrameBuffer buffer;
		CPPUNIT_ASSERT(!buffer.next());
		CPPUNIT_ASSERT_EQUAL(""s, buffer.takeRest());
	}

	void testFrameInPiecesIsCutWhenItsNulComes()
	{
		FrameBuffer buffer;
		append(buffer, "\"Heart");
		CPPUNIT_ASSERT(!buffer.next());
		append(buffer, "beat\"");
		CPPUNIT_ASSERT(!buffer.next());
		append(buffer, "\0"s);
		assertNext("\"Heartbeat\"", buffer);
		CPPUNIT_ASSERT(!buffer.next());
	}

	void testFramesOfOneReadAreCutOneByOne()
	{
		FrameBuffer buffer;
		append(buffer, "one\0two\0thr"s);
		assertNext("one", buffer);
		assertNext("two", buffer);
		CPPUNIT_ASSERT(!buffer.next());
		append(buffer, "ee\0"s);
		assertNext("three", buffer);
	}

	void testEmptyFrameIsAFrame()
	{
		FrameBuffer buffer;
		append(buffer, "\0\0x"s);
		assertNext("", buffer);
		assertNext("", buffer);
		CPPUNIT_ASSERT(!buffer.next());
	}

	void testWhatFollowsTheLastFrameIsTheRest()
	{
		FrameBuffer buffer;
		append(buffer, "frame\0stream"s);
		assertNext("frame", buffer);
		CPPUNIT_ASSERT_EQUAL("stream"s, buffer.takeRest());
	}

	void testRestMayHoldNuls()
	{
		FrameBuffer buffer;
		append(buffer, "frame\0a\0b\0"s);
		assertNext("frame", buffer);
		CPPUNIT_ASSERT_EQUAL("a\0b\0"s, buffer.takeRest());
	}

	void testTakenRestEmptiesTheBuffer()
	{
		FrameBuffer buffer;
		append(buffer, "rest");
		CPPUNIT_ASSERT_EQUAL("rest"s, buffer.takeRest());
		CPPUNIT_ASSERT_EQUAL(""s, buffer.takeRest());
		CPPUNIT_ASSERT_EQUAL(FrameBuffer::CAPACITY, buffer.room());
	}

	void testFrameOf256BytesIsAccepted()
	{
		FrameBuffer buffer;
		const std::string frame(256, 'a');
		append(buffer, frame);
		CPPUNIT_ASSERT(!buffer.next());
		append(buffer, "\0"s);
		assertNext(frame, buffer);
	}

	void testFrameOf257BytesIsTooLong()
	{
		FrameBuffer buffer;
		append(buffer, std::string(257, 'a'));
		CPPUNIT_ASSERT_THROW(static_cast<void>(buffer.next()), FrameTooLongException);
	}

	void testFullBufferWithAFrameIsNotTooLong()
	{
		FrameBuffer buffer;
		append(buffer, "x\0"s + std::string(255, 'a'));
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, buffer.room());
		assertNext("x", buffer);
		CPPUNIT_ASSERT(!buffer.next());
		append(buffer, "\0"s);
		assertNext(std::string(255, 'a'), buffer);
	}

	void testThereIsRoomUntilAFrameIsTooLong()
	{
		FrameBuffer buffer;
		for (std::size_t i = 0; i < 256; ++i)
		{
			append(buffer, "a");
			CPPUNIT_ASSERT(!buffer.next());
			CPPUNIT_ASSERT_EQUAL(256 - i, buffer.room());
		}
	}

	void testBytesCanBeReadIntoTheBuffer()
	{
		FrameBuffer buffer;
		std::memcpy(buffer.writable(), "ab", 2);
		buffer.commit(2);
		std::memcpy(buffer.writable(), "c\0d", 3);
		buffer.commit(3);
		assertNext("abc", buffer);
		CPPUNIT_ASSERT_EQUAL("d"s, buffer.takeRest());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameBufferTest);
