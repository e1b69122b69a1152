//
// TextFormatterTest.cpp
//

#include "Shared/TextFormatter.h"

#include <Poco/AutoPtr.h>
#include <Poco/Timestamp.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class TextFormatterTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TextFormatterTest);
	CPPUNIT_TEST(testLineHasTimeLevelAndComponent);
	CPPUNIT_TEST(testJournalHasTimesOfItsOwn);
	CPPUNIT_TEST(testWithoutALeadTheTextIsTheLine);
	CPPUNIT_TEST(testALineStaysALine);
	CPPUNIT_TEST_SUITE_END();

public:
	void testLineHasTimeLevelAndComponent()
	{
		Poco::Message message("bore.server", "caf\xC3\xA9 \\n", Poco::Message::PRIO_WARNING);
		message.setTime(Poco::Timestamp(1'769'903'999'999'000)); // microseconds
		CPPUNIT_ASSERT_EQUAL(std::string("2026-01-31T23:59:59.999Z Warning bore.server: caf\xC3\xA9 \\n"),
			format({false, true, true}, message));
	}

	void testJournalHasTimesOfItsOwn()
	{
		const auto line = [](Poco::Message::Priority priority) {
			return format({true, false, true}, Poco::Message("bore.server", "words", priority));
		};
		CPPUNIT_ASSERT_EQUAL(std::string("<1>bore.server: words"), line(Poco::Message::PRIO_FATAL));
		CPPUNIT_ASSERT_EQUAL(std::string("<3>bore.server: words"), line(Poco::Message::PRIO_ERROR));
		CPPUNIT_ASSERT_EQUAL(std::string("<6>bore.server: words"), line(Poco::Message::PRIO_INFORMATION));
		CPPUNIT_ASSERT_EQUAL(std::string("<7>bore.server: words"), line(Poco::Message::PRIO_TRACE));
	}

	void testWithoutALeadTheTextIsTheLine()
	{
		const Poco::Message message("bore.server", "a=b c=d", Poco::Message::PRIO_INFORMATION);
		CPPUNIT_ASSERT_EQUAL(std::string("a=b c=d"), format({false, false, false}, message));
	}

	void testALineStaysALine()
	{
		const Poco::Message message(
			"test", std::string("a\nb\rc\x1B[2Jd\x7F") + '\0', Poco::Message::PRIO_INFORMATION);
		CPPUNIT_ASSERT_EQUAL(
			std::string("a\\x0Ab\\x0Dc\\x1B[2Jd\\x7F\\x00"), format({false, false, false}, message));
	}

private:
	static std::string format(TextFormatter::Lead lead, const Poco::Message& message)
	{
		std::string line;
		Poco::AutoPtr<TextFormatter>(new TextFormatter(lead))->format(message, line);
		return line;
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextFormatterTest);
