//
// ClientFramesTest.cpp
//

#include "Server/ClientFrames.h"
#include "Shared/ProtocolException.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class ClientFramesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClientFramesTest);
	CPPUNIT_TEST(testFramesAreRead);
	CPPUNIT_TEST(testEndOfTheStreamIsTold);
	CPPUNIT_TEST(testHundredASecondAreAllowed);
	CPPUNIT_TEST(testMoreThanAHundredASecondAreNot);
	CPPUNIT_TEST(testSilenceIsNothingUntilSignsAreExpected);
	CPPUNIT_TEST(testSilenceBeginsWhenSignsAreExpected);
	CPPUNIT_TEST(testAnyFrameIsASign);
	CPPUNIT_TEST(testSignThatCameWhileTheServerSleptCounts);
	CPPUNIT_TEST_SUITE_END();

public:
	void testFramesAreRead()
	{
		CPPUNIT_ASSERT(!_frames.next());
		_client.sendFrame("first");
		_client.sendFrame("second");
		CPPUNIT_ASSERT_EQUAL("first"s, awaitFrame());
		CPPUNIT_ASSERT_EQUAL("second"s, awaitFrame());
		CPPUNIT_ASSERT(!_frames.next());
	}

	void testEndOfTheStreamIsTold()
	{
		_client.sendFrame("last");
		_client.close();
		CPPUNIT_ASSERT_EQUAL("last"s, awaitFrame());
		CPPUNIT_ASSERT_THROW(static_cast<void>(awaitFrame()), PeerGoneException);
	}

	void testHundredASecondAreAllowed()
	{
		for (int second = 0; second < 2; ++second)
		{
			readHundred();
			_clock.advance(1s);
		}
	}

	void testMoreThanAHundredASecondAreNot()
	{
		readHundred();
		_clock.advance(999ms);
		_client.sendFrame("1");
		CPPUNIT_ASSERT_THROW(static_cast<void>(awaitFrame()), ProtocolException);
	}

	void testSilenceIsNothingUntilSignsAreExpected()
	{
		_clock.advance(1h);
		CPPUNIT_ASSERT(!_frames.isSilent());
	}

	void testSilenceBeginsWhenSignsAreExpected()
	{
		_clock.advance(1h);
		_frames.expectSigns();
		_clock.advance(10s - 1ns);
		CPPUNIT_ASSERT(!_frames.isSilent());
		_clock.advance(1ns);
		CPPUNIT_ASSERT(_frames.isSilent());
	}

	void testAnyFrameIsASign()
	{
		_frames.expectSigns();
		_clock.advance(9s);
		_client.sendFrame("1");
		static_cast<void>(awaitFrame());
		_clock.advance(9s);
		CPPUNIT_ASSERT(!_frames.isSilent());
		_clock.advance(1s);
		CPPUNIT_ASSERT(_frames.isSilent());
	}

	void testSignThatCameWhileTheServerSleptCounts()
	{
		_frames.expectSigns();
		_client.sendFrame("1");
		_clock.advance(1min);
		CPPUNIT_ASSERT(_frames.isSilent());
		static_cast<void>(awaitFrame());
		CPPUNIT_ASSERT(!_frames.isSilent());
	}

private:
	[[nodiscard]] std::string awaitFrame()
	{
		std::optional<std::string> frame;
		CPPUNIT_ASSERT(eventually([&] { return (frame = _frames.next()).has_value(); }));
		return *frame;
	}

	void readHundred()
	{
		for (int i = 0; i < 100; ++i)
		{
			_client.sendFrame("1");
			static_cast<void>(awaitFrame());
		}
	}

	ManualClock _clock;
	ScriptedListener _listener;
	ScriptedPeer _client = ScriptedPeer::connectTo(_listener.port());
	FrameStream _control{_listener.accept().socket(), _clock};
	ClientFrames _frames{_control, _clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientFramesTest);
