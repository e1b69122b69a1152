//
// HostPortTest.cpp
//

#include "Shared/HostPort.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <utility>

using namespace Bore;
using namespace std::string_literals;

class HostPortTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(HostPortTest);
	CPPUNIT_TEST(testHostAlone);
	CPPUNIT_TEST(testHostAndPort);
	CPPUNIT_TEST(testBracketedAddress);
	CPPUNIT_TEST(testBareIPv6AddressNeedsBrackets);
	CPPUNIT_TEST(testBadTextsAreExplained);
	CPPUNIT_TEST(testBadPortsAreRefused);
	CPPUNIT_TEST(testControlCharactersDoNotReachTheMessage);
	CPPUNIT_TEST(testFormattedTextIsParsedBack);
	CPPUNIT_TEST(testNumbersAreDigitsOnly);
	CPPUNIT_TEST(testNumbersKeepToTheirMaximum);
	CPPUNIT_TEST(testPorts);
	CPPUNIT_TEST_SUITE_END();

	static void assertParsed(const std::string& host, int port, const std::string& text)
	{
		const HostPort result = HostPort::parse(text);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(text, host, result.host);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(text, port, result.port ? static_cast<int>(*result.port) : -1);
	}

	static std::string failureOf(const std::string& text)
	{
		try
		{
			static_cast<void>(HostPort::parse(text));
		}
		catch (const std::invalid_argument& exc)
		{
			return exc.what();
		}
		return "no failure for " + text;
	}

	static void assertFailure(const std::string& part, const std::string& text)
	{
		const std::string failure = failureOf(text);
		CPPUNIT_ASSERT_MESSAGE(failure, failure.find(part) != std::string::npos);
	}

public:
	void testHostAlone()
	{
		assertParsed("example.com", -1, "example.com");
		assertParsed("localhost", -1, "localhost");
		assertParsed("10.0.0.1", -1, "10.0.0.1");
	}

	void testHostAndPort()
	{
		assertParsed("example.com", 7835, "example.com:7835");
		assertParsed("1.2.3.4", 80, "1.2.3.4:80");
		assertParsed("h", 1, "h:1");
		assertParsed("h", 65535, "h:65535");
	}

	void testBracketedAddress()
	{
		assertParsed("::1", -1, "[::1]");
		assertParsed("::1", 7835, "[::1]:7835");
		assertParsed("2001:db8::2", 80, "[2001:db8::2]:80");
		assertParsed("::ffff:1.2.3.4", -1, "[::ffff:1.2.3.4]");
	}

	void testBareIPv6AddressNeedsBrackets()
	{
		CPPUNIT_ASSERT_EQUAL(
			"\"::1\" has more than one colon: write an IPv6 address in brackets, [::1] or [::1]:7835"s,
			failureOf("::1"));
		assertFailure("brackets", "2001:db8::1:7835");
		assertFailure("brackets", "host:80:80");
		assertFailure("brackets", "host::80");
	}

	void testBadTextsAreExplained()
	{
		assertFailure("the host is empty", "");
		assertFailure("lacks the host", ":80");
		assertFailure("lacks the host", ":");
		assertFailure("closing bracket", "[::1");
		assertFailure("closing bracket", "[");
		assertFailure("no IPv6 address in its brackets", "[]");
		assertFailure("no IPv6 address in its brackets", "[localhost]:80");
		assertFailure("no IPv6 address in its brackets", "[1.2.3.4]:80");
		assertFailure("goes on after the bracket", "[::1]80");
		assertFailure("goes on after the bracket", "[::1] ");
		assertFailure("without a scheme", "http://example.com");
		assertFailure("without a scheme", "example.com/path");
		assertFailure("without a scheme", "my host");
		assertFailure("without a scheme", " host");
		assertFailure("without a scheme", "host\n");
		assertFailure("without a scheme", "host\0"s);
		assertFailure("without a scheme", "host]");
		assertFailure("without a scheme", "me@host");
	}

	void testBadPortsAreRefused()
	{
		for (const std::string port : {"", "0", "00", "65536", "99999", "100000", "000080", "+80", "-1",
				 "0x50", "8,0", "80a", "a", "8.0"})
		{
			assertFailure("a number from 1 to 65535", "host:" + port);
			assertFailure("a number from 1 to 65535", "[::1]:" + port);
		}
		assertFailure("a number from 1 to 65535", "[::1]: 80");
	}

	void testControlCharactersDoNotReachTheMessage()
	{
		CPPUNIT_ASSERT_EQUAL(std::string::npos, failureOf("host\x1B[2J").find('\x1B'));
	}

	void testFormattedTextIsParsedBack()
	{
		CPPUNIT_ASSERT_EQUAL("example.com:7835"s, formatHostPort("example.com", 7835));
		CPPUNIT_ASSERT_EQUAL("[::1]:80"s, formatHostPort("::1", 80));
		for (const std::string host : {"example.com", "1.2.3.4", "::1", "2001:db8::1"})
		{
			assertParsed(host, 12345, formatHostPort(host, 12345));
		}
	}

	void testNumbersAreDigitsOnly()
	{
		for (const std::string& text : {""s, "+1"s, "-1"s, "-0"s, " 1"s, "1 "s, "0x1"s, "1e1"s, "1.0"s,
				 "1,0"s, "1\0"s, "\xD9\xA1"s, "a"s})
		{
			CPPUNIT_ASSERT_MESSAGE(text, !parseNumber(text, 1000));
		}
	}

	void testNumbersKeepToTheirMaximum()
	{
		const std::uint32_t most = 4294967295U;
		CPPUNIT_ASSERT(parseNumber("0", 0) == 0U);
		CPPUNIT_ASSERT(!parseNumber("1", 0));
		CPPUNIT_ASSERT(parseNumber("0099", 1000) == 99U);
		CPPUNIT_ASSERT(!parseNumber("00099", 1000));
		CPPUNIT_ASSERT(parseNumber("1000", 1000) == 1000U);
		CPPUNIT_ASSERT(!parseNumber("1001", 1000));
		CPPUNIT_ASSERT(parseNumber("4294967295", most) == most);
		CPPUNIT_ASSERT(!parseNumber("4294967296", most));
		CPPUNIT_ASSERT(!parseNumber("18446744073709551617", most));
	}

	void testPorts()
	{
		CPPUNIT_ASSERT(parsePort("0") == std::uint16_t{0});
		CPPUNIT_ASSERT(parsePort("65535") == std::uint16_t{65535});
		CPPUNIT_ASSERT(!parsePort("65536"));
		CPPUNIT_ASSERT(!parsePort(""));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostPortTest);
