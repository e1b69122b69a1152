//
// TlsRefusalTest.cpp
//

#include "Server/TlsRefusal.h"

#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class TlsRefusalTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TlsRefusalTest);
	CPPUNIT_TEST(testAPlainClientIsAnsweredInItsWords);
	CPPUNIT_TEST(testAnotherProtocolIsNotAnswered);
	CPPUNIT_TEST(testAPeerThatJustWentIsNotSpokenOf);
	CPPUNIT_TEST(testAPeerThatWaitedForUsIs);
	CPPUNIT_TEST(testSilenceAndSlownessAreToldApart);
	CPPUNIT_TEST(testFirstBytesOfTlsAreKnown);
	CPPUNIT_TEST_SUITE_END();

public:
	void testAPlainClientIsAnsweredInItsWords()
	{
		const TlsRefusal refusal = refusalOf("{\"Hello\":0}");
		CPPUNIT_ASSERT(!refusal.kind.empty());
		CPPUNIT_ASSERT(refusal.reason.find("a client without TLS") != std::string::npos);
		CPPUNIT_ASSERT(refusal.answer.find("this port speaks TLS") != std::string_view::npos);
	}

	void testAnotherProtocolIsNotAnswered()
	{
		const TlsRefusal refusal = refusalOf("GET / HTTP/1.1\r\n");
		CPPUNIT_ASSERT(refusal.reason.find("speaks no TLS") != std::string::npos);
		CPPUNIT_ASSERT(refusal.answer.empty());
	}

	void testAPeerThatJustWentIsNotSpokenOf() { CPPUNIT_ASSERT(refusalOf("").kind.empty()); }

	void testAPeerThatWaitedForUsIs()
	{
		CPPUNIT_ASSERT(refusalOf("", true).reason.find("it said nothing") != std::string::npos);
	}

	void testSilenceAndSlownessAreToldApart()
	{
		const LoopbackPair plain = _pairs.make();
		const auto server = tlsOver(plain.far, TlsContexts::trusting().server);
		auto& stream = *TlsStream::of(server);
		CPPUNIT_ASSERT(TlsRefusal::silence(stream).reason.find("it said nothing") != std::string::npos);
		ScriptedPeer(plain.near).send("\x16");
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				CPPUNIT_ASSERT(stream.shakeHands() == Io::WantsRead);
				return stream.firstByte().has_value();
			}));
		CPPUNIT_ASSERT(TlsRefusal::silence(stream).reason.find("took too long") != std::string::npos);
	}

	void testFirstBytesOfTlsAreKnown()
	{
		CPPUNIT_ASSERT(TlsRefusal::isTls("\x16\x03\x01\x02"));
		CPPUNIT_ASSERT(!TlsRefusal::isTls("\x16"));
		CPPUNIT_ASSERT(!TlsRefusal::isTls(""));
		CPPUNIT_ASSERT(!TlsRefusal::isTls("{\"Hello\":0}"));
	}

private:
	TlsRefusal refusalOf(const std::string& words, bool isLate = false)
	/// Of a peer that says this, and goes.
	{
		const LoopbackPair plain = _pairs.make();
		const auto server = tlsOver(plain.far, TlsContexts::trusting().server);
		ScriptedPeer peer(plain.near);
		peer.send(words);
		peer.shutdownSend();
		CPPUNIT_ASSERT(eventually([&] { return TlsStream::of(server)->shakeHands() == Io::Failed; }));
		return {*TlsStream::of(server), isLate};
	}

	LoopbackPairs _pairs;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsRefusalTest);
