//
// JsonFormatterTest.cpp
//

#include "Shared/JsonFormatter.h"
#include "Shared/LogText.h"

#include <Poco/AutoPtr.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Timestamp.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class JsonFormatterTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(JsonFormatterTest);
	CPPUNIT_TEST(testLineIsFixed);
	CPPUNIT_TEST(testJournalPriorityComesAhead);
	CPPUNIT_TEST(testEveryByteMakesAValidLine);
	CPPUNIT_TEST(testTextComesBackAsItWas);
	CPPUNIT_TEST(testBytesThatAreNotUtf8AreReplaced);
	CPPUNIT_TEST_SUITE_END();

public:
	void testLineIsFixed()
	{
		Poco::Message message("bore.server", "listening", Poco::Message::PRIO_WARNING);
		message.setTime(Poco::Timestamp(1'769'903'999'999'000)); // microseconds
		message.setPid(4711);
		CPPUNIT_ASSERT_EQUAL(
			std::string(R"({"time":"2026-01-31T23:59:59.999Z","level":"warning","component":"bore.server",)"
						R"("message":"listening","pid":4711})"),
			format(message));
	}

	void testJournalPriorityComesAhead()
	{
		const Poco::Message message("bore.server", "listening", Poco::Message::PRIO_WARNING);
		CPPUNIT_ASSERT_EQUAL(std::string("<4>{"), format(message, true).substr(0, 4));
	}

	void testEveryByteMakesAValidLine()
	{
		for (int byte = 0; byte < 256; ++byte)
		{
			const std::string text = "<" + std::string(1, static_cast<char>(byte)) + ">";
			const std::string line = format(Poco::Message(text, text, Poco::Message::PRIO_DEBUG));
			CPPUNIT_ASSERT_EQUAL(std::string::npos, line.find('\n'));
			CPPUNIT_ASSERT_EQUAL(line, validUtf8(line));
			const std::string message = messageIn(line);
			CPPUNIT_ASSERT_EQUAL('<', message.front());
			CPPUNIT_ASSERT_EQUAL('>', message.back());
		}
	}

	void testTextComesBackAsItWas()
	{
		const std::string text = "quote \" backslash \\ line\nend \t \x01 \x7F caf\xC3\xA9 \xF0\x9F\x98\x80";
		CPPUNIT_ASSERT_EQUAL(
			text, messageIn(format(Poco::Message("test", text, Poco::Message::PRIO_INFORMATION))));
	}

	void testBytesThatAreNotUtf8AreReplaced()
	{
		const std::string replacement = "\xEF\xBF\xBD";
		CPPUNIT_ASSERT_EQUAL("a" + replacement + "b", validUtf8("a\xFF"
																"b"));
		// Cut off, overlong, a surrogate, and beyond the last character.
		CPPUNIT_ASSERT_EQUAL(replacement + replacement, validUtf8("\xE2\x82"));
		CPPUNIT_ASSERT_EQUAL(replacement + replacement, validUtf8("\xC0\x80"));
		CPPUNIT_ASSERT_EQUAL(replacement + replacement + replacement, validUtf8("\xED\xA0\x80"));
		CPPUNIT_ASSERT_EQUAL(
			replacement + replacement + replacement + replacement, validUtf8("\xF5\x80\x80\x80"));
	}

private:
	static std::string format(const Poco::Message& message, bool withJournalPriority = false)
	{
		std::string line;
		Poco::AutoPtr<JsonFormatter>(new JsonFormatter(withJournalPriority))->format(message, line);
		return line;
	}

	static std::string messageIn(const std::string& line)
	{
		Poco::JSON::Parser parser;
		return parser.parse(line).extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("message");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonFormatterTest);
