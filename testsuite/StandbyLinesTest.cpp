//
// StandbyLinesTest.cpp
//
// All of a client's standby connections, with a test in the part of the server.
//

#include "Client/StandbyLines.h"
#include "testsuite/support/CallFaults.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/SessionRig.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace Bore::Test::RecordedProof;
using namespace std::chrono_literals;
using namespace std::string_literals;

class StandbyLinesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StandbyLinesTest);
	CPPUNIT_TEST(testOfferIsTheFirstWordAfterHello);
	CPPUNIT_TEST(testOfferWithoutStandbyIsMadeForTheTicket);
	CPPUNIT_TEST(testServerThatDoesNotAnswerGetsNone);
	CPPUNIT_TEST(testAsManyAsWereGrantedAreOpened);
	CPPUNIT_TEST(testNoMoreThanWereOfferedAreOpened);
	CPPUNIT_TEST(testGrantOfNoneOpensNone);
	CPPUNIT_TEST(testUnaskedGrantOpensNone);
	CPPUNIT_TEST(testTheyAreOpenedSideBySide);
	CPPUNIT_TEST(testNewGrantTakesThePlaceOfTheOld);
	CPPUNIT_TEST(testGrantWithoutATicketIsAFault);
	CPPUNIT_TEST(testVisitorTakesADescriptorOfOneThatWaits);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _rig.emplace(); }

	void tearDown() override { _rig.reset(); }

	void testOfferIsTheFirstWordAfterHello()
	{
		auto server = offered(8);
		server.expectSilence(30ms);
	}

	void testOfferWithoutStandbyIsMadeForTheTicket()
	{
		auto server = offered(0);
		server.expectSilence(50ms);
	}

	void testServerThatDoesNotAnswerGetsNone()
	{
		auto server = offered(8);
		server.sendFrame("\"Heartbeat\"");
		_rig->listener().expectNoConnection(50ms);
		server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
		auto data = _rig->listener().accept();
		data.expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
	}

	void testAsManyAsWereGrantedAreOpened()
	{
		auto server = offered(8);
		grant(server, 3, TICKET);
		const auto lines = accept(3, TICKET);
		_rig->listener().expectNoConnection(30ms);
	}

	void testNoMoreThanWereOfferedAreOpened()
	{
		auto server = offered(2);
		grant(server, 4000000000, TICKET);
		const auto lines = accept(2, TICKET);
		_rig->listener().expectNoConnection(30ms);
	}

	void testGrantOfNoneOpensNone()
	{
		auto server = offered(8);
		grant(server, 0, TICKET);
		_rig->listener().expectNoConnection(30ms);
	}

	void testUnaskedGrantOpensNone()
	{
		auto server = _rig->open();
		grant(server, 8, TICKET);
		_rig->listener().expectNoConnection(30ms);
	}

	void testTheyAreOpenedSideBySide()
	{
		constexpr std::size_t MANY = 20;
		_rig->setStandby(MANY);
		auto server = _rig->start("a secret");
		server.sendFrame(CHALLENGE);
		static_cast<void>(server.receiveFrame());
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Hello\":40123}");
		static_cast<void>(server.receiveFrame());
		grant(server, MANY, TICKET);
		// Each waits for its challenge, and none for another.
		std::vector<ScriptedPeer> lines;
		for (std::size_t i = 0; i < MANY; ++i) lines.push_back(_rig->listener().accept());
	}

	void testNewGrantTakesThePlaceOfTheOld()
	{
		auto server = offered(2);
		grant(server, 2, TICKET);
		auto old = accept(2, TICKET);
		grant(server, 2, OTHER_TICKET);
		for (auto& line : old) line.expectClosed();
		const auto fresh = accept(2, OTHER_TICKET);
		_rig->listener().expectNoConnection(30ms);
	}

	void testGrantWithoutATicketIsAFault()
	{
		auto server = offered(2);
		server.sendFrame("{\"Grant\":{\"standby\":2}}");
		_rig->expectFailure(ExitCode::Lost, "malformed");
	}

	void testVisitorTakesADescriptorOfOneThatWaits()
	{
		auto server = offered(2);
		grant(server, 2, TICKET);
		auto lines = accept(2, TICKET);
		server.sendFrame("\"Heartbeat\"");
		{
			// The first try is the session's own, the second the dial's.
			const CallFaults faulty({Call::Socket, EMFILE}, 1, 2);
			server.sendFrame("{\"Connection\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
			auto data = _rig->listener().accept();
			data.expectFrame("{\"Accept\":\"7844a870-eefb-4da6-a89d-2dac190e7292\"}");
			CPPUNIT_ASSERT(faulty.struck());
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, closedOf(lines));
		_rig->clock().advance(1s); // the pause before its place is filled
		_rig->recheck();
		const auto again = accept(1, TICKET);
	}

private:
	static constexpr char TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a001";
	static constexpr char OTHER_TICKET[] = "0b0e7a4c-3c2e-4c53-8d6c-5a5fb1d1a002";

	[[nodiscard]] ScriptedPeer offered(std::size_t count)
	/// The server's end of the control connection, the Offer read.
	{
		_rig->setStandby(count);
		return _rig->open();
	}

	static void grant(ScriptedPeer& server, std::size_t count, const std::string& ticket)
	{
		server.sendFrame(
			"{\"Grant\":{\"standby\":" + std::to_string(count) + ",\"ticket\":\"" + ticket + "\"}}");
	}

	[[nodiscard]] std::vector<ScriptedPeer> accept(std::size_t count, const std::string& ticket)
	/// The server's ends of so many that wait.
	{
		std::vector<ScriptedPeer> lines;
		for (std::size_t i = 0; i < count; ++i)
		{
			lines.push_back(_rig->listener().accept());
			lines.back().expectFrame("{\"Standby\":\"" + ticket + "\"}");
		}
		return lines;
	}

	[[nodiscard]] static std::size_t closedOf(std::vector<ScriptedPeer>& lines)
	{
		std::size_t closed = 0;
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				closed = static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(),
					[](ScriptedPeer& line)
					{
						char byte = 0;
						return ::recv(line.socket().impl()->sockfd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
					}));
				return closed > 0;
			}));
		return closed;
	}

	std::optional<SessionRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandbyLinesTest);
