//
// NotifySocketTest.cpp
//

#include "Shared/NotifySocket.h"
#include "testsuite/support/NotifyReceiver.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class NotifySocketTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(NotifySocketTest);
	CPPUNIT_TEST(testMessageArrivesAsItIsAtAPathAndAtAnAbstractName);
	CPPUNIT_TEST(testReaderThatIsBehindHoldsNobodyUp);
	CPPUNIT_TEST(testReaderThatIsGoneIsNoFault);
	CPPUNIT_TEST(testReaderThatComesBackIsToldAgain);
	CPPUNIT_TEST(testAddressThatIsNoneIsToldAndNothingIsSent);
	CPPUNIT_TEST_SUITE_END();

	using Outcome = NotifySocket::Outcome;
	using Kind = NotifyReceiver::Kind;

public:
	void testMessageArrivesAsItIsAtAPathAndAtAnAbstractName()
	{
		for (const Kind kind : {Kind::Path, Kind::Abstract})
		{
			NotifyReceiver receiver(kind);
			const NotifySocket socket(receiver.address());
			CPPUNIT_ASSERT_EQUAL(std::string(), socket.problem());
			CPPUNIT_ASSERT(Outcome::Sent == socket.send("READY=1\nSTATUS=well"));
			CPPUNIT_ASSERT(Outcome::Sent == socket.send("STOPPING=1"));
			CPPUNIT_ASSERT_EQUAL(std::string("READY=1\nSTATUS=well"), receiver.receive());
			CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), receiver.receive());
		}
	}

	void testReaderThatIsBehindHoldsNobodyUp()
	{
		NotifyReceiver receiver;
		const NotifySocket socket(receiver.address());
		Outcome last = Outcome::Sent;
		for (int i = 0; i < 1'000'000 && last == Outcome::Sent; ++i) last = socket.send("WATCHDOG=1");
		CPPUNIT_ASSERT(Outcome::Full == last);
		CPPUNIT_ASSERT(!receiver.waiting().empty());
		CPPUNIT_ASSERT(Outcome::Sent == socket.send("READY=1"));
	}

	void testReaderThatIsGoneIsNoFault()
	{
		auto receiver = std::make_unique<NotifyReceiver>();
		const NotifySocket socket(receiver->address());
		receiver.reset();
		CPPUNIT_ASSERT_EQUAL(std::string(), socket.problem());
		CPPUNIT_ASSERT(Outcome::Failed == socket.send("READY=1"));
	}

	void testReaderThatComesBackIsToldAgain()
	{
		const TemporaryDirectory directory;
		const NotifySocket socket(directory.path("notify"));
		CPPUNIT_ASSERT(Outcome::Failed == socket.send("READY=1"));
		NotifyReceiver receiver(directory.path("notify"));
		CPPUNIT_ASSERT(Outcome::Sent == socket.send("READY=1"));
		CPPUNIT_ASSERT_EQUAL(std::string("READY=1"), receiver.receive());
	}

	void testAddressThatIsNoneIsToldAndNothingIsSent()
	{
		for (const auto& address : {std::string(), std::string("@"), std::string("/"),
				 std::string("run/notify"), std::string("vsock:2:1234"), "/" + std::string(200, 'x'),
				 "@" + std::string(200, 'x'), std::string("bad\nname")})
		{
			const NotifySocket socket(address);
			CPPUNIT_ASSERT_MESSAGE(address, socket.problem().find("NOTIFY_SOCKET") != std::string::npos);
			CPPUNIT_ASSERT_MESSAGE(address, socket.problem().find('\n') == std::string::npos);
			CPPUNIT_ASSERT(Outcome::Failed == socket.send("READY=1"));
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifySocketTest);
