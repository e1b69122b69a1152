//
// LogTextTest.cpp
//

#include "Shared/LogText.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using namespace Bore;
using namespace std::string_literals;

class LogTextTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LogTextTest);
	CPPUNIT_TEST(testPrintableTextPasses);
	CPPUNIT_TEST(testControlCharactersAreEscaped);
	CPPUNIT_TEST(testBackslashIsEscaped);
	CPPUNIT_TEST(testC1ControlsAreEscaped);
	CPPUNIT_TEST(testDirectionAndSeparatorCharactersAreEscaped);
	CPPUNIT_TEST(testInvalidUtf8IsEscapedByteByByte);
	CPPUNIT_TEST(testTextUpToTheLimitIsWhole);
	CPPUNIT_TEST(testLongTextIsCut);
	CPPUNIT_TEST(testCharactersAndEscapesAreNotCutInTwo);
	CPPUNIT_TEST(testCharacterSizes);
	CPPUNIT_TEST_SUITE_END();

public:
	void testPrintableTextPasses()
	{
		for (const std::string& text :
			{""s, "port already in use"s, " !~\"'%s{}"s, "p\xC3\xA4ss \xE2\x98\x83 \xF0\x9F\x98\x80"s,
				"\xC2\xA0"s, "\xE2\x80\xA7\xE2\x80\xAF"s, "\xF4\x8F\xBF\xBF"s})
		{
			CPPUNIT_ASSERT_EQUAL(text, escapeForLog(text));
		}
	}

	void testControlCharactersAreEscaped()
	{
		CPPUNIT_ASSERT_EQUAL("a\\nb\\rc\\td"s, escapeForLog("a\nb\rc\td"));
		CPPUNIT_ASSERT_EQUAL("\\x00\\x1B[31m\\x07\\x7F"s, escapeForLog("\0\x1B[31m\x07\x7F"s));
	}

	void testBackslashIsEscaped() { CPPUNIT_ASSERT_EQUAL("a\\\\nb"s, escapeForLog("a\\nb")); }

	void testC1ControlsAreEscaped()
	{
		CPPUNIT_ASSERT_EQUAL("\\xC2\\x80\\xC2\\x9B\\xC2\\x9F"s, escapeForLog("\xC2\x80\xC2\x9B\xC2\x9F"));
	}

	void testDirectionAndSeparatorCharactersAreEscaped()
	{
		CPPUNIT_ASSERT_EQUAL("\\xE2\\x80\\xAEx\\xE2\\x80\\xAC"s, escapeForLog("\xE2\x80\xAEx\xE2\x80\xAC"));
		CPPUNIT_ASSERT_EQUAL("\\xE2\\x80\\xA8\\xE2\\x80\\xA9"s, escapeForLog("\xE2\x80\xA8\xE2\x80\xA9"));
		CPPUNIT_ASSERT_EQUAL("\\xE2\\x80\\x8E\\xE2\\x80\\x8F"s, escapeForLog("\xE2\x80\x8E\xE2\x80\x8F"));
		CPPUNIT_ASSERT_EQUAL("\\xE2\\x81\\xA6\\xE2\\x81\\xA9"s, escapeForLog("\xE2\x81\xA6\xE2\x81\xA9"));
		CPPUNIT_ASSERT_EQUAL("\\xD8\\x9C"s, escapeForLog("\xD8\x9C"));
		CPPUNIT_ASSERT_EQUAL("\\xEF\\xBB\\xBF"s, escapeForLog("\xEF\xBB\xBF"));
	}

	void testInvalidUtf8IsEscapedByteByByte()
	{
		CPPUNIT_ASSERT_EQUAL("a\\xFFb"s, escapeForLog("a\xFF"
													  "b"));
		CPPUNIT_ASSERT_EQUAL("\\xC0\\x80"s, escapeForLog("\xC0\x80"));
		CPPUNIT_ASSERT_EQUAL("\\xED\\xA0\\x80"s, escapeForLog("\xED\xA0\x80"));
		CPPUNIT_ASSERT_EQUAL("\\xC3z"s, escapeForLog("\xC3z"));
		CPPUNIT_ASSERT_EQUAL("x\\xE2\\x98"s, escapeForLog("x\xE2\x98"));
	}

	void testTextUpToTheLimitIsWhole()
	{
		const std::string text(MAX_LOG_TEXT_BYTES, 'x');
		CPPUNIT_ASSERT_EQUAL(text, escapeForLog(text));
	}

	void testLongTextIsCut()
	{
		const std::string cut = std::string(MAX_LOG_TEXT_BYTES - 3, 'x') + "...";
		CPPUNIT_ASSERT_EQUAL(cut, escapeForLog(std::string(MAX_LOG_TEXT_BYTES + 1, 'x')));
		CPPUNIT_ASSERT_EQUAL(cut, escapeForLog(std::string(1000000, 'x')));
	}

	void testCharactersAndEscapesAreNotCutInTwo()
	{
		for (std::size_t shift = 0; shift < 8; ++shift)
		{
			const std::string prefix(MAX_LOG_TEXT_BYTES - 8 + shift, 'x');
			const std::string snowman = escapeForLog(prefix + "\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83");
			CPPUNIT_ASSERT(snowman.size() <= MAX_LOG_TEXT_BYTES);
			for (std::size_t i = 0; i < snowman.size();)
			{
				const std::size_t size = utf8CharacterSize(std::string_view(snowman).substr(i));
				CPPUNIT_ASSERT(size > 0);
				i += size;
			}
			const std::string escape = escapeForLog(prefix + "\x01\x01\x01");
			CPPUNIT_ASSERT(escape.size() <= MAX_LOG_TEXT_BYTES);
			CPPUNIT_ASSERT_EQUAL("..."s, escape.substr(escape.size() - 3));
			const std::size_t backslash = escape.rfind('\\');
			CPPUNIT_ASSERT(backslash == std::string::npos || escape.substr(backslash) == "\\x01...");
		}
	}

	void testCharacterSizes()
	{
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, utf8CharacterSize(""));
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, utf8CharacterSize("\0"s));
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, utf8CharacterSize("ab"));
		CPPUNIT_ASSERT_EQUAL(std::size_t{2}, utf8CharacterSize("\xC3\xA4\xC3\xA4"));
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, utf8CharacterSize("\xE2\x98\x83"));
		CPPUNIT_ASSERT_EQUAL(std::size_t{4}, utf8CharacterSize("\xF0\x9F\x98\x80"));
		for (const std::string& text :
			{"\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xC3"s, "\xC3z"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s,
				"\xED\xA0\x80"s, "\xE2\x98"s, "\xE2z\x83"s, "\xF0\x8F\xBF\xBF"s, "\xF4\x90\x80\x80"s,
				"\xF5\x80\x80\x80"s, "\xF8\x88\x80\x80\x80"s, "\xFE"s, "\xFF"s, "\xF0\x9F\x98"s})
		{
			CPPUNIT_ASSERT_EQUAL_MESSAGE(escapeForLog(text), std::size_t{0}, utf8CharacterSize(text));
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTextTest);
