//
// HandshakeTest.cpp
//

#include "Server/Handshake.h"
#include "Shared/Authenticator.h"
#include "Shared/Protocol.h"
#include "Shared/Relays.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ServerParts.h"

#include <Poco/String.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;
namespace ErrorText = Bore::Protocol::ErrorText;

class HandshakeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HandshakeTest);
	CPPUNIT_TEST(testFrameOf256BytesIsTaken);
	CPPUNIT_TEST(testFrameOf257BytesIsRefusedWithoutAWord);
	CPPUNIT_TEST(testFrameOf257BytesIsRefusedByTextBeforeAuthentication);
	CPPUNIT_TEST(testMegabyteWithoutNulIsRefused);
	CPPUNIT_TEST(testBytesOneAtATimeAreTaken);
	CPPUNIT_TEST(testAuthenticateAndHelloInOneSegment);
	CPPUNIT_TEST(testUpperCaseTagIsAccepted);
	CPPUNIT_TEST(testTagOfAnotherChallengeIsRefused);
	CPPUNIT_TEST(testAcceptWithoutSecretIsRefused);
	CPPUNIT_TEST(testMalformedFrameAfterAuthenticationIsRefusedWithoutAWord);
	CPPUNIT_TEST(testStreamBytesBehindAcceptAreDeliveredFirst);
	CPPUNIT_TEST(testStreamBytesBehindAuthenticatedAcceptAreDeliveredFirst);
	CPPUNIT_TEST(testClaimCountsIfTheClientHasResetTheConnectionSince);
	CPPUNIT_TEST(testClaimIsGoodOnce);
	CPPUNIT_TEST(testAcceptAfterExpiryFindsNobody);
	CPPUNIT_TEST(testBytesDoNotExtendTheDeadline);
	CPPUNIT_TEST(testProvingTheSecretDoesNotExtendTheDeadline);
	CPPUNIT_TEST(testSilentPeerIsDropped);
	CPPUNIT_TEST(testSilentPeerIsToldBeforeAuthentication);
	CPPUNIT_TEST(testErrorArrivesBeforeUnreadBytesAreCut);
	CPPUNIT_TEST(testRefusedPeerThatStaysIsCutAtTheDeadline);
	CPPUNIT_TEST(testRefusedPeerThatKeepsSendingIsCutAtTheDeadline);
	CPPUNIT_TEST(testPeerThatLeavesIsForgotten);
	CPPUNIT_TEST_SUITE_END();

public:
	void tearDown() override { _parts.reset(); }

	void testFrameOf256BytesIsTaken()
	{
		auto peer = begin();
		peer.sendFrame(helloOfSize(256));
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":"s, peer.receive(9));
	}

	void testFrameOf257BytesIsRefusedWithoutAWord()
	{
		auto peer = begin();
		peer.sendFrame(helloOfSize(257));
		peer.expectEof();
	}

	void testFrameOf257BytesIsRefusedByTextBeforeAuthentication()
	{
		auto peer = begin(SECRET);
		static_cast<void>(challengeTo(peer));
		peer.sendFrame(helloOfSize(257));
		expectError(peer, ErrorText::FRAME_TOO_LONG);
	}

	void testMegabyteWithoutNulIsRefused()
	{
		auto peer = begin(SECRET);
		static_cast<void>(challengeTo(peer));
		peer.send(std::string(1024UL * 1024, 'x'));
		expectError(peer, ErrorText::FRAME_TOO_LONG);
		peer.close();
		CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 0; }));
	}

	void testBytesOneAtATimeAreTaken()
	{
		auto peer = begin();
		for (const char byte : "{\"Hello\":0}"s + '\0')
		{
			peer.send({&byte, 1});
			_parts->advance(200ms);
		}
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":"s, peer.receive(9));
	}

	void testAuthenticateAndHelloInOneSegment()
	{
		auto peer = begin(SECRET);
		const std::string tag = tagFor(challengeTo(peer));
		peer.send(authenticateFrame(tag) + "{\"Hello\":0}" + '\0');
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":"s, peer.receive(9));
	}

	void testUpperCaseTagIsAccepted()
	{
		auto peer = begin(SECRET);
		peer.send(authenticateFrame(Poco::toUpper(tagFor(challengeTo(peer)))));
		CPPUNIT_ASSERT(openTunnel(peer) != 0);
	}

	void testTagOfAnotherChallengeIsRefused()
	{
		auto first = begin(SECRET);
		auto second = _parts->begin();
		const std::string tag = tagFor(challengeTo(first));
		CPPUNIT_ASSERT(tag != tagFor(challengeTo(second)));
		second.send(authenticateFrame(tag));
		expectError(second, ErrorText::INVALID_SECRET);
	}

	void testAcceptWithoutSecretIsRefused()
	{
		auto peer = begin(SECRET);
		auto visitor = addVisitor();
		static_cast<void>(challengeTo(peer));
		peer.send(acceptFrame(_id.toString()));
		expectError(peer, ErrorText::SECRET_REQUIRED);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->visitors().count());
	}

	void testMalformedFrameAfterAuthenticationIsRefusedWithoutAWord()
	{
		auto peer = begin(SECRET);
		peer.send(authenticateFrame(tagFor(challengeTo(peer))));
		peer.sendFrame("{\"Hello\":80,}");
		peer.expectEof();
	}

	void testStreamBytesBehindAcceptAreDeliveredFirst()
	{
		auto peer = begin();
		auto visitor = addVisitor();
		peer.send(acceptFrame(_id.toString()) + "first ");
		peer.send("second");
		visitor.expect("first second");
		visitor.send("answer");
		peer.expect("answer");
	}

	void testStreamBytesBehindAuthenticatedAcceptAreDeliveredFirst()
	{
		auto peer = begin(SECRET);
		auto visitor = addVisitor();
		// Longer than what a frame buffer holds.
		const std::string stream = ByteSource(1).next(1000);
		peer.send(authenticateFrame(tagFor(challengeTo(peer))) + acceptFrame(_id.toString()) + stream);
		visitor.expect(stream);
	}

	void testClaimCountsIfTheClientHasResetTheConnectionSince()
	{
		start(SECRET);
		std::promise<void> release;
		const auto released = release.get_future().share();
		// Every thread waits, so that the handshake finds what follows all at once.
		for (int i = 0; i < MOST_WORKERS; ++i)
			_parts->context().workers.post([released] { released.wait(); });
		auto peer = _parts->begin();
		auto visitor = addVisitor();
		peer.send(authenticateFrame(tagFor(challengeTo(peer))) + acceptFrame(_id.toString()));
		peer.reset();
		release.set_value();
		visitor.expectReset();
	}

	void testClaimIsGoodOnce()
	{
		auto first = begin();
		auto second = _parts->begin();
		auto visitor = addVisitor();
		first.send(acceptFrame(_id.toString()) + "x");
		visitor.expect("x");
		second.send(acceptFrame(_id.toString()) + "y");
		second.expectEof();
		first.send("z");
		visitor.expect("z");
	}

	void testAcceptAfterExpiryFindsNobody()
	{
		auto visitor = (start(), addVisitor());
		_parts->advance(10s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->visitors().dropExpired());
		auto peer = _parts->begin();
		peer.send(acceptFrame(_id.toString()));
		peer.expectEof();
		visitor.expectReset();
	}

	void testBytesDoNotExtendTheDeadline()
	{
		auto peer = begin();
		peer.send("{");
		_parts->advance(1s);
		peer.send("\"");
		_parts->advance(1s);
		peer.send("H");
		_parts->advance(999ms);
		peer.expectSilence(30ms);
		_parts->advance(1ms);
		peer.expectEof();
	}

	void testProvingTheSecretDoesNotExtendTheDeadline()
	{
		auto peer = begin(SECRET);
		const std::string tag = tagFor(challengeTo(peer));
		_parts->advance(2s);
		peer.send(authenticateFrame(tag));
		peer.expectSilence(30ms);
		_parts->advance(1s);
		peer.expectEof();
	}

	void testSilentPeerIsDropped()
	{
		auto peer = begin();
		_parts->advance(2999ms);
		peer.expectSilence(30ms);
		_parts->advance(1ms);
		peer.expectEof();
		CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 0; }));
	}

	void testSilentPeerIsToldBeforeAuthentication()
	{
		auto peer = begin(SECRET);
		static_cast<void>(challengeTo(peer));
		_parts->advance(3s);
		expectError(peer, ErrorText::SILENCE);
	}

	void testErrorArrivesBeforeUnreadBytesAreCut()
	{
		auto peer = begin(SECRET);
		static_cast<void>(challengeTo(peer));
		peer.send("{\"Hello\":0}"s + '\0' + std::string(300000, 'x'));
		expectError(peer, ErrorText::SECRET_REQUIRED);
	}

	void testRefusedPeerThatStaysIsCutAtTheDeadline()
	{
		auto peer = begin();
		peer.sendFrame("{}");
		peer.expectEof();
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->handshakes().count());
		_parts->advance(3s);
		CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 0; }));
	}

	void testRefusedPeerThatKeepsSendingIsCutAtTheDeadline()
	{
		auto peer = begin();
		peer.sendFrame("{}");
		peer.expectEof();
		const int descriptor = peer.socket().impl()->sockfd();
		auto flood = std::async(std::launch::async,
			[descriptor]
			{
				const std::string bytes(65536, 'x');
				const auto end = Clock::system().now() + PATIENCE;
				while (::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0)
					if (Clock::system().now() >= end) return false;
				return true;
			});
		_parts->advance(3s);
		CPPUNIT_ASSERT(flood.get());
	}

	void testPeerThatLeavesIsForgotten()
	{
		auto closed = begin();
		auto reset = _parts->begin();
		closed.send("{\"Hel");
		reset.send("{\"Hel");
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), _parts->handshakes().count());
		closed.close();
		reset.reset();
		CPPUNIT_ASSERT(eventually([this] { return _parts->handshakes().count() == 0; }));
	}

private:
	static constexpr char SECRET[] = "a secret";
	static constexpr int MOST_WORKERS = 64; // of relay.threads = 0

	void start(const std::string& secret = "") { _parts = std::make_unique<ServerParts>(secret); }

	[[nodiscard]] ScriptedPeer begin(const std::string& secret = "")
	{
		start(secret);
		return _parts->begin();
	}

	[[nodiscard]] ScriptedPeer addVisitor()
	/// The visitor's own end.
	{
		auto [visitor, ours] = _parts->connect();
		_parts->visitors().add(_id, {ours.socket(), "127.0.0.1:1", 1, 8080});
		return std::move(visitor);
	}

	[[nodiscard]] static Poco::UUID challengeTo(ScriptedPeer& peer)
	{
		const auto message = parseServerMessage(peer.receiveFrame());
		CPPUNIT_ASSERT(std::holds_alternative<Challenge>(message));
		return std::get<Challenge>(message).id;
	}

	[[nodiscard]] static std::string tagFor(const Poco::UUID& challenge)
	{
		return Authenticator(Secret(SECRET)).tag(challenge);
	}

	[[nodiscard]] static std::string authenticateFrame(const std::string& tag)
	{
		return "{\"Authenticate\":\"" + tag + "\"}" + '\0';
	}

	static void expectError(ScriptedPeer& peer, const std::string& text)
	{
		peer.expectFrame("{\"Error\":\"" + text + "\"}");
		peer.expectEof();
	}

	const Poco::UUID _id = secureRandomUuid();
	std::unique_ptr<ServerParts> _parts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakeTest);
