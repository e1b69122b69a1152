//
// PeerAddressTest.cpp
//

#include "Shared/PeerAddress.h"

#include "testsuite/support/LoopbackPairs.h"

#include <Poco/Net/ServerSocket.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace Bore;
using namespace Bore::Test;
using Poco::Net::SocketAddress;

class PeerAddressTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PeerAddressTest);
	CPPUNIT_TEST(testIPv4IsWrittenPlain);
	CPPUNIT_TEST(testIPv6IsWrittenInBrackets);
	CPPUNIT_TEST(testMappedIPv4IsWrittenAsIPv4);
	CPPUNIT_TEST(testPeerIsTheOtherEnd);
	CPPUNIT_TEST(testIPv4PeerOfAnIPv6SocketIsWrittenAsIPv4);
	CPPUNIT_TEST(testPeerOfAnEndedConnectionIsGone);
	CPPUNIT_TEST(testWhatIsWrittenIsRead);
	CPPUNIT_TEST(testOtherTextsAreNoAddress);
	CPPUNIT_TEST(testScopeIsLeftOut);
	CPPUNIT_TEST_SUITE_END();

public:
	void testIPv4IsWrittenPlain()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4:80"), addressText(SocketAddress("1.2.3.4", 80)));
	}

	void testIPv6IsWrittenInBrackets()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("[::1]:8080"), addressText(SocketAddress("::1", 8080)));
		CPPUNIT_ASSERT_EQUAL(std::string("[2001:db8::7]:1"), addressText(SocketAddress("2001:db8::7", 1)));
	}

	void testMappedIPv4IsWrittenAsIPv4()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4:80"), addressText(SocketAddress("::ffff:1.2.3.4", 80)));
		CPPUNIT_ASSERT_EQUAL(
			std::string("192.168.0.255:65535"), addressText(SocketAddress("::ffff:c0a8:ff", 65535)));
	}

	void testWhatIsWrittenIsRead()
	{
		for (const std::string text :
			{"1.2.3.4:80", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:8080", "[2001:db8::7]:1"})
			CPPUNIT_ASSERT_EQUAL(text, addressText(parseAddress(text).value()));
	}

	void testOtherTextsAreNoAddress()
	{
		using namespace std::string_literals;
		for (const std::string& text : {""s, ":80"s, "1.2.3.4"s, "1.2.3.4:"s, "1.2.3.4:65536"s,
				 "1.2.3.4: 80"s, "1.2.3:80"s, "8080:80"s, "localhost:80"s, "::1:80"s, "[::1]"s,
				 "[1.2.3.4]:80"s, "[]:80"s, "[::1%lo]:80"s, "1.2.3.4\0x:80"s, "1.2.3.4:80\0"s})
			CPPUNIT_ASSERT_MESSAGE(text, !parseAddress(text));
	}

	void testScopeIsLeftOut()
	{
		const SocketAddress scoped(Poco::Net::IPAddress("fe80::1%lo"), 7);
		CPPUNIT_ASSERT_EQUAL(std::string("[fe80::1]:7"), addressText(withoutScope(scoped)));
		CPPUNIT_ASSERT_EQUAL(
			std::string("1.2.3.4:80"), addressText(withoutScope(SocketAddress("1.2.3.4", 80))));
	}

	void testPeerIsTheOtherEnd()
	{
		const LoopbackPair pair = LoopbackPairs().make();
		const std::string port = std::to_string(pair.far.address().port());
		CPPUNIT_ASSERT_EQUAL("127.0.0.1:" + port, peerText(pair.near));
	}

	void testIPv4PeerOfAnIPv6SocketIsWrittenAsIPv4()
	{
		Poco::Net::ServerSocket listener;
		listener.bind6(SocketAddress("::", 0), true, false, false);
		listener.listen(1);
		const Poco::Net::StreamSocket near(SocketAddress("127.0.0.1", listener.address().port()));
		const Poco::Net::StreamSocket far = listener.acceptConnection();
		CPPUNIT_ASSERT_EQUAL("127.0.0.1:" + std::to_string(near.address().port()), peerText(far));
	}

	void testPeerOfAnEndedConnectionIsGone()
	{
		LoopbackPair pair = LoopbackPairs().make();
		pair.near.close();
		CPPUNIT_ASSERT_EQUAL(std::string("(gone)"), peerText(pair.near));
		CPPUNIT_ASSERT_EQUAL(std::string("(gone)"), peerText(Poco::Net::StreamSocket()));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(PeerAddressTest);
