//
// AdmissionsTest.cpp
//
// By addresses no test could connect from; and what a guesser meets.
//

#include "Server/Admissions.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ServerParts.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class AdmissionsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AdmissionsTest);
	CPPUNIT_TEST(testAddressesHaveTheirOwnTunnels);
	CPPUNIT_TEST(testMappedAddressIsTheSame);
	CPPUNIT_TEST(testNetworkOf64IsOneAddress);
	CPPUNIT_TEST(testWhatIsRefusedHoldsNoPlace);
	CPPUNIT_TEST(testWhoIsKeptOutIsCountedByItsKey);
	CPPUNIT_TEST(testAccessMayBeReplacedWhileVisitorsCome);
	CPPUNIT_TEST(testEveryFailureIsALineForFail2ban);
	CPPUNIT_TEST(testGuesserIsHeldBackThenRefusedThenForgiven);
	CPPUNIT_TEST(testUnansweredChallengeIsNoFailure);
	CPPUNIT_TEST(testGuesserThatResetsIsForgottenAtOnce);
	CPPUNIT_TEST(testLimitsMayBeReplacedAndCountWhoIsThere);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _log.emplace(); }

	void tearDown() override { _log.reset(); }

	void testAddressesHaveTheirOwnTunnels()
	{
		_limits.tunnelsPerAddress = 1;
		Admissions admissions(_limits, _clock);
		const auto first = admissions.tunnel({"192.0.2.1", 1});
		CPPUNIT_ASSERT(!admissions.tunnel({"192.0.2.1", 2}).refusal.empty());
		CPPUNIT_ASSERT(admissions.tunnel({"192.0.2.2", 1}).refusal.empty());
	}

	void testMappedAddressIsTheSame()
	{
		_limits.tunnelsPerAddress = 1;
		Admissions admissions(_limits, _clock);
		const auto first = admissions.tunnel({"192.0.2.1", 1});
		CPPUNIT_ASSERT(!admissions.tunnel({"::ffff:192.0.2.1", 2}).refusal.empty());
	}

	void testNetworkOf64IsOneAddress()
	{
		_limits.connectionsPerVisitor = 1;
		Admissions admissions(_limits, _clock);
		const auto first = admissions.visitor(1, 80, {"2001:db8::1", 1});
		CPPUNIT_ASSERT(!admissions.visitor(1, 80, {"2001:db8::2", 1}));
		CPPUNIT_ASSERT(admissions.visitor(1, 80, {"2001:db8:0:1::1", 1}));
	}

	void testWhatIsRefusedHoldsNoPlace()
	{
		_limits.newTunnelsPerMinute = 1;
		_limits.connectionsPerVisitor = 1;
		Admissions admissions(_limits, _clock);
		const auto tunnel = admissions.tunnel({"192.0.2.1", 1});
		const auto visitor = admissions.visitor(1, 80, {"192.0.2.1", 1});
		for (int i = 0; i < 5; ++i)
		{
			CPPUNIT_ASSERT(!admissions.tunnel({"192.0.2.1", 1}).place);
			CPPUNIT_ASSERT(!admissions.visitor(1, 80, {"192.0.2.1", 1}));
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), admissions.tunnels().count());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), admissions.connections().count());
	}

	void testWhoIsKeptOutIsCountedByItsKey()
	{
		Admissions admissions(_limits, _clock, only("192.0.2.1"));
		CPPUNIT_ASSERT(!admissions.denialOfVisitor({"::ffff:192.0.2.1", 1}, 80));
		CPPUNIT_ASSERT_EQUAL(
			std::string("visitors.allow"), admissions.denialOfVisitor({"192.0.2.2", 1}, 80)->key);
		CPPUNIT_ASSERT(!admissions.denialOfClient({"192.0.2.2", 1}));
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), admissions.refusals().count("visitors.allow"));
		CPPUNIT_ASSERT_EQUAL(std::string("Warning bore.server.access: visitor 192.0.2.2:1 on port 80 refused:"
										 " its address is not in visitors.allow\n"),
			_log->text());
	}

	void testAccessMayBeReplacedWhileVisitorsCome()
	{
		// Whichever rules count, the one is always let in and the other never.
		Admissions admissions(_limits, _clock, only("192.0.2.0/24"));
		std::atomic<bool> done{false};
		std::atomic<int> replaced{0};
		const auto replacing = std::async(std::launch::async,
			[&]
			{
				for (; !done; ++replaced)
					admissions.replaceAccess(std::make_shared<const AccessRules>(
						only(replaced % 2 == 0 ? "192.0.2.7" : "192.0.2.0/24")));
			});
		const bool began = eventually([&] { return replaced > 0; });
		int wrong = 0;
		for (int i = 0; i < 2000; ++i)
		{
			wrong += admissions.denialOfVisitor({"192.0.2.7", 1}, 80) ? 1 : 0;
			wrong += admissions.denialOfVisitor({"198.51.100.1", 1}, 80) ? 0 : 1;
		}
		done = true;
		CPPUNIT_ASSERT(began);
		CPPUNIT_ASSERT_EQUAL(0, wrong);
	}

	void testEveryFailureIsALineForFail2ban()
	{
		Admissions admissions(_limits, _clock);
		for (const char* host : {"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"})
			static_cast<void>(admissions.failedAuthentication({host, 4711}));
		const std::string prefix = "Warning bore.server.authentication: authentication failed for ";
		CPPUNIT_ASSERT_EQUAL(prefix + "192.0.2.1 (1 times within a minute)\n" + prefix +
								 "192.0.2.1 (2 times within a minute)\n" + prefix +
								 "2001:db8::1 (1 times within a minute)\n",
			_log->text());
	}

	void testGuesserIsHeldBackThenRefusedThenForgiven()
	{
		_limits.delayAfter = 2;
		_limits.refuseAfter = 3;
		ServerParts parts("secret", 4096, 64, _limits);
		guess(parts, 1).expectFrame(INVALID);
		for (int failure = 2; failure <= 3; ++failure)
		{
			auto peer = guess(parts, failure);
			peer.expectSilence(30ms);
			parts.advance(1s);
			peer.expectFrame(INVALID);
		}
		parts.begin().expectReset(); // without a challenge
		parts.advance(59s);          // of the sixty that began with the third failure
		guess(parts, 1).expectFrame(INVALID);
	}

	void testUnansweredChallengeIsNoFailure()
	{
		_limits.refuseAfter = 1;
		ServerParts parts("secret", 4096, 64, _limits);
		for (int i = 0; i < 5; ++i)
		{
			auto peer = parts.begin();
			static_cast<void>(peer.receiveFrame());
		}
		auto silent = parts.begin();
		static_cast<void>(silent.receiveFrame());
		parts.advance(3s);
		silent.expectFrame("{\"Error\":\"timed out waiting for initial message\"}");
		CPPUNIT_ASSERT(parts.begin().receiveFrame().rfind("{\"Challenge\"", 0) == 0);
	}

	void testGuesserThatResetsIsForgottenAtOnce()
	{
		_limits.delayAfter = 1;
		ServerParts parts("secret", 4096, 64, _limits);
		auto peer = guess(parts, 1);
		CPPUNIT_ASSERT(eventually([&] { return parts.watch().size() == 1; }));
		peer.reset();
		CPPUNIT_ASSERT(eventually([&] { return parts.handshakes().count() == 0; }));
	}

	void testLimitsMayBeReplacedAndCountWhoIsThere()
	{
		Admissions admissions(_limits, _clock);
		const auto tunnel = admissions.tunnel({"192.0.2.1", 1});
		const auto handshake = admissions.handshake({"192.0.2.1", 1});
		const auto visitor = admissions.visitor(1, 80, {"192.0.2.1", 1});
		_limits.tunnelsPerAddress = _limits.handshakesPerAddress = _limits.connectionsPerVisitor = 1;
		_limits.connectionsPerTunnel = 2;
		admissions.replaceLimits(_limits);
		CPPUNIT_ASSERT(!admissions.tunnel({"192.0.2.1", 2}).refusal.empty());
		CPPUNIT_ASSERT(!admissions.handshake({"192.0.2.1", 2}));
		CPPUNIT_ASSERT(!admissions.visitor(2, 81, {"192.0.2.1", 2}));
		const auto other = admissions.visitor(1, 80, {"192.0.2.2", 2});
		CPPUNIT_ASSERT(other);
		CPPUNIT_ASSERT(!admissions.visitor(1, 80, {"192.0.2.3", 2}));
		_limits = {};
		_limits.newTunnelsPerMinute = 1;
		_limits.connections = 2;
		admissions.replaceLimits(_limits);
		CPPUNIT_ASSERT(admissions.handshake({"192.0.2.1", 2}));
		CPPUNIT_ASSERT(!admissions.visitor(2, 81, {"192.0.2.4", 2}));
		CPPUNIT_ASSERT(!admissions.tunnel({"192.0.2.1", 3}).refusal.empty()); // not the first in this minute
		CPPUNIT_ASSERT(admissions.tunnel({"192.0.2.2", 3}).refusal.empty());
		_limits.tunnels = 1;
		admissions.replaceLimits(_limits);
		CPPUNIT_ASSERT(!admissions.tunnel({"192.0.2.5", 3}).refusal.empty());
	}

private:
	static constexpr char INVALID[] = "{\"Error\":\"invalid secret\"}";

	[[nodiscard]] static AccessRules only(const std::string& visitors)
	{
		return AccessRules({}, AccessList("visitors", NetworkSet::parse(visitors), {}), {});
	}

	[[nodiscard]] ScriptedPeer guess(ServerParts& parts, int failure)
	/// A wrong answer, once it is counted as that failure of the minute.
	{
		const auto before = _log->text().size();
		auto peer = parts.begin();
		static_cast<void>(peer.receiveFrame());
		peer.sendFrame("{\"Authenticate\":\"" + std::string(64, '0') + "\"}");
		const std::string line =
			"authentication failed for 127.0.0.1 (" + std::to_string(failure) + " times within a minute)";
		CPPUNIT_ASSERT(eventually([&] { return _log->text().find(line, before) != std::string::npos; }));
		return peer;
	}

	std::optional<CapturedLog> _log;
	Limits _limits;
	ManualClock _clock;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionsTest);
