//
// MessageTest.cpp
//

#include "Shared/Message.h"
#include "Shared/LogText.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Uuid.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace Bore;
using namespace std::string_literals;

class MessageTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(MessageTest);
	CPPUNIT_TEST(testFramesAreThoseOfARealPeer);
	CPPUNIT_TEST(testClientMessagesComeBack);
	CPPUNIT_TEST(testServerMessagesComeBack);
	CPPUNIT_TEST(testEveryPortComesBack);
	CPPUNIT_TEST(testWhiteSpaceIsAllowed);
	CPPUNIT_TEST(testEscapesInTextAreUnderstood);
	CPPUNIT_TEST(testNumbersOtherThanPortsAreRefused);
	CPPUNIT_TEST(testValuesOfTheWrongTypeAreRefused);
	CPPUNIT_TEST(testIdsOfAnotherFormAreRefused);
	CPPUNIT_TEST(testMoreOrLessThanOneKeyIsRefused);
	CPPUNIT_TEST(testKeysWithEscapesAreRefused);
	CPPUNIT_TEST(testMessagesOfTheOtherSideAreRefused);
	CPPUNIT_TEST(testTextAroundTheValueIsRefused);
	CPPUNIT_TEST(testBrokenJsonIsRefused);
	CPPUNIT_TEST(testInvalidUtf8IsRefused);
	CPPUNIT_TEST(testDeepNestingIsRefused);
	CPPUNIT_TEST(testHostileBytesAreNeverMoreThanMalformed);
	CPPUNIT_TEST(testErrorTextIsCleaned);
	CPPUNIT_TEST(testErrorTextIsCutToTheLongestFrame);
	CPPUNIT_TEST(testUnknownJsonIsWellFormed);
	CPPUNIT_TEST(testBrokenJsonIsNotWellFormed);
	CPPUNIT_TEST_SUITE_END();

	static constexpr char ID[] = "67e55044-10b1-426f-9247-bb680e5fe0c8";

	static Poco::UUID id() { return parseUuid(ID).value(); }

	static std::string withId(const std::string& key) { return "{\"" + key + "\":\"" + ID + "\"}"; }

	static void assertMalformed(const std::string& frame)
	{
		const std::string shown = escapeForLog(frame);
		CPPUNIT_ASSERT_THROW_MESSAGE(
			shown, static_cast<void>(parseClientMessage(frame)), MalformedFrameException);
		CPPUNIT_ASSERT_THROW_MESSAGE(
			shown, static_cast<void>(parseServerMessage(frame)), MalformedFrameException);
	}

	static void assertAllMalformed(const std::vector<std::string>& frames)
	{
		std::for_each(frames.begin(), frames.end(), assertMalformed);
	}

	static void assertPort(std::uint16_t port, const std::string& frame)
	{
		CPPUNIT_ASSERT_EQUAL_MESSAGE(frame, port, std::get<Hello>(parseClientMessage(frame)).port);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(frame, port, std::get<Hello>(parseServerMessage(frame)).port);
	}

	static std::string formatError(const std::string& text) { return format(ServerMessage{Error{text}}); }

	static const std::vector<std::string>& brokenJson()
	{
		static const std::vector<std::string> frames{"", " ", "{", "}", "[", "]", "\"",
			"{\"Hello\":", "{\"Hello\"", "{\"Hello\"}", "{\"Hello\":}", "{\"Hello\":0", "{\"Hello\":0,}",
			"{,}", "{\"Hello\"::0}", "{\"Hello\",0}", "{Hello:0}", "{'Hello':0}", "{\"Hello\":0 0}",
			"{\"Hello\":01}", "{\"Hello\":+1}", "{\"Hello\":.5}", "{\"Hello\":1.}", "{\"Hello\":1e}",
			"{\"Hello\":-}", "{\"Hello\":0x10}", "{\"Hello\":1_0}", "{\"Hello\":NaN}", "{\"Hello\":Infinity}",
			"{\"Hello\":tru}", "{\"Hello\":TRUE}", "{\"Hello\":nulll}", "/*c*/{\"Hello\":0}",
			"{\"Hello\":0}//c", "{\"Hello\":/**/0}", "{\"Error\":\"a", "{\"Error\":\"a\tb\"}",
			"{\"Error\":\"a\nb\"}", "{\"Error\":\"\x1F\"}", "{\"Error\":\"\\x41\"}",
			"{\"Error\":\"\\ud800\"}", "{\"Error\":\"\\ud800x\"}", "{\"Error\":\"\\udc00\"}",
			"{\"Error\":\"\\ud800\\u0041\"}", "{\"Error\":\"\\u12G4\"}", "{\"Error\":\"\\u 12\"}",
			"{\"Error\":\"a\"b\"}", "{\"Error\":\"a\0b\"}"s, "{\"Hello\":\0000}"s, "{\"Hello\":0}\0"s, "\0"s,
			"\f{\"Hello\":0}", "{\"Hello\":0\v}", "{\"Hello\":0}]", "]{\"Hello\":0}[", "{\"Hello\":0},",
			",{\"Hello\":0}", "{\"Hello\":0}],[{\"Hello\":0}", "{\"Hello\":0}][{\"Hello\":0}",
			"{\"Hello\":0}{\"Hello\":0}", "{\"Hello\":0} x", "x {\"Hello\":0}", "\"Heartbeat\"x",
			"\"Heartbeat\"\"Heartbeat\"", "\"Heartbeat", "Heartbeat", "'Heartbeat'", "\"Heartbeat\",",
			"\"Heartbeat\"]"};
		return frames;
	}

	static const std::vector<std::string>& invalidUtf8()
	{
		static const std::vector<std::string> frames{"\xFF", "{\"Hello\":0}\xFF", "{\"Hello\":0}]\xFF",
			"\"Heartbeat\"]\xFF", "\xFF{\"Hello\":0}", "{\"Hello\":0\xFF}", "{\"Hello\xFF\":0}",
			"{\"Error\":\"\xFF\"}", "{\"Error\":\"\xC0\x80\"}", "{\"Error\":\"\xED\xA0\x80\"}",
			"{\"Error\":\"\xF4\x90\x80\x80\"}", "{\"Error\":\"\xE2\x98\"}", "{\"Error\":\"\xC3\"}",
			"{\"Error\":\"\x80\"}", "\"Heartbeat\"\xFF", "\xEF\xBB\xBF{\"Hello\":0}"};
		return frames;
	}

public:
	void testFramesAreThoseOfARealPeer()
	{
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":8080}"s, format(ClientMessage{Hello{8080}}));
		CPPUNIT_ASSERT_EQUAL(withId("Accept"), format(ClientMessage{Accept{id()}}));
		CPPUNIT_ASSERT_EQUAL("{\"Authenticate\":\"00ff\"}"s, format(ClientMessage{Authenticate{"00ff"}}));
		CPPUNIT_ASSERT_EQUAL("{\"Hello\":0}"s, format(ServerMessage{Hello{0}}));
		CPPUNIT_ASSERT_EQUAL("\"Heartbeat\""s, format(ServerMessage{Heartbeat{}}));
		CPPUNIT_ASSERT_EQUAL(withId("Challenge"), format(ServerMessage{Challenge{id()}}));
		CPPUNIT_ASSERT_EQUAL(withId("Connection"), format(ServerMessage{Connection{id()}}));
		CPPUNIT_ASSERT_EQUAL(
			"{\"Error\":\"port already in use\"}"s, formatError(Protocol::ErrorText::PORT_IN_USE));
		CPPUNIT_ASSERT_EQUAL("{\"Error\":\"frame error, invalid byte length\"}"s,
			formatError(Protocol::ErrorText::FRAME_TOO_LONG));
	}

	void testClientMessagesComeBack()
	{
		for (const ClientMessage& message : {ClientMessage{Hello{65535}}, ClientMessage{Accept{id()}},
				 ClientMessage{Authenticate{std::string(64, 'f')}}, ClientMessage{Authenticate{""}}})
		{
			const std::string frame = format(message);
			const ClientMessage back = parseClientMessage(frame);
			CPPUNIT_ASSERT_EQUAL(message.index(), back.index());
			CPPUNIT_ASSERT_EQUAL(frame, format(back));
		}
		CPPUNIT_ASSERT(id() == std::get<Accept>(parseClientMessage(withId("Accept"))).id);
		CPPUNIT_ASSERT_EQUAL(
			"zz"s, std::get<Authenticate>(parseClientMessage("{\"Authenticate\":\"zz\"}")).tag);
	}

	void testServerMessagesComeBack()
	{
		for (const ServerMessage& message : {ServerMessage{Hello{1}}, ServerMessage{Heartbeat{}},
				 ServerMessage{Challenge{id()}}, ServerMessage{Connection{id()}},
				 ServerMessage{Error{"a \"quoted\" \\ \n text \xE2\x98\x83"}}, ServerMessage{Error{""}}})
		{
			const std::string frame = format(message);
			const ServerMessage back = parseServerMessage(frame);
			CPPUNIT_ASSERT_EQUAL(message.index(), back.index());
			CPPUNIT_ASSERT_EQUAL(frame, format(back));
		}
		CPPUNIT_ASSERT(id() == std::get<Challenge>(parseServerMessage(withId("Challenge"))).id);
		CPPUNIT_ASSERT(id() == std::get<Connection>(parseServerMessage(withId("Connection"))).id);
		CPPUNIT_ASSERT_EQUAL("no"s, std::get<Error>(parseServerMessage("{\"Error\":\"no\"}")).text);
	}

	void testEveryPortComesBack()
	{
		for (unsigned port = 0; port <= 65535; port += port < 300 ? 1 : 97)
		{
			assertPort(static_cast<std::uint16_t>(port), "{\"Hello\":" + std::to_string(port) + "}");
		}
		assertPort(65535, "{\"Hello\":65535}");
	}

	void testWhiteSpaceIsAllowed()
	{
		assertPort(80, " {\t\"Hello\"\r:\n80 } ");
		assertPort(0, "{\"Hello\":0" + std::string(245, ' ') + "}");
		CPPUNIT_ASSERT(std::holds_alternative<Heartbeat>(parseServerMessage(" \"Heartbeat\"\n")));
	}

	void testEscapesInTextAreUnderstood()
	{
		CPPUNIT_ASSERT_EQUAL("a/\"\n\xF0\x9F\x98\x80\0b"s,
			std::get<Error>(parseServerMessage("{\"Error\":\"a\\/\\\"\\n\\ud83d\\ude00\\u0000b\"}")).text);
	}

	void testNumbersOtherThanPortsAreRefused()
	{
		for (const std::string number :
			{"65536", "65537", "100000", "-1", "-0", "-80", "25000.0", "0.0", "80.5", "1e2", "1E2", "1e+2",
				"8e1", "1e-1", "4294967296", "4294967376", "-4294967216", "18446744073709551616",
				"18446744073709551615", "18446744073709551696", "9223372036854775808",
				"99999999999999999999999", "-18446744073709551616", "1e999", "00", "080"})
		{
			assertMalformed("{\"Hello\":" + number + "}");
			assertMalformed("{ \"Hello\" : " + number + " }");
		}
	}

	void testValuesOfTheWrongTypeAreRefused()
	{
		for (const std::string value :
			{"\"80\"", "true", "false", "null", "[]", "[80]", "{}", "{\"Hello\":80}", "\"\""})
		{
			assertMalformed("{\"Hello\":" + value + "}");
		}
		for (const std::string key : {"Authenticate", "Accept", "Challenge", "Connection", "Error"})
		{
			for (const std::string value : {"0", "true", "null", "[\"x\"]", "{}", "{\"a\":\"b\"}", "1.5"})
			{
				assertMalformed("{\"" + key + "\":" + value + "}");
			}
			assertMalformed("{\"" + key + "\":[\"" + ID + "\"]}");
		}
		assertAllMalformed(
			{"0", "1.5", "true", "null", "[]", "{}", "[\"Heartbeat\"]", "[{\"Hello\":0}]", "\"Hello\"",
				"{\"Heartbeat\":0}", "{\"Heartbeat\":\"\"}", "\"\"", "\"heartbeat\"", "[{\"Hello\":0},1]"});
	}

	void testIdsOfAnotherFormAreRefused()
	{
		for (const std::string text : {"", "67e5504410b1426f9247bb680e5fe0c8",
				 "67E55044-10B1-426F-9247-BB680E5FE0C8", "67e55044-10b1-426f-9247-bb680e5fe0c8 ",
				 "67e55044-10b1-426f-9247-bb680e5fe0c", "67e55044-10b1-426f-9247-bb680e5fe0c8\\u0000",
				 "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8"})
		{
			for (const std::string key : {"Accept", "Challenge", "Connection"})
			{
				assertMalformed("{\"" + key + "\":\"" + text + "\"}");
			}
		}
	}

	void testMoreOrLessThanOneKeyIsRefused()
	{
		assertAllMalformed({"{}", "{\"Hello\":0,\"Hello\":0}", "{\"Hello\":0,\"Accept\":\""s + ID + "\"}",
			"{\"Nope\":1,\"Hello\":0}", "{\"Hello\":0,\"Nope\":\"1\"}", "{\"Nope\":1}", "{\"hello\":0}",
			"{\"Hello \":0}", "{\"\":0}", "{\"Hello\\u0000\":0}", "{\"Error\":\"a\",\"Error\":\"b\"}",
			"{\"Offer\":{\"standby\":16}}", "{\"Hello\":{\"Hello\":0}}", "{\"Error\":\"a\",\"Hello\":0}"});
	}

	void testKeysWithEscapesAreRefused()
	{
		const std::string text = "\":\""s + ID + "\"}";
		for (const std::string key : {"Accept", "Authenticate", "Challenge", "Connection", "Error"})
		{
			assertMalformed("{\"" + key + "\\u0000" + text);
			assertMalformed("{\"" + key + "\\u0000x" + text);
			assertMalformed("{\"" + key + "\\\"" + text);
		}
		assertAllMalformed({"{\"Hello\\u0000\":0}", "{\"Hello\\u0000:1\":0}", "{\"\\u0048ello\":0}"});
	}

	void testMessagesOfTheOtherSideAreRefused()
	{
		for (const std::string& frame :
			{withId("Challenge"), withId("Connection"), "{\"Error\":\"x\"}"s, "\"Heartbeat\""s})
		{
			CPPUNIT_ASSERT_THROW(static_cast<void>(parseClientMessage(frame)), MalformedFrameException);
			CPPUNIT_ASSERT_NO_THROW(static_cast<void>(parseServerMessage(frame)));
		}
		for (const std::string& frame : {withId("Accept"), "{\"Authenticate\":\"00\"}"s})
		{
			CPPUNIT_ASSERT_THROW(static_cast<void>(parseServerMessage(frame)), MalformedFrameException);
			CPPUNIT_ASSERT_NO_THROW(static_cast<void>(parseClientMessage(frame)));
		}
	}

	void testTextAroundTheValueIsRefused()
	{
		for (const std::string extra : {"x", "0", "\"\"", "{}", "[]", "]", "[", "}", ",", ":", "//", "null",
				 ",[", "],[", ",1", "1,", ",{\"Error\":\"\"}"})
		{
			assertMalformed("{\"Hello\":0}" + extra);
			assertMalformed(extra + "{\"Hello\":0}");
			assertMalformed("\"Heartbeat\"" + extra);
			assertMalformed(extra + "\"Heartbeat\"");
		}
		assertMalformed("\"Heartbeat\",\"Heartbeat\"");
		assertMalformed("1,{\"Hello\":0}");
	}

	void testBrokenJsonIsRefused() { assertAllMalformed(brokenJson()); }

	void testInvalidUtf8IsRefused() { assertAllMalformed(invalidUtf8()); }

	void testDeepNestingIsRefused()
	{
		for (const std::size_t depth : {65U, 300U, 100000U})
		{
			assertMalformed(std::string(depth, '['));
			assertMalformed(std::string(depth, '[') + std::string(depth, ']'));
			std::string objects;
			for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
			assertMalformed(objects + "1" + std::string(depth, '}'));
		}
	}

	void testHostileBytesAreNeverMoreThanMalformed()
	{
		// Pieces of messages in any order come closer to a valid one than
		// plain random bytes, and reach further into the parser.
		const std::vector<std::string> pieces{"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d800",
			"\"Hello\"", "\"Heartbeat\"", "\"Accept\"", "\"Error\"", "\""s + ID + "\"", "0", "-", "65536",
			"1e9", ".", "null", "true", " ", "\n", "\0"s, "\xFF", "\xC3", "{\"Hello\":", "{\"Error\":\""};
		std::mt19937 random(20240601); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same run each time
		for (int i = 0; i < 30000; ++i)
		{
			std::string frame;
			const std::size_t length = random() % 12;
			for (std::size_t n = 0; n < length; ++n)
			{
				if (random() % 8 == 0)
					frame += static_cast<char>(random() % 256);
				else
					frame += pieces[random() % pieces.size()];
			}
			assertParsesOrIsMalformed(frame);
		}
	}

	static void assertParsesOrIsMalformed(const std::string& frame)
	{
		// Any exception but MalformedFrameException fails the test.
		const bool wellFormed = isWellFormedJson(frame);
		try
		{
			const ClientMessage message = parseClientMessage(frame);
			CPPUNIT_ASSERT_MESSAGE(escapeForLog(frame), wellFormed);
			CPPUNIT_ASSERT_EQUAL(message.index(), parseClientMessage(format(message)).index());
		}
		catch (const MalformedFrameException&)
		{
		}
		try
		{
			const ServerMessage message = parseServerMessage(frame);
			CPPUNIT_ASSERT_MESSAGE(escapeForLog(frame), wellFormed);
			CPPUNIT_ASSERT_EQUAL(message.index(), parseServerMessage(format(message)).index());
		}
		catch (const MalformedFrameException&)
		{
		}
	}

	void testErrorTextIsCleaned()
	{
		CPPUNIT_ASSERT_EQUAL("{\"Error\":\"a\xEF\xBF\xBD"
							 "b\"}"s,
			formatError("a\xFF"
						"b"));
		CPPUNIT_ASSERT_EQUAL("{\"Error\":\"\xEF\xBF\xBDz\"}"s, formatError("\xC3z"));
		CPPUNIT_ASSERT_EQUAL("a\0b\x1B"s, std::get<Error>(parseServerMessage(formatError("a\0b\x1B"s))).text);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, formatError("a\0b"s).find('\0'));
	}

	void testErrorTextIsCutToTheLongestFrame()
	{
		for (const std::string character :
			{"x", "\"", "\x01", "\xC3\xA4", "\xE2\x98\x83", "\xF0\x9F\x98\x80", "\xFF"})
		{
			std::string text;
			for (int i = 0; i < 600; ++i)
			{
				const std::string frame = formatError(text);
				CPPUNIT_ASSERT(frame.size() <= Protocol::MAX_FRAME_BYTES);
				CPPUNIT_ASSERT(std::holds_alternative<Error>(parseServerMessage(frame)));
				text += character;
			}
			// No more is lost than the character that did not fit.
			CPPUNIT_ASSERT(formatError(text).size() > Protocol::MAX_FRAME_BYTES - 6);
		}
		CPPUNIT_ASSERT_EQUAL(
			"{\"Error\":\"" + std::string(244, 'x') + "\"}", formatError(std::string(1000000, 'x')));
	}

	void testUnknownJsonIsWellFormed()
	{
		for (const std::string& frame : {"{\"Offer\":{\"standby\":16}}"s, "\"Goodbye\""s, "0"s, "-0"s,
				 "1.5e3"s, "true"s, "null"s, "[]"s, "{}"s, " [1, {\"a\": [null]}, \"\\u0000\"] "s,
				 "{\"a\":1,\"a\":2}"s, "\"\xE2\x98\x83\""s, std::string(64, '[') + std::string(64, ']')})
		{
			CPPUNIT_ASSERT_MESSAGE(frame, isWellFormedJson(frame));
		}
	}

	void testBrokenJsonIsNotWellFormed()
	{
		for (const auto* frames : {&brokenJson(), &invalidUtf8()})
		{
			for (const std::string& frame : *frames)
			{
				CPPUNIT_ASSERT_MESSAGE(escapeForLog(frame), !isWellFormedJson(frame));
			}
		}
		for (const std::string frame : {"1,2", "1 2", "[1],[2]", "1],[2", ",", "]["})
		{
			CPPUNIT_ASSERT_MESSAGE(frame, !isWellFormedJson(frame));
		}
		CPPUNIT_ASSERT(!isWellFormedJson(std::string(65, '[') + std::string(65, ']')));
		CPPUNIT_ASSERT(!isWellFormedJson(std::string(300, '[')));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageTest);
