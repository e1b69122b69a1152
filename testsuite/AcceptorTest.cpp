//
// AcceptorTest.cpp
//

#include "Server/Acceptor.h"
#include "Server/SpareDescriptor.h"
#include "Server/Standbys.h"
#include "Shared/Listener.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/FailingCall.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/ServerParts.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class AcceptorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AcceptorTest);
	CPPUNIT_TEST(testAcceptsWhoWaits);
	CPPUNIT_TEST(testNobodyWaits);
	CPPUNIT_TEST(testWhomTheDoorKeepsOutIsReset);
	CPPUNIT_TEST(testShortageResetsWhoWaits);
	CPPUNIT_TEST(testShortageWithoutAnybodyIsNoPause);
	CPPUNIT_TEST(testStandbyConnectionGoesFirst);
	CPPUNIT_TEST(testShortageWithoutRemedyPauses);
	CPPUNIT_TEST(testLostSpareTakesTheNextConnectionsPlace);
	CPPUNIT_TEST(testTroubleOfOneConnectionIsPassedOver);
	CPPUNIT_TEST(testListenerThatIsGonePauses);
	CPPUNIT_TEST(testShortageIsLoggedOnceASpell);
	CPPUNIT_TEST_SUITE_END();

	using Outcome = Acceptor::Outcome;

public:
	void setUp() override
	{
		_log.emplace();
		_parts.emplace();
		_spare.emplace();
		_listener.emplace(listenOn("127.0.0.1", 0));
		_listener->setBlocking(false);
		_acceptor.emplace("this test", _parts->standbys(), *_spare, _parts->clock());
	}

	void tearDown() override
	{
		_acceptor.reset();
		_listener.reset();
		_spare.reset();
		_parts.reset();
		_log.reset();
	}

	void testAcceptsWhoWaits()
	{
		auto peer = connect();
		auto result = _acceptor->accept(fd());
		CPPUNIT_ASSERT(result.outcome == Outcome::Accepted);
		CPPUNIT_ASSERT(result.connection);
		CPPUNIT_ASSERT_EQUAL(peer.socket().address().toString(), result.peer.toString());
	}

	void testNobodyWaits() { CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Nobody); }

	void testWhomTheDoorKeepsOutIsReset()
	{
		auto first = connect();
		auto second = connect();
		Poco::Net::SocketAddress asked;
		Acceptor choosy("this test", _parts->standbys(), *_spare, _parts->clock(),
			[&](const Poco::Net::SocketAddress& peer)
			{
				asked = peer;
				return peer == second.socket().address();
			});
		CPPUNIT_ASSERT(choosy.accept(fd()).outcome == Outcome::Again);
		CPPUNIT_ASSERT_EQUAL(first.socket().address().toString(), asked.toString());
		first.expectReset();
		const auto result = choosy.accept(fd());
		CPPUNIT_ASSERT(result.outcome == Outcome::Accepted && result.connection);
		CPPUNIT_ASSERT(choosy.accept(fd()).outcome == Outcome::Nobody);
	}

	void testShortageResetsWhoWaits()
	{
		auto first = connect();
		auto second = connect();
		{
			const DescriptorShortage shortage;
			CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Again);
			CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Again);
			first.expectReset();
		}
		second.expectReset();
		auto third = connect();
		CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Accepted);
	}

	void testShortageWithoutAnybodyIsNoPause()
	{
		const DescriptorShortage shortage;
		CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Nobody);
	}

	void testStandbyConnectionGoesFirst()
	{
		auto [far, near] = _parts->connect();
		const auto ticket = _parts->standbys().grant(1, 1, "");
		CPPUNIT_ASSERT(_parts->standbys().admit(ticket, "", near.socket()) == Standbys::Admission::Admitted);
		near.socket() = Poco::Net::StreamSocket();
		auto peer = connect();
		{
			const DescriptorShortage shortage;
			CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Again);
			CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->standbys().count());
			CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Accepted);
		}
		far.expectClosed();
	}

	void testShortageWithoutRemedyPauses()
	{
		auto peer = connect();
		for (const int error : {EMFILE, ENFILE, ENOMEM, ENOBUFS})
			CPPUNIT_ASSERT(outcomeOf(error) == Outcome::Pause);
		CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Accepted);
	}

	void testLostSpareTakesTheNextConnectionsPlace()
	{
		// As if another thread had been quicker when it was given up.
		withFailingCall(SYS_eventfd2, EMFILE, [this] { static_cast<void>(_spare->turnAway(fd())); });
		auto first = connect();
		auto second = connect();
		{
			std::optional<Descriptor> free(::dup(STDERR_FILENO));
			const DescriptorShortage shortage;
			free.reset();
			CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Again); // the first, in the free place
			CPPUNIT_ASSERT(_acceptor->accept(fd()).outcome == Outcome::Again); // the second, by the spare
		}
		first.expectReset();
		second.expectReset();
	}

	void testTroubleOfOneConnectionIsPassedOver()
	{
		for (const int error : {ECONNABORTED, EINTR, EPROTO, EPERM, ENETDOWN, EHOSTUNREACH})
			CPPUNIT_ASSERT(outcomeOf(error) == Outcome::Again);
		CPPUNIT_ASSERT_EQUAL(std::string(), _log->text());
	}

	void testListenerThatIsGonePauses() { CPPUNIT_ASSERT(_acceptor->accept(-1).outcome == Outcome::Pause); }

	void testShortageIsLoggedOnceASpell()
	{
		for (int i = 0; i < 5; ++i)
		{
			static_cast<void>(outcomeOf(EMFILE));
			_parts->clock().advance(9s);
		}
		CPPUNIT_ASSERT_EQUAL(1, lines("this test cannot accept connections for now"));
		_parts->clock().advance(1s);
		static_cast<void>(outcomeOf(EMFILE));
		CPPUNIT_ASSERT_EQUAL(2, lines("this test cannot accept connections for now"));
	}

private:
	[[nodiscard]] int fd() const { return _listener->impl()->sockfd(); }
	[[nodiscard]] ScriptedPeer connect() const
	{
		return ScriptedPeer::connectTo(_listener->address().port());
	}

	[[nodiscard]] Outcome outcomeOf(int error)
	{
		auto outcome = Outcome::Nobody;
		withFailingCall(SYS_accept4, error, [&] { outcome = _acceptor->accept(fd()).outcome; });
		return outcome;
	}

	[[nodiscard]] int lines(const std::string& text) const
	{
		const auto log = _log->text();
		int count = 0;
		for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
		return count;
	}

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::optional<SpareDescriptor> _spare;
	std::optional<Poco::Net::ServerSocket> _listener;
	std::optional<Acceptor> _acceptor;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AcceptorTest);
