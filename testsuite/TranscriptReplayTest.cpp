//
// TranscriptReplayTest.cpp
//
// Every recorded conversation with an original server, byte for byte with ours.
//

#include "Shared/Authenticator.h"
#include "Shared/Extension.h"
#include "Shared/Listener.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/Watch.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/Transcript.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class TranscriptReplayTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TranscriptReplayTest);
	CPPUNIT_TEST(testEveryConversationGoesAsRecorded);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_open.emplace(withAnyPort(RunningServer::onLoopback()));
		_guarded.emplace(withAnyPort(RunningServer::onLoopback(SECRET)), _clock);
	}

	void tearDown() override
	{
		_conversations.clear();
		_open.reset();
		_guarded.reset();
	}

	void testEveryConversationGoesAsRecorded()
	{
		const auto transcripts = loadTranscripts(BORE_TEST_DATA "/transcripts-bore-0.5.2-server.json");
		std::size_t replayed = 0;
		for (const auto& transcript : transcripts)
		{
			try
			{
				replay(transcript);
				++replayed;
			}
			catch (const CppUnit::Exception& e)
			{
				CPPUNIT_FAIL(transcript.name + ": " + e.what());
			}
		}
		CPPUNIT_ASSERT_EQUAL(std::size_t(31), transcripts.size());
		CPPUNIT_ASSERT_EQUAL(transcripts.size(), replayed);
		CPPUNIT_ASSERT_EQUAL(1, _grants);
	}

private:
	[[nodiscard]] static ServerConfig withAnyPort(ServerConfig config)
	/// The recorded server's limits.
	{
		config.minPort = 1024;
		config.maxPort = 65535;
		return config;
	}

	using By = TranscriptStep::By;

	struct Conversation
	/// One connection to the server, and what its recording is replayed with.
	{
		explicit Conversation(ScriptedPeer connected)
			: peer(std::move(connected))
		{
		}

		ScriptedPeer peer;
		std::uint16_t asked = 0;       /// the port of the last Hello, as recorded
		std::string recordedChallenge; /// of the last Challenge
		std::string ourChallenge;
		bool clientIsDue = false; /// a Challenge has come, and no word from the client yet
	};

	void replay(const Transcript& transcript)
	{
		// The second part of a conversation goes on where the first one ended.
		const bool goesOn = transcript.name == "visitor (id varies)";
		const bool withSecret = transcript.name.rfind("auth ", 0) == 0;
		if (goesOn)
			_visitor = ScriptedPeer::connectTo(portFor(_conversations.back().asked)).socket();
		else
			_conversations.emplace_back(ScriptedPeer::connectTo((withSecret ? _guarded : _open)->port()));
		auto& conversation = _conversations.back();
		for (const auto& step : transcript.steps)
		{
			if (step.by == By::Server)
				expect(conversation, step);
			else if (step.by == By::Client)
			{
				send(conversation, step.bytes);
				// The one place where ours says more: an original server never reads the Offer.
				if (transcript.name == "junk after hello is never read" && parseOffer(unended(step.bytes)))
					expectGrant(conversation);
			}
			else
				claim(step.bytes);
		}
	}

	void send(Conversation& conversation, const std::string& recorded)
	{
		conversation.clientIsDue = false;
		conversation.peer.send(translated(conversation, recorded));
	}

	[[nodiscard]] std::string translated(Conversation& conversation, const std::string& recorded)
	/// With the port that stands for the recorded one, and the answer to our
	/// challenge where the recorded one is the answer to the recorded challenge.
	{
		std::optional<ClientMessage> message;
		try
		{
			message = parseClientMessage(std::string_view(recorded).substr(0, recorded.size() - 1));
		}
		catch (const std::exception&)
		{
			return recorded; // wrong on purpose
		}
		if (const auto* const hello = std::get_if<Hello>(&*message))
		{
			conversation.asked = hello->port;
			// Those below 1024 are out of range, and nobody's.
			if (hello->port < 1024) return recorded;
			return format(ClientMessage{Hello{portFor(hello->port)}}) + '\0';
		}
		const auto* const answer = std::get_if<Authenticate>(&*message);
		if (answer == nullptr || !isAnswerTo(conversation.recordedChallenge, answer->tag)) return recorded;
		return "{\"Authenticate\":\"" + _authenticator.tag(*parseUuid(conversation.ourChallenge)) + "\"}" +
			   '\0';
	}

	[[nodiscard]] bool isAnswerTo(const std::string& challenge, const std::string& tag) const
	{
		const auto id = parseUuid(challenge);
		return id && _authenticator.tag(*id) == tag;
	}

	void expect(Conversation& conversation, const TranscriptStep& step)
	{
		if (step.endOfStream) return conversation.peer.expectEof();
		const std::string recorded = step.bytes.substr(0, step.bytes.size() - 1);
		const auto message = parseServerMessage(recorded);
		if (std::holds_alternative<Heartbeat>(message) || std::holds_alternative<Error>(message))
		{
			if (conversation.clientIsDue) passDeadline();
			conversation.peer.expectFrame(recorded);
		}
		else if (std::holds_alternative<Connection>(message))
			_id = announcedVisitor(conversation.peer);
		else if (std::holds_alternative<Challenge>(message))
			expectChallenge(conversation, recorded);
		else
			expectHello(conversation, recorded);
	}

	void expectChallenge(Conversation& conversation, const std::string& recorded)
	{
		conversation.recordedChallenge = idIn(recorded, "{\"Challenge\":\"", "\"}");
		conversation.ourChallenge = idIn(conversation.peer.receiveFrame(), "{\"Challenge\":\"", "\"}");
		CPPUNIT_ASSERT(parseUuid(conversation.ourChallenge).has_value());
		conversation.clientIsDue = true;
	}

	void expectGrant(Conversation& conversation)
	/// One, between the heartbeats, as the answer to the Offer.
	{
		const std::string frame = conversation.peer.receiveMessage();
		const auto grant = parseGrant(frame);
		CPPUNIT_ASSERT_MESSAGE(frame, grant.has_value());
		CPPUNIT_ASSERT_EQUAL(std::uint32_t(16), grant->standby);
		CPPUNIT_ASSERT_EQUAL(format(*grant), frame);
		++_grants;
	}

	[[nodiscard]] static std::string_view unended(std::string_view frame)
	/// Without its NUL.
	{
		return frame.substr(0, frame.size() - 1);
	}

	void expectHello(Conversation& conversation, const std::string& recorded)
	{
		const std::string got = conversation.peer.receiveFrame();
		const auto port = std::get<Hello>(parseServerMessage(got)).port;
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":" + std::to_string(port) + "}", got);
		CPPUNIT_ASSERT(port >= 1024);
		if (conversation.asked == 0) return;
		CPPUNIT_ASSERT_EQUAL(conversation.asked, std::get<Hello>(parseServerMessage(recorded)).port);
		CPPUNIT_ASSERT_EQUAL(portFor(conversation.asked), port);
	}

	void claim(const std::string& recorded)
	{
		CPPUNIT_ASSERT_EQUAL(acceptFrame("<id>"), recorded);
		auto data = ScriptedPeer::connectTo(_open->port());
		ScriptedPeer visitor(_visitor);
		data.send(acceptFrame(_id) + "to the visitor");
		visitor.expect("to the visitor");
		visitor.send("to the client");
		data.expect("to the client");
	}

	void passDeadline()
	/// The client stays silent for as long as it may.
	{
		_clock.advance(Protocol::HANDSHAKE_TIMEOUT);
		_guarded->parts().watch.recheck();
	}

	[[nodiscard]] static std::string idIn(
		const std::string& frame, const std::string& before, const std::string& after)
	{
		CPPUNIT_ASSERT(frame.size() > before.size() + after.size());
		CPPUNIT_ASSERT_EQUAL(before, frame.substr(0, before.size()));
		CPPUNIT_ASSERT_EQUAL(after, frame.substr(frame.size() - after.size()));
		return frame.substr(before.size(), frame.size() - before.size() - after.size());
	}

	[[nodiscard]] std::uint16_t portFor(std::uint16_t recorded)
	/// A free one of this machine, always the same for the same recorded one.
	{
		auto& port = _ports[recorded];
		if (port == 0) port = listenOn("127.0.0.1", 0).address().port();
		return port;
	}

	static constexpr char SECRET[] = "some secret string"; // the recorded server's

	const Authenticator _authenticator{Secret(SECRET)};
	ManualClock _clock;
	std::optional<RunningServer> _open;
	std::optional<RunningServer> _guarded;
	std::map<std::uint16_t, std::uint16_t> _ports;
	std::list<Conversation> _conversations; // they stay open, as the recorded ones did
	Poco::Net::StreamSocket _visitor;
	std::string _id;
	int _grants = 0; // as answers to Offers
};

CPPUNIT_TEST_SUITE_REGISTRATION(TranscriptReplayTest);
