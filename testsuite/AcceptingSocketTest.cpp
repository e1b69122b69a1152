//
// AcceptingSocketTest.cpp
//

#include "Server/AcceptingSocket.h"
#include "Server/SpareDescriptor.h"
#include "Shared/Listener.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/FailingCall.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/ServerParts.h"

#include <Poco/Exception.h>
#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <sys/syscall.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class AcceptingSocketTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AcceptingSocketTest);
	CPPUNIT_TEST(testGivesWhoConnects);
	CPPUNIT_TEST(testPollWithoutAnybodyIsFalse);
	CPPUNIT_TEST(testAsksAgainForTheSame);
	CPPUNIT_TEST(testAcceptWithoutPollThrows);
	CPPUNIT_TEST(testListenerGoesOnWhenTheOneGivenIsClosed);
	CPPUNIT_TEST(testShortageResetsWhoConnects);
	CPPUNIT_TEST(testShortageWithoutRemedyPauses);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		_spare.emplace();
		_listener.emplace(listenOn("127.0.0.1", 0));
		_socket.emplace(*_listener, Acceptor("this test", _parts->standbys(), *_spare, _parts->clock()));
	}

	void tearDown() override
	{
		_socket.reset();
		_listener.reset();
		_spare.reset();
		_parts.reset();
	}

	void testGivesWhoConnects()
	{
		auto peer = connect();
		CPPUNIT_ASSERT(poll());
		ScriptedPeer near(_socket->acceptConnection());
		near.send("x");
		peer.expect("x");
		CPPUNIT_ASSERT_EQUAL(peer.socket().address().toString(), near.socket().peerAddress().toString());
	}

	void testPollWithoutAnybodyIsFalse()
	{
		CPPUNIT_ASSERT(!_socket->poll(0, Poco::Net::Socket::SELECT_READ));
	}

	void testAsksAgainForTheSame()
	{
		auto first = connect();
		CPPUNIT_ASSERT(poll() && poll());
		ScriptedPeer near(_socket->acceptConnection());
		CPPUNIT_ASSERT(!_socket->poll(0, Poco::Net::Socket::SELECT_READ));
	}

	void testAcceptWithoutPollThrows()
	{
		auto peer = connect();
		CPPUNIT_ASSERT_THROW(static_cast<void>(_socket->acceptConnection()), Poco::IllegalStateException);
	}

	void testListenerGoesOnWhenTheOneGivenIsClosed()
	{
		const auto port = _listener->address().port();
		_listener->close();
		auto peer = ScriptedPeer::connectTo(port);
		CPPUNIT_ASSERT(poll());
		_socket->close();
		CPPUNIT_ASSERT(ScriptedPeer::isRefused(port));
	}

	void testShortageResetsWhoConnects()
	{
		auto peer = connect();
		{
			const DescriptorShortage shortage;
			CPPUNIT_ASSERT(!poll());
		}
		peer.expectReset();
		auto next = connect();
		CPPUNIT_ASSERT(poll());
	}

	void testShortageWithoutRemedyPauses()
	{
		auto peer = connect();
		withFailingCall(SYS_accept4, EMFILE,
			[this]
			{
				const auto before = Clock::system().now();
				CPPUNIT_ASSERT(!poll());
				CPPUNIT_ASSERT(Clock::system().now() - before >= 99ms);
			});
		CPPUNIT_ASSERT(poll());
	}

private:
	[[nodiscard]] bool poll()
	{
		return _socket->poll(Poco::Timespan(PATIENCE.count(), 0), Poco::Net::Socket::SELECT_READ);
	}

	[[nodiscard]] ScriptedPeer connect() const { return ScriptedPeer::connectTo(_socket->address().port()); }

	std::optional<ServerParts> _parts;
	std::optional<SpareDescriptor> _spare;
	std::optional<Poco::Net::ServerSocket> _listener;
	std::optional<AcceptingSocket> _socket;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AcceptingSocketTest);
