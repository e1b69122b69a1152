//
// TranscriptTest.cpp
//

#include "testsuite/support/Transcript.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace Bore::Test;
using namespace std::string_literals;

class TranscriptTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TranscriptTest);
	CPPUNIT_TEST(testEveryConversationIsLoaded);
	CPPUNIT_TEST(testBytesKeepTheirNul);
	CPPUNIT_TEST(testEndOfStreamIsAStep);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryConversationIsLoaded() { CPPUNIT_ASSERT_EQUAL(std::size_t(31), _transcripts.size()); }

	void testBytesKeepTheirNul()
	{
		const Transcript& first = _transcripts.front();
		CPPUNIT_ASSERT_EQUAL("hello, chosen port"s, first.name);
		CPPUNIT_ASSERT(first.steps.at(0).by == TranscriptStep::By::Client);
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":30123}\0"s, first.steps.at(0).bytes);
		CPPUNIT_ASSERT(first.steps.at(2).by == TranscriptStep::By::Server);
		CPPUNIT_ASSERT_EQUAL("\"Heartbeat\"\0"s, first.steps.at(2).bytes);
	}

	void testEndOfStreamIsAStep()
	{
		const auto empty = std::find_if(_transcripts.begin(), _transcripts.end(),
			[](const Transcript& transcript) { return transcript.name == "empty frame"; });
		CPPUNIT_ASSERT(empty != _transcripts.end());
		CPPUNIT_ASSERT_EQUAL("\0"s, empty->steps.at(0).bytes);
		CPPUNIT_ASSERT(!empty->steps.at(0).endOfStream);
		CPPUNIT_ASSERT_EQUAL(""s, empty->steps.at(1).bytes);
		CPPUNIT_ASSERT(empty->steps.at(1).endOfStream);
	}

private:
	std::vector<Transcript> _transcripts =
		loadTranscripts(BORE_TEST_DATA "/transcripts-bore-0.5.2-server.json");
};

CPPUNIT_TEST_SUITE_REGISTRATION(TranscriptTest);
