//
// SessionRefusalTest.cpp
//
// What the client makes of a server that does not open the tunnel.
//

#include "Client/Session.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/SessionRig.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace Bore;
using namespace Bore::Test;
using namespace Bore::Test::RecordedProof;
using namespace std::chrono_literals;
using namespace std::string_literals;

class SessionRefusalTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SessionRefusalTest);
	CPPUNIT_TEST(testChallengeWithoutSecretIsRefusedAuthentication);
	CPPUNIT_TEST(testHelloInPlaceOfAChallengeIsToldAsSuch);
	CPPUNIT_TEST(testHeartbeatInPlaceOfAChallengeIsToldAsSuch);
	CPPUNIT_TEST(testEndInPlaceOfAChallengeIsToldAsSuch);
	CPPUNIT_TEST(testSilenceInPlaceOfAChallengeIsToldAsSuch);
	CPPUNIT_TEST(testGarbageInPlaceOfAChallengeIsNoBoreServer);
	CPPUNIT_TEST(testInvalidSecretIsRefusedAuthentication);
	CPPUNIT_TEST(testErrorIsReadThoughAResetFollows);
	CPPUNIT_TEST(testPortInUseIsARefusedPort);
	CPPUNIT_TEST(testPortOutOfRangeIsARefusedPort);
	CPPUNIT_TEST(testTextOfAnErrorIsEscaped);
	CPPUNIT_TEST(testEndInPlaceOfHelloIsARefusedPort);
	CPPUNIT_TEST(testResetInPlaceOfHelloIsARefusedPort);
	CPPUNIT_TEST(testSilenceInPlaceOfHelloIsNoBoreServer);
	CPPUNIT_TEST(testBytesDoNotExtendTheDeadline);
	CPPUNIT_TEST(testGarbageIsNoBoreServer);
	CPPUNIT_TEST(testOtherMessageInPlaceOfHelloIsNoBoreServer);
	CPPUNIT_TEST(testFrameOf300BytesIsNoBoreServer);
	CPPUNIT_TEST(testNobodyListensIsUnreachable);
	CPPUNIT_TEST(testUnknownNameIsUnreachable);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _rig = std::make_unique<SessionRig>(); }

	void tearDown() override { _rig.reset(); }

	void testChallengeWithoutSecretIsRefusedAuthentication()
	{
		auto server = _rig->start();
		server.sendFrame(CHALLENGE);
		_rig->expectFailure(ExitCode::AuthRefused,
			"server requires authentication, but no client secret was provided: give it with --secret-file");
	}

	void testHelloInPlaceOfAChallengeIsToldAsSuch()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame("{\"Hello\":40123}");
		_rig->expectFailure(
			ExitCode::AuthRefused, "expected authentication challenge, but no secret was required");
	}

	void testHeartbeatInPlaceOfAChallengeIsToldAsSuch()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame("\"Heartbeat\"");
		_rig->expectFailure(
			ExitCode::AuthRefused, "expected authentication challenge, but no secret was required");
	}

	void testEndInPlaceOfAChallengeIsToldAsSuch()
	{
		auto server = _rig->start(SECRET);
		server.close();
		_rig->expectFailure(ExitCode::AuthRefused, "leave the secret out");
	}

	void testSilenceInPlaceOfAChallengeIsToldAsSuch()
	{
		auto server = _rig->start(SECRET);
		_rig->passDeadline(server);
		_rig->expectFailure(ExitCode::AuthRefused, "leave the secret out");
	}

	void testGarbageInPlaceOfAChallengeIsNoBoreServer()
	{
		auto server = _rig->start(SECRET);
		server.send("220 mail.example ESMTP\r\n"s + '\0');
		_rig->expectFailure(ExitCode::Unreachable, "is it a bore server?");
	}

	void testInvalidSecretIsRefusedAuthentication()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.sendFrame("{\"Error\":\"invalid secret\"}");
		server.close();
		_rig->expectFailure(
			ExitCode::AuthRefused, "server error: invalid secret (the server has another secret)");
	}

	void testErrorIsReadThoughAResetFollows()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.expectFrame("{\"Hello\":0}");
		server.sendFrame("{\"Error\":\"invalid secret\"}");
		server.reset(); // as comes of closing with an unread Hello
		_rig->expectFailure(
			ExitCode::AuthRefused, "server error: invalid secret (the server has another secret)");
	}

	void testPortInUseIsARefusedPort()
	{
		auto server = _rig->start();
		server.sendFrame("{\"Error\":\"port already in use\"}");
		_rig->expectFailure(ExitCode::PortRefused,
			"server error: port already in use (ask for another with --port, or leave it out for any)");
	}

	void testPortOutOfRangeIsARefusedPort()
	{
		auto server = _rig->start();
		server.sendFrame("{\"Error\":\"client port number not in allowed range\"}");
		_rig->expectFailure(ExitCode::PortRefused, "server error: client port number not in allowed range");
	}

	void testTextOfAnErrorIsEscaped()
	{
		auto server = _rig->start();
		server.sendFrame("{\"Error\":\"\\u001b[2J\\nforged\"}");
		const auto failure = _rig->failure();
		CPPUNIT_ASSERT(failure.find('\n') == std::string::npos);
		CPPUNIT_ASSERT(failure.find('\x1b') == std::string::npos);
		CPPUNIT_ASSERT(failure.find("forged") != std::string::npos);
	}

	void testEndInPlaceOfHelloIsARefusedPort()
	{
		auto server = _rig->start();
		server.expectFrame("{\"Hello\":0}");
		server.close();
		_rig->expectFailure(ExitCode::PortRefused, "the port may be taken or not allowed there");
	}

	void testResetInPlaceOfHelloIsARefusedPort()
	{
		auto server = _rig->start();
		server.expectFrame("{\"Hello\":0}");
		server.reset();
		_rig->expectFailure(ExitCode::PortRefused, "the port may be taken or not allowed there");
	}

	void testSilenceInPlaceOfHelloIsNoBoreServer()
	{
		auto server = _rig->start();
		server.expectFrame("{\"Hello\":0}");
		_rig->passDeadline(server);
		_rig->expectFailure(
			ExitCode::Unreachable, "timed out waiting for an answer of " + _rig->serverName());
	}

	void testBytesDoNotExtendTheDeadline()
	{
		auto server = _rig->start(SECRET);
		server.sendFrame(CHALLENGE);
		server.expectFrame(ANSWER);
		server.expectFrame("{\"Hello\":0}");
		_rig->clock().advance(2s);
		server.send("{");
		server.expectSilence(30ms);
		_rig->clock().advance(1s);
		server.send("\"");
		_rig->expectFailure(
			ExitCode::Unreachable, "timed out waiting for an answer of " + _rig->serverName());
	}

	void testGarbageIsNoBoreServer()
	{
		auto server = _rig->start();
		server.send("HTTP/1.1 400 Bad Request\r\n\r\n"s + '\0');
		_rig->expectFailure(
			ExitCode::Unreachable, "malformed answer from " + _rig->serverName() + ": is it a bore server?");
	}

	void testOtherMessageInPlaceOfHelloIsNoBoreServer()
	{
		auto server = _rig->start();
		server.sendFrame("\"Heartbeat\"");
		_rig->expectFailure(
			ExitCode::Unreachable, "unexpected answer from " + _rig->serverName() + ": is it a bore server?");
	}

	void testFrameOf300BytesIsNoBoreServer()
	{
		auto server = _rig->start();
		server.sendFrame("{\"Hello\":1" + std::string(289, ' ') + "}");
		_rig->expectFailure(
			ExitCode::Unreachable, "malformed answer from " + _rig->serverName() + ": is it a bore server?");
	}

	void testNobodyListensIsUnreachable()
	{
		const auto name = _rig->serverName();
		_rig->prepare();
		_rig->listener().close();
		_rig->run();
		_rig->expectFailure(ExitCode::Unreachable,
			"could not connect to " + name +
				": connection refused (is bore-server running there, and may its port be reached?)");
	}

	void testUnknownNameIsUnreachable()
	{
		// RFC 6761: .invalid resolves nowhere. A label of 64 letters is not even asked for.
		_rig->prepare(std::string(64, 'x') + ".invalid");
		_rig->run();
		_rig->expectFailure(ExitCode::Unreachable, "check the name");
	}

private:
	std::unique_ptr<SessionRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionRefusalTest);
