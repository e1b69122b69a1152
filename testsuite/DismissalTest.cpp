//
// DismissalTest.cpp
//

#include "Server/Dismissal.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class DismissalTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DismissalTest);
	CPPUNIT_TEST(testErrorThenTheEnd);
	CPPUNIT_TEST(testWithoutATextJustTheEnd);
	CPPUNIT_TEST(testItGoesOnUntilThePeerCloses);
	CPPUNIT_TEST(testItEndsAtTheDeadlineEvenIfBytesCome);
	CPPUNIT_TEST_SUITE_END();

	struct Rig
	{
		ScriptedListener listener;
		ManualClock clock;
		ScriptedPeer peer = ScriptedPeer::connectTo(listener.port());
		FrameStream stream{listener.accept().socket(), clock};
		Dismissal dismissal{stream, clock, clock.now() + 3s};
	};

public:
	void testErrorThenTheEnd()
	{
		Rig rig;
		CPPUNIT_ASSERT(!rig.dismissal.hasBegun());
		CPPUNIT_ASSERT(rig.dismissal.begin("go away"));
		CPPUNIT_ASSERT(rig.dismissal.hasBegun());
		rig.peer.expectFrame("{\"Error\":\"go away\"}");
		rig.peer.expectEof();
	}

	void testWithoutATextJustTheEnd()
	{
		Rig rig;
		CPPUNIT_ASSERT(rig.dismissal.begin(""));
		rig.peer.expectEof();
	}

	void testItGoesOnUntilThePeerCloses()
	{
		Rig rig;
		rig.peer.send(std::string(100, 'x'));
		CPPUNIT_ASSERT(rig.dismissal.begin("go away"));
		CPPUNIT_ASSERT(rig.dismissal.goesOn(false));
		rig.peer.close();
		CPPUNIT_ASSERT(eventually([&] { return !rig.dismissal.goesOn(false); }));
	}

	void testItEndsAtTheDeadlineEvenIfBytesCome()
	{
		Rig rig;
		CPPUNIT_ASSERT(rig.dismissal.begin(""));
		rig.clock.advance(2999ms);
		CPPUNIT_ASSERT(rig.dismissal.goesOn(false));
		CPPUNIT_ASSERT(!rig.dismissal.goesOn(true));
		rig.clock.advance(1ms);
		rig.peer.send("x");
		CPPUNIT_ASSERT(!rig.dismissal.goesOn(false));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(DismissalTest);
