//
// ScriptedPeerTest.cpp
//
// The peer that other tests lean on must itself notice what is wrong.
//

#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/ScriptedListener.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <thread>

using namespace Bore::Test;
using namespace std::string_literals;

class ScriptedPeerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ScriptedPeerTest);
	CPPUNIT_TEST(testBytesAndFramesAreReceivedInOrder);
	CPPUNIT_TEST(testHeartbeatsAreNoMessages);
	CPPUNIT_TEST(testWrongBytesFailAndAreShown);
	CPPUNIT_TEST(testEofIsNoReset);
	CPPUNIT_TEST(testResetIsNoEof);
	CPPUNIT_TEST(testUnreadBytesAreNoEof);
	CPPUNIT_TEST(testSilenceIsTold);
	CPPUNIT_TEST(testEchoServiceAnswersAfterHalfClose);
	CPPUNIT_TEST(testEchoServiceResetsWhenItEnds);
	CPPUNIT_TEST(testClosedListenerRefuses);
	CPPUNIT_TEST_SUITE_END();

public:
	void testBytesAndFramesAreReceivedInOrder()
	{
		_near.send("stream ");
		_near.sendFrame("{\"Hello\":0}");
		_near.send("rest");
		_near.shutdownSend();
		_far.expect("stream ");
		_far.expectFrame("{\"Hello\":0}");
		CPPUNIT_ASSERT_EQUAL("rest"s, _far.receiveToEnd());
	}

	void testHeartbeatsAreNoMessages()
	{
		_near.sendFrame("\"Heartbeat\"");
		_near.sendFrame("\"Heartbeat\"");
		_near.sendFrame("{\"Hello\":1}");
		_far.expectMessage("{\"Hello\":1}");
	}

	void testWrongBytesFailAndAreShown()
	{
		_near.send("b\n");
		try
		{
			_far.expect("a\n");
		}
		catch (const CppUnit::Exception& e)
		{
			const std::string text = e.what();
			CPPUNIT_ASSERT_MESSAGE(text, text.find(R"(got "b\x0a", 2 bytes)") != std::string::npos);
			return;
		}
		CPPUNIT_FAIL("wrong bytes were accepted");
	}

	void testEofIsNoReset()
	{
		_near.close();
		CPPUNIT_ASSERT_ASSERTION_FAIL(_far.expectReset());
		_far.expectEof();
		_far.expectClosed();
	}

	void testResetIsNoEof()
	{
		_near.reset();
		CPPUNIT_ASSERT_ASSERTION_FAIL(_far.expectEof());
	}

	void testUnreadBytesAreNoEof()
	{
		_near.send("x");
		_near.close();
		CPPUNIT_ASSERT_ASSERTION_FAIL(_far.expectEof());
		CPPUNIT_ASSERT_ASSERTION_FAIL(_far.expectClosed());
		CPPUNIT_ASSERT_EQUAL("x"s, _far.receiveToEnd());
	}

	void testSilenceIsTold()
	{
		_far.expectSilence(std::chrono::milliseconds(5));
		_near.send("x");
		CPPUNIT_ASSERT_ASSERTION_FAIL(_far.expectSilence(PATIENCE));
	}

	void testEchoServiceAnswersAfterHalfClose()
	{
		constexpr std::size_t SIZE = 4UL * 1024 * 1024;
		EchoService echo;
		ScriptedPeer peer = ScriptedPeer::connectTo(echo.port());
		std::thread sender(
			[&peer]
			{
				peer.send(ByteSource(1).next(SIZE));
				peer.shutdownSend();
			});
		ByteCheck check(1);
		for (std::string got = peer.receiveSome(); !got.empty(); got = peer.receiveSome())
			check.take(got.data(), got.size());
		sender.join();
		CPPUNIT_ASSERT_EQUAL(std::uint64_t(SIZE), check.count());
		CPPUNIT_ASSERT(eventually([&echo] { return echo.openConnections() == 0; }));
	}

	void testEchoServiceResetsWhenItEnds()
	{
		auto echo = std::make_unique<EchoService>();
		ScriptedPeer peer = ScriptedPeer::connectTo(echo->port());
		peer.send("x");
		peer.expect("x");
		echo.reset();
		peer.expectReset();
	}

	void testClosedListenerRefuses()
	{
		const std::uint16_t port = _listener.port();
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(port));
		_listener.close();
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(port));
	}

private:
	ScriptedListener _listener;
	ScriptedPeer _near = ScriptedPeer::connectTo(_listener.port());
	ScriptedPeer _far = _listener.accept();
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScriptedPeerTest);
