//
// TlsHandshakeTest.cpp
//

#include "Server/TlsHandshake.h"

#include "Server/HandshakePeer.h"
#include "Shared/Protocol.h"
#include "Shared/TlsStream.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/ServerParts.h"
#include "testsuite/support/TlsPair.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class TlsHandshakeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TlsHandshakeTest);
	CPPUNIT_TEST(testConnectionInTheClearHasNone);
	CPPUNIT_TEST(testItIsOverWhenBothHaveAgreed);
	CPPUNIT_TEST(testClientInTheClearIsAnsweredInTheClear);
	CPPUNIT_TEST(testAnotherProtocolIsNotAnswered);
	CPPUNIT_TEST(testPeerThatJustWentIsNotLogged);
	CPPUNIT_TEST(testPeerThatWaitedForUsIsLogged);
	CPPUNIT_TEST(testSilenceIsLogged);
	CPPUNIT_TEST(testTlsWhereThereIsNoneIsLogged);
	CPPUNIT_TEST(testFrameIsNotTakenForTls);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_log.emplace();
		_parts.emplace();
		auto [client, ours] = _parts->connect();
		_client.emplace(std::move(client));
		begin(tlsOver(ours.socket(), TlsContexts::trusting().server));
	}

	void tearDown() override
	{
		_tls.reset();
		_peer.reset();
		_stream.reset();
		_client.reset();
		_parts.reset();
		_log.reset();
	}

	void testConnectionInTheClearHasNone()
	{
		auto [client, ours] = _parts->connect();
		begin(ours.socket());
		CPPUNIT_ASSERT(!_tls->isPending());
	}

	void testItIsOverWhenBothHaveAgreed()
	{
		CPPUNIT_ASSERT(_tls->isPending());
		CPPUNIT_ASSERT(_tls->advance() == Io::WantsRead);
		const auto client = tlsOver(_client->socket(), TlsContexts::trusting().client);
		bool isMutual = false;
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				isMutual = TlsStream::of(client)->shakeHands() == Io::Moved;
				return _tls->advance() == Io::Moved;
			}));
		CPPUNIT_ASSERT(!_tls->isPending());
		CPPUNIT_ASSERT(isMutual);
		CPPUNIT_ASSERT(TlsStream::of(_stream->socket()) != nullptr);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->handshakes().resumed());
	}

	void testClientInTheClearIsAnsweredInTheClear()
	{
		_client->sendFrame("{\"Hello\":0}");
		CPPUNIT_ASSERT_EQUAL(std::string(Protocol::ErrorText::TLS_EXPECTED), refused());
		expectLogged(
			"connection of " + _client->socket().address().toString() + " refused: a client without TLS");
		CPPUNIT_ASSERT(!_tls->isPending());
		_stream->send("an answer", _parts->clock().now() + 1s);
		_client->expectFrame("an answer");
	}

	void testAnotherProtocolIsNotAnswered()
	{
		_client->send("GET / HTTP/1.1\r\n");
		CPPUNIT_ASSERT_EQUAL(""s, refused());
		expectLogged("it speaks no TLS");
	}

	void testPeerThatJustWentIsNotLogged()
	{
		_parts->clock().advance(1999ms);
		_client->close();
		CPPUNIT_ASSERT_EQUAL(""s, refused());
		CPPUNIT_ASSERT_EQUAL(""s, _log->text());
	}

	void testPeerThatWaitedForUsIsLogged()
	{
		_parts->clock().advance(2000ms);
		_client->close();
		CPPUNIT_ASSERT_EQUAL(""s, refused());
		expectLogged("it said nothing on the port for TLS");
	}

	void testSilenceIsLogged()
	{
		_tls->expire();
		expectLogged("it said nothing on the port for TLS");
	}

	void testTlsWhereThereIsNoneIsLogged()
	{
		CPPUNIT_ASSERT(_tls->refuses("\x16\x03\x01"));
		expectLogged("a client with TLS on the plain port");
	}

	void testFrameIsNotTakenForTls()
	{
		CPPUNIT_ASSERT(!_tls->refuses("{\"Hello\":0}"));
		CPPUNIT_ASSERT_EQUAL(""s, _log->text());
	}

private:
	void begin(const Poco::Net::StreamSocket& socket)
	{
		_tls.reset();
		_peer.reset();
		_stream.emplace(socket, _parts->clock());
		_peer.emplace(*_stream, _parts->context());
		_tls.emplace(*_stream, *_peer, _parts->context(), _parts->clock().now() + 3s);
	}

	[[nodiscard]] std::string refused()
	/// What the client is to be answered when the handshake has failed.
	{
		CPPUNIT_ASSERT(eventually([this] { return _tls->advance() == Io::Failed; }));
		return std::string(_tls->refuse());
	}

	void expectLogged(const std::string& text) const
	{
		CPPUNIT_ASSERT_MESSAGE(text + " in " + _log->text(), _log->text().find(text) != std::string::npos);
	}

	std::optional<CapturedLog> _log;
	std::optional<ServerParts> _parts;
	std::optional<ScriptedPeer> _client;
	std::optional<FrameStream> _stream;
	std::optional<HandshakePeer> _peer;
	std::optional<TlsHandshake> _tls;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsHandshakeTest);
