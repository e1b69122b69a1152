//
// ProxyHeaderTest.cpp
//

#include "Shared/ProxyHeader.h"
#include "Shared/PeerAddress.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace std::string_literals;
using Poco::Net::SocketAddress;
using Status = ProxyHeader::Status;

class ProxyHeaderTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProxyHeaderTest);
	CPPUNIT_TEST(testLinesOfTheSpecificationAreRead);
	CPPUNIT_TEST(testLongestLinesAreRead);
	CPPUNIT_TEST(testUnknownIgnoresWhatFollows);
	CPPUNIT_TEST(testMalformedLinesAreRefused);
	CPPUNIT_TEST(testLineEndsWithin107Bytes);
	CPPUNIT_TEST(testBinaryHeadersAreRead);
	CPPUNIT_TEST(testWhatIsAddedToTheAddressesIsSkipped);
	CPPUNIT_TEST(testLocalDiscardsEverything);
	CPPUNIT_TEST(testFamiliesOtherThanTcpOverIpAreUnknown);
	CPPUNIT_TEST(testMalformedBinaryHeadersAreRefused);
	CPPUNIT_TEST(testLengthIsBounded);
	CPPUNIT_TEST(testEveryPrefixNeedsMore);
	CPPUNIT_TEST(testOtherProtocolsAreRefusedAtTheFirstByteThatDiffers);
	CPPUNIT_TEST(testWhatFollowsTheHeaderIsLeft);
	CPPUNIT_TEST(testHeadersAreWrittenByteByByte);
	CPPUNIT_TEST(testUnknownAddressesAreWrittenAsSuch);
	CPPUNIT_TEST(testMappedAddressesAreWrittenAsIPv4);
	CPPUNIT_TEST(testMixedFamiliesAreWrittenAsIPv6);
	CPPUNIT_TEST(testScopeOfALinkLocalAddressIsNotWritten);
	CPPUNIT_TEST(testOffWritesNothing);
	CPPUNIT_TEST(testWhatIsWrittenIsRead);
	CPPUNIT_TEST(testBeginningIsRecognized);
	CPPUNIT_TEST_SUITE_END();

public:
	void testLinesOfTheSpecificationAreRead()
	{
		expect("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1:56324", "192.168.0.11:443");
		expect("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535",
			"255.255.255.255:65535");
		expect("PROXY TCP6 2001:DB8::1 2001:db8::2 1 0\r\n", "[2001:db8::1]:1", "[2001:db8::2]:0");
		expect("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1:1", "[::1]:2");
		expectUnknown("PROXY UNKNOWN\r\n");
	}

	void testLongestLinesAreRead()
	{
		const std::string most = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
		const std::string tail = most + " " + most + " 65535 65535\r\n";
		CPPUNIT_ASSERT_EQUAL(ProxyHeader::MAX_V1_BYTES, ("PROXY UNKNOWN " + tail).size());
		expectUnknown("PROXY UNKNOWN " + tail);
		expect("PROXY TCP6 " + tail, "[" + most + "]:65535", "[" + most + "]:65535");
	}

	void testUnknownIgnoresWhatFollows()
	{
		expectUnknown("PROXY UNKNOWN \r\n");
		expectUnknown("PROXY UNKNOWN a b  c\0\n\r\xFF\r\n"s);
	}

	void testMalformedLinesAreRefused()
	{
		const std::vector<std::string> all{
			"PROXY \r\n",
			"PROXY UNKNOWN2\r\n",
			"PROXY unknown\r\n",
			"PROXY TCP\r\n",
			"PROXY TCP4\r\n",
			"PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n",
			"PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
			"PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2\t1 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n\r\n",
			"PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
			"PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
			"PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
			"PROXY TCP4 8080 192.0.2.2 1 2\r\n",
			"PROXY TCP4 ::1 ::1 1 2\r\n",
			"PROXY TCP4 localhost 192.0.2.2 1 2\r\n",
			"PROXY TCP4 192.0.2.1\0 192.0.2.2 1 2\r\n"s,
			"PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
			"PROXY TCP6 ::1%lo ::1 1 2\r\n",
			"PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n",
			"PROXY TCP6 ::1::2 ::1 1 2\r\n",
			"PROXY TCP6 12345::1 ::1 1 2\r\n",
			"PROXY TCP6 [::1] ::1 1 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 1 \r\n",
			"PROXY TCP4 192.0.2.1 192.0.2.2 1 0x2\r\n",
		};
		for (const auto& bytes : all) expectMalformed(bytes);
	}

	void testLineEndsWithin107Bytes()
	{
		const std::string line = "PROXY UNKNOWN " + std::string(92, 'x');
		CPPUNIT_ASSERT(ProxyHeader::parse(line).status == Status::Incomplete);
		CPPUNIT_ASSERT(ProxyHeader::parse(line + "\r").status == Status::Malformed);
		expectMalformed(line + "\r\n");
		expectUnknown(line.substr(0, 105) + "\r\n");
	}

	void testBinaryHeadersAreRead()
	{
		expect(V2 + "\x21\x11\x00\x0C\xC0\x00\x02\x01\xC6\x33\x64\x02\xDC\x04\x01\xBB"s, "192.0.2.1:56324",
			"198.51.100.2:443");
		expect(V2 + "\x21\x21\x00\x24"s + V6_FROM + V6_TO + "\x00\x01\xFF\xFF"s, "[2001:db8::1]:1",
			"[2001:db8::2]:65535");
	}

	void testWhatIsAddedToTheAddressesIsSkipped()
	{
		// Its authority (type 2), and 3 bytes that are nothing.
		const std::string added = "\x02\x00\x0B"s + "example.org" + "\x04\x00\x01\x00"s + "xyz";
		const auto length = static_cast<char>(12 + added.size());
		expect(V2 + "\x21\x11\x00"s + length + "\xC0\x00\x02\x01\xC6\x33\x64\x02\xDC\x04\x01\xBB"s + added,
			"192.0.2.1:56324", "198.51.100.2:443");
		expectUnknown(V2 + "\x21\x00\x00\x03"s + "xyz");
	}

	void testLocalDiscardsEverything()
	{
		expectUnknown(V2 + "\x20\x00\x00\x00"s);
		expectUnknown(V2 + "\x20\x11\x00\x0C\xC0\x00\x02\x01\xC6\x33\x64\x02\xDC\x04\x01\xBB"s);
		expectUnknown(V2 + "\x20\xFF\x00\x01x"s);
		expectUnknown(V2 + "\x20\x11\x00\x00"s);
	}

	void testFamiliesOtherThanTcpOverIpAreUnknown()
	{
		expectUnknown(V2 + "\x21\x00\x00\x00"s);
		expectUnknown(V2 + "\x21\x12\x00\x0C"s + std::string(12, 'x'));
		expectUnknown(V2 + "\x21\x22\x00\x24"s + std::string(36, 'x'));
		expectUnknown(V2 + "\x21\x31\x00\xD8"s + std::string(216, 'x'));
		expectUnknown(V2 + "\x21\x32\x00\xD8"s + std::string(216, 'x'));
	}

	void testMalformedBinaryHeadersAreRefused()
	{
		const std::string addresses(36, 'x');
		const std::vector<std::string> all{
			V2 + "\x11\x11\x00\x0C"s + addresses, // version 1
			V2 + "\x31\x11\x00\x0C"s + addresses, // version 3
			V2 + "\x01\x11\x00\x0C"s + addresses,
			V2 + "\x22\x11\x00\x0C"s + addresses, // a third command
			V2 + "\x2F\x11\x00\x0C"s + addresses,
			V2 + "\x21\x10\x00\x0C"s + addresses, // combinations that there are not
			V2 + "\x21\x01\x00\x0C"s + addresses,
			V2 + "\x21\x13\x00\x0C"s + addresses,
			V2 + "\x21\x41\x00\x24"s + addresses,
			V2 + "\x21\xFF\x00\x24"s + addresses,
			V2 + "\x21\x11\x00\x0B"s + addresses, // too short
			V2 + "\x21\x21\x00\x23"s + addresses,
			V2 + "\x21\x31\x00\xD7"s + std::string(216, 'x'),
			V2 + "\x21\x12\x00\x00"s + addresses,
		};
		for (const auto& bytes : all) expectMalformed(bytes);
	}

	void testLengthIsBounded()
	{
		const auto most = ProxyHeader::MAX_BYTES - 16;
		expectUnknown(V2 + "\x20\x00\x0F\xF0"s + std::string(most, 'x'));
		// Whether or not they ever come.
		expectMalformed(V2 + "\x20\x00\x0F\xF1"s);
		expectMalformed(V2 + "\x21\x11\xFF\xFF"s);
	}

	void testEveryPrefixNeedsMore()
	{
		for (const std::string& whole :
			{"PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"s, "PROXY UNKNOWN\r\n"s,
				V2 + "\x21\x21\x00\x24"s + V6_FROM + V6_TO + "\x00\x01\xFF\xFF"s, V2 + "\x20\x00\x00\x00"s})
			for (std::size_t size = 0; size < whole.size(); ++size)
				CPPUNIT_ASSERT(ProxyHeader::parse(whole.substr(0, size)).status == Status::Incomplete);
	}

	void testOtherProtocolsAreRefusedAtTheFirstByteThatDiffers()
	{
		for (const std::string& bytes : {"G"s, "GET / HTTP/1.1\r\n"s, "PROXZ"s, "PROXYTCP4"s, "proxy "s,
				 "\n"s, "\r\n\r\n\0\r\nQUIX"s, "\r\n\r\n "s, "\0"s, "\x16\x03\x01"s, "{\"Hello\":0}\0"s})
			expectMalformed(bytes);
	}

	void testWhatFollowsTheHeaderIsLeft()
	{
		const std::string line = "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n";
		CPPUNIT_ASSERT_EQUAL(line.size(), ProxyHeader::parse(line + "\r\nPROXY UNKNOWN\r\n").size);
		const std::string binary = V2 + "\x20\x00\x00\x01x"s;
		CPPUNIT_ASSERT_EQUAL(binary.size(), ProxyHeader::parse(binary + binary).size);
	}

	void testHeadersAreWrittenByteByByte()
	{
		const auto v4 = header("192.0.2.1:56324", "198.51.100.2:443");
		CPPUNIT_ASSERT_EQUAL(
			"PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"s, v4.format(ProxyProtocol::V1));
		CPPUNIT_ASSERT_EQUAL(V2 + "\x21\x11\x00\x0C\xC0\x00\x02\x01\xC6\x33\x64\x02\xDC\x04\x01\xBB"s,
			v4.format(ProxyProtocol::V2));
		const auto v6 = header("[2001:db8::1]:1", "[2001:db8::2]:65535");
		CPPUNIT_ASSERT_EQUAL("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"s, v6.format(ProxyProtocol::V1));
		CPPUNIT_ASSERT_EQUAL(
			V2 + "\x21\x21\x00\x24"s + V6_FROM + V6_TO + "\x00\x01\xFF\xFF"s, v6.format(ProxyProtocol::V2));
	}

	void testUnknownAddressesAreWrittenAsSuch()
	{
		CPPUNIT_ASSERT_EQUAL("PROXY UNKNOWN\r\n"s, ProxyHeader().format(ProxyProtocol::V1));
		CPPUNIT_ASSERT_EQUAL(V2 + "\x20\x00\x00\x00"s, ProxyHeader().format(ProxyProtocol::V2));
	}

	void testMappedAddressesAreWrittenAsIPv4()
	{
		CPPUNIT_ASSERT_EQUAL("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"s,
			header("[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.2]:2").format(ProxyProtocol::V1));
	}

	void testMixedFamiliesAreWrittenAsIPv6()
	{
		const auto mixed = header("192.0.2.1:1", "[2001:db8::2]:2");
		CPPUNIT_ASSERT_EQUAL(
			"PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n"s, mixed.format(ProxyProtocol::V1));
		const auto again = ProxyHeader::parse(mixed.format(ProxyProtocol::V2));
		CPPUNIT_ASSERT_EQUAL("192.0.2.1:1"s, addressText(again.header.addresses.value().from));
	}

	void testScopeOfALinkLocalAddressIsNotWritten()
	{
		const Poco::Net::IPAddress scoped("fe80::1%lo");
		const ProxyHeader written{ProxyHeader::Addresses{SocketAddress(scoped, 1), SocketAddress(scoped, 2)}};
		CPPUNIT_ASSERT_EQUAL("PROXY TCP6 fe80::1 fe80::1 1 2\r\n"s, written.format(ProxyProtocol::V1));
	}

	void testOffWritesNothing()
	{
		CPPUNIT_ASSERT(header("192.0.2.1:1", "192.0.2.2:2").format(ProxyProtocol::Off).empty());
	}

	void testWhatIsWrittenIsRead()
	{
		for (const auto version : {ProxyProtocol::V1, ProxyProtocol::V2})
		{
			for (const std::string& from : {"192.0.2.1:56324"s, "[2001:db8::1]:1"s})
				expect(header(from, from).format(version), from, from);
			expectUnknown(ProxyHeader().format(version));
		}
	}

	void testBeginningIsRecognized()
	{
		CPPUNIT_ASSERT(ProxyHeader::isBegunBy("PROXY TCP4"));
		CPPUNIT_ASSERT(ProxyHeader::isBegunBy(V2 + "\x21"));
		CPPUNIT_ASSERT(!ProxyHeader::isBegunBy("PROXY"));
		CPPUNIT_ASSERT(!ProxyHeader::isBegunBy("{\"Hello\":0}"));
		CPPUNIT_ASSERT(!ProxyHeader::isBegunBy("\r\n\r\n"));
		CPPUNIT_ASSERT(!ProxyHeader::isBegunBy(""));
	}

private:
	static const std::string V2;
	static const std::string V6_FROM;
	static const std::string V6_TO;

	static ProxyHeader header(const std::string& from, const std::string& to)
	{
		return {ProxyHeader::Addresses{SocketAddress(from), SocketAddress(to)}};
	}

	static ProxyHeader complete(const std::string& bytes)
	{
		const auto parsed = ProxyHeader::parse(bytes);
		CPPUNIT_ASSERT_MESSAGE(bytes + ": " + parsed.fault, parsed.status == Status::Complete);
		CPPUNIT_ASSERT_EQUAL(bytes.size(), parsed.size);
		return parsed.header;
	}

	static void expect(const std::string& bytes, const std::string& from, const std::string& to)
	{
		const auto header = complete(bytes);
		CPPUNIT_ASSERT_MESSAGE(bytes, header.addresses);
		CPPUNIT_ASSERT_EQUAL(from, addressText(header.addresses->from));
		CPPUNIT_ASSERT_EQUAL(to, addressText(header.addresses->to));
	}

	static void expectUnknown(const std::string& bytes)
	{
		CPPUNIT_ASSERT_MESSAGE(bytes, !complete(bytes).addresses);
	}

	static void expectMalformed(const std::string& bytes)
	{
		const auto parsed = ProxyHeader::parse(bytes);
		CPPUNIT_ASSERT_MESSAGE(bytes, parsed.status == Status::Malformed);
		CPPUNIT_ASSERT(!parsed.fault.empty());
	}
};

const std::string ProxyHeaderTest::V2 = "\r\n\r\n\0\r\nQUIT\n"s;
const std::string ProxyHeaderTest::V6_FROM = "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01"s;
const std::string ProxyHeaderTest::V6_TO = "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x02"s;

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyHeaderTest);
