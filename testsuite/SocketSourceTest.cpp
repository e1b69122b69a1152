//
// SocketSourceTest.cpp
//

#include "Shared/SocketSource.h"

#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <poll.h>

using namespace Bore;
using namespace Bore::Test;

class SocketSourceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SocketSourceTest);
	CPPUNIT_TEST(testGivesWhatIsThereAndEndsShort);
	CPPUNIT_TEST(testNothingToReadNowIsNotTheEnd);
	CPPUNIT_TEST(testIsNotTriedWhileNothingCanBeThere);
	CPPUNIT_TEST(testFullReadLeavesTheEndpointReadable);
	CPPUNIT_TEST(testEndOfStreamEndsIt);
	CPPUNIT_TEST(testResetIsFoundAfterWhatCameBeforeIt);
	CPPUNIT_TEST(testKnownResetIsReadToItsEnd);
	CPPUNIT_TEST(testLimitIsKept);
	CPPUNIT_TEST(testNothingIsReadWhileTheSinkOwes);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		LoopbackPairs pairs;
		LoopbackPair from = pairs.make();
		_from = std::make_unique<Endpoint>(Endpoint{from.near});
		_peer = std::make_unique<ScriptedPeer>(from.far);
		_to = std::make_unique<Endpoint>(Endpoint{pairs.make().near});
		_rest = std::make_unique<Rest>();
		_sink = std::make_unique<SocketSink>(*_to, *_rest);
	}

	void testGivesWhatIsThereAndEndsShort()
	{
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("hello");
		awaitEvents(POLLIN);
		CPPUNIT_ASSERT_EQUAL(std::string("hello"), read(source));
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, source.taken());
		CPPUNIT_ASSERT(!source.ended());
		CPPUNIT_ASSERT(!_from->readable);
	}

	void testNothingToReadNowIsNotTheEnd()
	{
		SocketSource source(*_from, *_sink, MUCH);
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		CPPUNIT_ASSERT(!source.ended());
		CPPUNIT_ASSERT(!_from->readable);
		CPPUNIT_ASSERT(!_from->reset);
	}

	void testIsNotTriedWhileNothingCanBeThere()
	{
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("hello");
		awaitEvents(POLLIN);
		_from->readable = false;
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		_from->readable = true;
		CPPUNIT_ASSERT_EQUAL(std::string("hello"), read(source));
	}

	void testFullReadLeavesTheEndpointReadable()
	{
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("hello");
		awaitEvents(POLLIN);
		CPPUNIT_ASSERT_EQUAL(std::string("hel"), read(source, 3));
		CPPUNIT_ASSERT(_from->readable);
		CPPUNIT_ASSERT_EQUAL(std::string("lo"), read(source, 3));
		CPPUNIT_ASSERT(!_from->readable);
	}

	void testEndOfStreamEndsIt()
	{
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("bye");
		_peer->shutdownSend();
		awaitEvents(POLLRDHUP);
		CPPUNIT_ASSERT_EQUAL(std::string("bye"), read(source));
		CPPUNIT_ASSERT(!source.ended());
		_from->readable = true;
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		CPPUNIT_ASSERT(source.ended());
		CPPUNIT_ASSERT(!_from->reset);
	}

	void testResetIsFoundAfterWhatCameBeforeIt()
	{
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("bye");
		awaitEvents(POLLIN);
		_peer->reset();
		awaitEvents(POLLERR);
		CPPUNIT_ASSERT_EQUAL(std::string("bye"), read(source));
		CPPUNIT_ASSERT(!source.ended());
		_from->readable = true;
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		CPPUNIT_ASSERT(source.ended());
		CPPUNIT_ASSERT(_from->reset);
	}

	void testKnownResetIsReadToItsEnd()
	{
		// Nobody watches a socket that is known to be reset: a short read
		// must not be taken for a reason to wait.
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("bye");
		awaitEvents(POLLIN);
		_peer->reset();
		awaitEvents(POLLERR);
		_from->fail();
		CPPUNIT_ASSERT_EQUAL(std::string("bye"), read(source));
		CPPUNIT_ASSERT(_from->readable);
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		CPPUNIT_ASSERT(source.ended());
	}

	void testLimitIsKept()
	{
		SocketSource source(*_from, *_sink, 4);
		_peer->send("hello world");
		awaitEvents(POLLIN);
		CPPUNIT_ASSERT_EQUAL(std::string("hel"), read(source, 3));
		CPPUNIT_ASSERT_EQUAL(std::string("l"), read(source));
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		CPPUNIT_ASSERT_EQUAL(std::size_t{4}, source.taken());
		CPPUNIT_ASSERT(_from->readable);
		CPPUNIT_ASSERT(!source.ended());
	}

	void testNothingIsReadWhileTheSinkOwes()
	{
		SocketSource source(*_from, *_sink, MUCH);
		_peer->send("hello");
		awaitEvents(POLLIN);
		_rest->keep("owed", 4);
		CPPUNIT_ASSERT_EQUAL(std::string(), read(source));
		CPPUNIT_ASSERT(_from->readable);
		_rest->clear();
		CPPUNIT_ASSERT_EQUAL(std::string("hello"), read(source));
	}

private:
	static constexpr std::size_t MUCH = 1UL << 20U;

	static std::string read(SocketSource& source, std::size_t size = 100)
	{
		std::string bytes(size, '\0');
		const auto got = source.sgetn(bytes.data(), static_cast<std::streamsize>(size));
		bytes.resize(static_cast<std::size_t>(got));
		return bytes;
	}

	void awaitEvents(short events) const
	{
		pollfd entry{_from->descriptor(), events, 0};
		const int timeout = std::chrono::milliseconds(PATIENCE).count();
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, timeout));
		CPPUNIT_ASSERT((entry.revents & events) != 0);
	}

	std::unique_ptr<Endpoint> _from;
	std::unique_ptr<ScriptedPeer> _peer;
	std::unique_ptr<Endpoint> _to;
	std::unique_ptr<Rest> _rest;
	std::unique_ptr<SocketSink> _sink;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketSourceTest);
