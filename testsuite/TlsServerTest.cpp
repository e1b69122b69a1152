//
// TlsServerTest.cpp
//

#include "Server/TlsServer.h"

#include "Shared/TlsStream.h"
#include "testsuite/support/AuthorityFixture.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace Bore::Test;

class TlsServerTest : public AuthorityFixture
{
	CPPUNIT_TEST_SUITE(TlsServerTest);
	CPPUNIT_TEST(testReplacementIsForNewConnectionsAlone);
	CPPUNIT_TEST(testABadReplacementChangesNothing);
	CPPUNIT_TEST_SUITE_END();

public:
	void testReplacementIsForNewConnectionsAlone()
	{
		TlsServer server(config());
		const std::string before = server.fingerprint();
		auto [client, accepted] = begun(server);
		const auto other = begun(server);
		server.replace(config());
		CPPUNIT_ASSERT(before != server.fingerprint());

		// One that has begun goes on with what it began with.
		shakeHands(client, accepted);
		ScriptedPeer(accepted).send("still here");
		ScriptedPeer(client).expect("still here");
		CPPUNIT_ASSERT(certificateOf(client) != certificateOf(clientOfNew(server)));
	}

	void testABadReplacementChangesNothing()
	{
		TlsServer server(config());
		const std::string before = server.fingerprint();
		auto bad = config();
		bad.key = config().key;
		CPPUNIT_ASSERT_THROW(server.replace(bad), TlsContextException);
		CPPUNIT_ASSERT_EQUAL(before, server.fingerprint());
		static_cast<void>(clientOfNew(server));
	}

private:
	using Socket = Poco::Net::StreamSocket;

	[[nodiscard]] TlsServerConfig config() const
	{
		const auto files = _authority->issue({});
		TlsServerConfig result;
		result.certificate = files.certificate;
		result.key = files.key;
		return result;
	}

	[[nodiscard]] std::pair<Socket, Socket> begun(const TlsServer& server)
	{
		const LoopbackPair pair = _pairs.make();
		return {tlsOver(pair.near, TlsContexts::trusting().client), server.secure(pair.far)};
	}

	static void shakeHands(const Socket& client, const Socket& accepted)
	{
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				const Io one = TlsStream::of(client)->shakeHands();
				const Io other = TlsStream::of(accepted)->shakeHands();
				return one == Io::Moved && other == Io::Moved;
			}));
	}

	[[nodiscard]] Socket clientOfNew(const TlsServer& server)
	{
		const auto [client, accepted] = begun(server);
		shakeHands(client, accepted);
		return client;
	}

	static std::string certificateOf(const Socket& client)
	{
		return TlsStream::of(client)->peerCertificate()->serialNumber() +
			   TlsStream::of(client)->peerCertificate()->subjectName();
	}

	LoopbackPairs _pairs;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsServerTest);
