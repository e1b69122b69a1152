//
// SpareDescriptorTest.cpp
//

#include "Server/SpareDescriptor.h"
#include "Shared/Listener.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/FailingCall.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class SpareDescriptorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SpareDescriptorTest);
	CPPUNIT_TEST(testResetsWhoWaits);
	CPPUNIT_TEST(testNobodyWaits);
	CPPUNIT_TEST(testResetsManyWithoutAnotherDescriptor);
	CPPUNIT_TEST(testTakesItsDescriptorAgainLater);
	CPPUNIT_TEST(testFailureIsTold);
	CPPUNIT_TEST(testConnectionIsAffordedWhileTheSpareIsThere);
	CPPUNIT_TEST(testLostSpareIsGotAgain);
	CPPUNIT_TEST(testConnectionPaysForALostSpare);
	CPPUNIT_TEST_SUITE_END();

	using Outcome = SpareDescriptor::Outcome;

public:
	void setUp() override
	{
		_listener.emplace(listenOn("127.0.0.1", 0));
		_listener->setBlocking(false);
		_spare.emplace();
	}

	void tearDown() override
	{
		_spare.reset();
		_listener.reset();
	}

	void testResetsWhoWaits()
	{
		auto peer = connect();
		CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::TurnedAway);
		peer.expectReset();
	}

	void testNobodyWaits()
	{
		const auto before = ProcessStatus::self().descriptors();
		CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::Nobody);
		CPPUNIT_ASSERT_EQUAL(before, ProcessStatus::self().descriptors());
	}

	void testResetsManyWithoutAnotherDescriptor()
	{
		std::vector<ScriptedPeer> peers;
		for (int i = 0; i < 20; ++i) peers.push_back(connect());
		{
			const DescriptorShortage shortage;
			for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::TurnedAway);
			CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::Nobody);
		}
		for (auto& peer : peers) peer.expectReset();
	}

	void testTakesItsDescriptorAgainLater()
	{
		auto peer = connect();
		auto late = connect();
		const auto before = ProcessStatus::self().descriptors();
		CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::TurnedAway);
		CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::TurnedAway);
		CPPUNIT_ASSERT_EQUAL(before, ProcessStatus::self().descriptors());
		peer.expectReset();
		late.expectReset();
	}

	void testFailureIsTold()
	{
		auto peer = connect();
		auto outcome = Outcome::Nobody;
		withFailingCall(SYS_accept4, ENOMEM, [&] { outcome = _spare->turnAway(fd()); });
		CPPUNIT_ASSERT(outcome == Outcome::Failed);
		CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::TurnedAway);
		peer.expectReset();
	}

	void testConnectionIsAffordedWhileTheSpareIsThere()
	{
		auto peer = connect();
		Descriptor connection = accept();
		const DescriptorShortage shortage;
		CPPUNIT_ASSERT(_spare->affords(connection));
		CPPUNIT_ASSERT(connection);
	}

	void testLostSpareIsGotAgain()
	{
		loseSpare();
		auto peer = connect();
		Descriptor connection = accept();
		const auto before = ProcessStatus::self().descriptors();
		CPPUNIT_ASSERT(_spare->affords(connection));
		CPPUNIT_ASSERT(connection);
		CPPUNIT_ASSERT_EQUAL(before + 1, ProcessStatus::self().descriptors());
	}

	void testConnectionPaysForALostSpare()
	{
		loseSpare();
		auto peer = connect();
		auto late = connect();
		Descriptor connection = accept();
		{
			const DescriptorShortage shortage;
			CPPUNIT_ASSERT(!_spare->affords(connection));
			CPPUNIT_ASSERT(!connection);
			CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::TurnedAway);
		}
		peer.expectReset();
		late.expectReset();
	}

private:
	void loseSpare()
	/// As if another thread had taken it while it was given up.
	{
		withFailingCall(
			SYS_eventfd2, EMFILE, [this] { CPPUNIT_ASSERT(_spare->turnAway(fd()) == Outcome::Nobody); });
	}

	[[nodiscard]] Descriptor accept() const
	{
		return Descriptor::checked(::accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC), "accept4");
	}

	[[nodiscard]] int fd() const { return _listener->impl()->sockfd(); }
	[[nodiscard]] ScriptedPeer connect() const
	{
		return ScriptedPeer::connectTo(_listener->address().port());
	}

	std::optional<Poco::Net::ServerSocket> _listener;
	std::optional<SpareDescriptor> _spare;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpareDescriptorTest);
