//
// StandbyConnectionTest.cpp
//

#include "Server/StandbyConnection.h"
#include "Shared/SocketOptions.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class StandbyConnectionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StandbyConnectionTest);
	CPPUNIT_TEST(testHeartbeatComesEveryTwentySeconds);
	CPPUNIT_TEST(testItCanBeTakenAfterAHeartbeat);
	CPPUNIT_TEST(testBytesOfTheClientEndIt);
	CPPUNIT_TEST(testCloseOfTheClientEndsIt);
	CPPUNIT_TEST(testResetOfTheClientEndsIt);
	CPPUNIT_TEST(testHeartbeatThatWasNotAcknowledgedEndsIt);
	CPPUNIT_TEST(testItDoesNotWaitOnceItsTunnelHasEnded);
	CPPUNIT_TEST(testItEndsWhereTheWatchHasStopped);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		_ticket = _parts->standbys().grant(1, 8, "");
	}

	void tearDown() override { _parts.reset(); }

	void testHeartbeatComesEveryTwentySeconds()
	{
		auto peer = wait();
		for (int i = 0; i < 3; ++i)
		{
			CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
			_parts->advance(20s - 1ms);
			peer.expectSilence(30ms);
			_parts->advance(1ms);
			peer.expectFrame("\"Heartbeat\"");
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->standbys().count());
	}

	void testItCanBeTakenAfterAHeartbeat()
	{
		auto peer = wait();
		_parts->advance(20s);
		peer.expectFrame("\"Heartbeat\"");
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
		CPPUNIT_ASSERT(_parts->standbys().take(1).has_value());
	}

	void testBytesOfTheClientEndIt()
	{
		auto peer = wait();
		peer.send("\"Heartbeat\"");
		expectGone();
		peer.expectClosed();
	}

	void testCloseOfTheClientEndsIt()
	{
		wait().close();
		expectGone();
	}

	void testResetOfTheClientEndsIt()
	{
		wait().reset();
		expectGone();
	}

	void testHeartbeatThatWasNotAcknowledgedEndsIt()
	{
		// Room to send is left: only that nothing is acknowledged tells.
		LoopbackPairs pairs({4 * 1024 * 1024, 0, 0, 4096});
		auto [near, far] = pairs.make();
		ScriptedPeer(near).send(std::string(1000000, 'x'));
		CPPUNIT_ASSERT(unsentBytes(near) > 0);
		admit(near);
		_parts->advance(20s);
		expectGone();
	}

	void testItDoesNotWaitOnceItsTunnelHasEnded()
	{
		auto [peer, ours] = _parts->connect();
		const auto connection =
			std::make_shared<StandbyConnection>(_parts->standbys(), 1, ours.socket()); // not admitted
		CPPUNIT_ASSERT(!connection->wait());
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->watch().size());
	}

	void testItEndsWhereTheWatchHasStopped()
	{
		_parts->watch().stop();
		auto peer = wait();
		expectGone();
		peer.expectClosed();
	}

private:
	[[nodiscard]] ScriptedPeer wait()
	/// The client's end of a connection that waits.
	{
		auto [peer, ours] = _parts->connect();
		admit(ours.socket());
		return std::move(peer);
	}

	void admit(const Poco::Net::StreamSocket& socket)
	{
		CPPUNIT_ASSERT(Standbys::Admission::Admitted == _parts->standbys().admit(_ticket, "", socket));
	}

	void expectGone()
	{
		CPPUNIT_ASSERT(eventually([this] { return _parts->standbys().count() == 0; }));
		CPPUNIT_ASSERT(!_parts->standbys().take(1));
	}

	std::optional<ServerParts> _parts;
	Poco::UUID _ticket;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandbyConnectionTest);
