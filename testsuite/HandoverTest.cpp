//
// HandoverTest.cpp
//

#include "Server/Handover.h"
#include "Shared/SocketOptions.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class HandoverTest : public CppUnit::TestFixture
/// A standby connection is made *slow* by what it owes its client already:
/// nothing more is acknowledged, while there is room to send.
{
	CPPUNIT_TEST_SUITE(HandoverTest);
	CPPUNIT_TEST(testVisitorArrivesBehindItsId);
	CPPUNIT_TEST(testServiceThatSpeaksFirstIsHeard);
	CPPUNIT_TEST(testNoMoreThanSixteenKibibytesAreSentUnconfirmed);
	CPPUNIT_TEST(testAcknowledgementConfirms);
	CPPUNIT_TEST(testByteBackConfirms);
	CPPUNIT_TEST(testWithoutConfirmationItIsAnnouncedAgainAfterASecond);
	CPPUNIT_TEST(testSlowLinkThatAcknowledgesIsGivenTime);
	CPPUNIT_TEST(testSlowLinkIsGivenTenSecondsAtMost);
	CPPUNIT_TEST(testWhatWasKeptComesFirstAndOnceAfterGivingUp);
	CPPUNIT_TEST(testEndOfTheVisitorIsCarriedThroughOnConfirmation);
	CPPUNIT_TEST(testEndOfTheVisitorIsCarriedThroughAfterGivingUp);
	CPPUNIT_TEST(testResetOfTheVisitorReachesTheClient);
	CPPUNIT_TEST(testConnectionResetBeforeIsAnnouncedAgainAtOnce);
	CPPUNIT_TEST(testConnectionClosedBeforeIsAnnouncedAgainAtOnce);
	CPPUNIT_TEST(testConnectionResetMeanwhileIsAnnouncedAgainAtOnce);
	CPPUNIT_TEST(testAnswerAheadOfAResetReachesTheVisitor);
	CPPUNIT_TEST(testClientThatHadItAndResetRefusesIt);
	CPPUNIT_TEST(testVisitorIsResetWhereItsTunnelHasEnded);
	CPPUNIT_TEST(testEndOfTheServerResetsBoth);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_parts.emplace();
		_control.emplace(_parts->begin());
		_port = openTunnel(*_control);
		_control->expectFrame("\"Heartbeat\"");
		makeStandby();
		auto pair = _visitors.make();
		_visitorNear = pair.near;
		_visitor.emplace(pair.far);
	}

	void tearDown() override
	{
		_visitorNear = Poco::Net::StreamSocket();
		_near = Poco::Net::StreamSocket();
		_visitor.reset();
		_standby.reset();
		_control.reset();
		_parts.reset();
	}

	void testVisitorArrivesBehindItsId()
	{
		_visitor->send("question");
		handOver();
		_standby->expect(frame() + "question");
		_standby->send("answer");
		_visitor->expect("answer");
		_visitor->shutdownSend();
		_standby->expectEof();
		_standby->send("more");
		_standby->shutdownSend();
		_visitor->expect("more");
		_visitor->expectEof();
		expectNotAnnounced();
	}

	void testServiceThatSpeaksFirstIsHeard()
	{
		beSlow();
		handOver();
		_standby->send("greeting");
		_visitor->expect("greeting");
		_visitor->send("question");
		expectAtStandby(frame() + "question");
	}

	void testNoMoreThanSixteenKibibytesAreSentUnconfirmed()
	{
		beSlow();
		const std::string stream = ByteSource(1).next(50000);
		_visitor->send(stream);
		handOver();
		const auto owed = static_cast<int>(_owed + frame().size() + KEPT);
		CPPUNIT_ASSERT(eventually([&] { return sentSoFar() >= owed; }));
		for (int i = 0; i < 3; ++i)
		{
			_parts->advance(160ms);
			CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
			CPPUNIT_ASSERT_EQUAL(owed, sentSoFar());
		}
	}

	void testAcknowledgementConfirms()
	{
		beSlow();
		const std::string stream = ByteSource(2).next(1000000);
		auto sending = std::async(std::launch::async, [&] { _visitor->send(stream); });
		handOver();
		expectAtStandby(frame() + stream.substr(0, KEPT));
		_standby->expectSilence(30ms); // nobody has looked since
		CPPUNIT_ASSERT(eventually([this] { return unsentBytes(_near) == 0; }));
		_parts->advance(160ms);
		_standby->expect(stream.substr(KEPT));
		sending.get();
		expectNotAnnounced();
	}

	void testByteBackConfirms()
	{
		beSlow();
		const std::string stream = ByteSource(3).next(1000000);
		auto sending = std::async(std::launch::async, [&] { _visitor->send(stream); });
		handOver();
		_standby->send("x");
		_visitor->expect("x");
		_parts->advance(2s);
		expectAtStandby(frame() + stream);
		sending.get();
		expectNotAnnounced();
	}

	void testWithoutConfirmationItIsAnnouncedAgainAfterASecond()
	{
		beSlow();
		_visitor->send("question");
		handOver();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->relays().countExpected()); // a drain waits for it
		_parts->advance(999ms);
		_control->expectFrame("\"Heartbeat\"");
		expectNotAnnounced();
		_parts->advance(1ms);
		auto data = claim();
		data.expect("question");
		data.send("answer");
		_visitor->expect("answer");
		expectStandbyReset();
		CPPUNIT_ASSERT(eventually([this] { return _parts->relays().countExpected() == 0; }));
	}

	void testSlowLinkThatAcknowledgesIsGivenTime()
	{
		beSlow();
		_visitor->send("question");
		handOver();
		for (int i = 0; i < 5; ++i) acknowledgeWithin(960ms);
		expectAtStandby(frame() + "question");
		_standby->send("answer");
		_visitor->expect("answer");
	}

	void testSlowLinkIsGivenTenSecondsAtMost()
	{
		beSlow();
		_visitor->send("question");
		handOver();
		for (int i = 0; i < 10; ++i) acknowledgeWithin(960ms);
		_parts->advance(400ms);
		claim().expect("question");
	}

	void testWhatWasKeptComesFirstAndOnceAfterGivingUp()
	{
		beSlow();
		const std::string stream = ByteSource(4).next(1000000);
		auto sending = std::async(std::launch::async, [&] { _visitor->send(stream); });
		handOver();
		CPPUNIT_ASSERT(eventually([this] { return sentSoFar() == int(_owed + frame().size() + KEPT); }));
		_parts->advance(1s);
		claim().expect(stream);
		sending.get();
	}

	void testEndOfTheVisitorIsCarriedThroughOnConfirmation()
	{
		beSlow();
		_visitor->send("question");
		_visitor->shutdownSend();
		handOver();
		_standby->send("answer");
		_visitor->expect("answer");
		expectAtStandby(frame() + "question");
		_standby->expectEof();
		_standby->shutdownSend();
		_visitor->expectEof();
	}

	void testEndOfTheVisitorIsCarriedThroughAfterGivingUp()
	{
		beSlow();
		_visitor->send("question");
		_visitor->shutdownSend();
		handOver();
		_parts->advance(1s);
		auto data = claim();
		data.expect("question");
		data.expectEof();
		data.send("answer");
		_visitor->expect("answer");
	}

	void testResetOfTheVisitorReachesTheClient()
	{
		beSlow();
		handOver();
		_visitor->reset();
		expectStandbyReset();
		expectNotAnnounced();
	}

	void testConnectionResetBeforeIsAnnouncedAgainAtOnce()
	{
		_visitor->send("question");
		_standby->reset();
		handOver();
		claim().expect("question");
	}

	void testConnectionClosedBeforeIsAnnouncedAgainAtOnce()
	{
		// No byte of the visitor's follows the frame, whose sending would fail.
		_standby->close();
		handOver();
		auto data = claim();
		_visitor->send("question");
		data.expect("question");
	}

	void testConnectionResetMeanwhileIsAnnouncedAgainAtOnce()
	{
		beSlow();
		_visitor->send("question");
		handOver();
		_standby->reset();
		claim().expect("question");
	}

	void testAnswerAheadOfAResetReachesTheVisitor()
	{
		beSlow();
		_standby->send("answer"); // it waits to be read, as after a quick service
		_standby->reset();
		handOver();
		_visitor->expect("answer");
		_visitor->expectReset();
		expectNotAnnounced();
	}

	void testClientThatHadItAndResetRefusesIt()
	{
		beSlow();
		handOver();
		expectAtStandby(frame());
		CPPUNIT_ASSERT(eventually([this] { return unsentBytes(_near) == 0; }));
		_standby->reset();
		_visitor->expectReset();
		expectNotAnnounced();
	}

	void testVisitorIsResetWhereItsTunnelHasEnded()
	{
		beSlow();
		handOver();
		_control->close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == 0; }));
		_parts->advance(1s);
		_visitor->expectReset();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->visitors().count());
	}

	void testEndOfTheServerResetsBoth()
	{
		beSlow();
		handOver();
		_parts.reset();
		_visitor->expectReset();
		expectStandbyReset();
	}

private:
	static constexpr std::size_t KEPT = 16 * 1024;

	void makeStandby(const LoopbackBuffers& buffers = {})
	{
		auto pair = LoopbackPairs(buffers).make();
		_near = pair.near;
		_standby.emplace(pair.far);
	}

	void beSlow()
	{
		makeStandby({4 * 1024 * 1024, 0, 0, 4096});
		_owed = 1000000;
		ScriptedPeer(_near).send(std::string(_owed, '-'));
		// Until the other kernel takes no more.
		int unsent = -1;
		int looksAlike = 0;
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				const int now = unsentBytes(_near);
				looksAlike = now == unsent ? looksAlike + 1 : 0;
				unsent = now;
				return looksAlike >= 50;
			}));
		CPPUNIT_ASSERT(unsent > 0);
		_acknowledged = static_cast<int>(_owed) - unsent;
	}

	void acknowledgeWithin(Duration span)
	/// The client's machine takes some of what it was sent, and then so much time has passed.
	{
		constexpr std::size_t SOME = 90000;
		const int before = unsentBytes(_near);
		_standby->expect(std::string(SOME, '-'));
		_owed -= SOME;
		CPPUNIT_ASSERT(eventually([&] { return unsentBytes(_near) < before; }));
		_parts->advance(span);
		CPPUNIT_ASSERT(eventually([this] { return _parts->watch().size() == 1; }));
	}

	[[nodiscard]] int sentSoFar() const
	/// Bytes written to the slow standby connection.
	{
		return unsentBytes(_near) + _acknowledged;
	}

	void handOver()
	{
		Visitor visitor{_visitorNear, "a visitor", 1, _port};
		std::make_shared<Handover>(_parts->context(), _id, std::move(visitor), _near)->begin();
	}

	[[nodiscard]] std::string frame() const { return "{\"Connection\":\"" + _id.toString() + "\"}" + '\0'; }

	void expectAtStandby(const std::string& bytes)
	{
		_standby->expect(std::string(_owed, '-'));
		_standby->expect(bytes);
	}

	void expectStandbyReset()
	{
		CPPUNIT_ASSERT(eventually(
			[this]
			{
				try
				{
					_standby->expectReset();
					return true;
				}
				catch (const CppUnit::Exception&)
				{
					static_cast<void>(_standby->receiveSome());
					return false;
				}
			}));
	}

	void expectNotAnnounced() { _control->expectSilence(30ms); }

	[[nodiscard]] ScriptedPeer claim()
	/// Announced again, under the same id, the visitor is claimed.
	{
		CPPUNIT_ASSERT_EQUAL(_id.toString(), announcedVisitor(*_control));
		auto data = _parts->begin();
		data.send(acceptFrame(_id.toString()));
		return data;
	}

	const Poco::UUID _id = secureRandomUuid();
	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _control;
	std::uint16_t _port = 0;
	LoopbackPairs _visitors;
	Poco::Net::StreamSocket _visitorNear;
	std::optional<ScriptedPeer> _visitor;
	Poco::Net::StreamSocket _near;
	std::optional<ScriptedPeer> _standby;
	std::size_t _owed = 0; // bytes that the slow standby connection was sent before
	int _acknowledged = 0; // of those
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandoverTest);
