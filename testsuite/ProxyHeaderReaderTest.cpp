//
// ProxyHeaderReaderTest.cpp
//

#include "Server/ProxyHeaderReader.h"
#include "Shared/PeerAddress.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class ProxyHeaderReaderTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProxyHeaderReaderTest);
	CPPUNIT_TEST(testNothingYetIsIncomplete);
	CPPUNIT_TEST(testWhatFollowsStaysInTheSocket);
	CPPUNIT_TEST(testBytesOneAtATime);
	CPPUNIT_TEST(testIncompleteLeavesNothingInTheSocket);
	CPPUNIT_TEST(testLongestHeaderIsRead);
	CPPUNIT_TEST(testSomethingElseIsMalformed);
	CPPUNIT_TEST(testEndOfTheStreamIsMalformed);
	CPPUNIT_TEST(testResetIsMalformed);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		const LoopbackPair pair = LoopbackPairs().make();
		_ours = pair.near;
		_peer.emplace(pair.far);
		_reader.emplace();
	}

	void tearDown() override
	{
		_peer.reset();
		_ours.close();
	}

	void testNothingYetIsIncomplete() { CPPUNIT_ASSERT(read() == Status::Incomplete); }

	void testWhatFollowsStaysInTheSocket()
	{
		_peer->send(LINE + "PROXY UNKNOWN\r\nhello");
		CPPUNIT_ASSERT(untilSettled() == Status::Complete);
		CPPUNIT_ASSERT_EQUAL("192.0.2.1:4711"s, addressText(_reader->header().addresses.value().from));
		ScriptedPeer(_ours).expect("PROXY UNKNOWN\r\nhello");
	}

	void testBytesOneAtATime()
	{
		const std::string header = SIGNATURE + "\x20\x00\x00\x02xy"s;
		for (const char byte : header)
		{
			CPPUNIT_ASSERT(read() == Status::Incomplete);
			_peer->send({&byte, 1});
			awaitBytes();
		}
		_peer->send("z");
		CPPUNIT_ASSERT(untilSettled() == Status::Complete);
		CPPUNIT_ASSERT(!_reader->header().addresses);
		ScriptedPeer(_ours).expect("z");
	}

	void testIncompleteLeavesNothingInTheSocket()
	{
		// Or the Watch would wake for it again and again.
		_peer->send("PROXY TCP4");
		awaitBytes();
		CPPUNIT_ASSERT(read() == Status::Incomplete);
		ScriptedPeer(_ours).expectSilence(std::chrono::milliseconds(10));
	}

	void testLongestHeaderIsRead()
	{
		_peer->send(SIGNATURE + "\x20\x00\x0F\xF0"s + std::string(4080, 'x') + "rest");
		CPPUNIT_ASSERT(untilSettled() == Status::Complete);
		ScriptedPeer(_ours).expect("rest");
	}

	void testSomethingElseIsMalformed()
	{
		_peer->send("GET / HTTP/1.1\r\n");
		CPPUNIT_ASSERT(untilSettled() == Status::Malformed);
		CPPUNIT_ASSERT_EQUAL("it begins with something else"s, _reader->fault());
	}

	void testEndOfTheStreamIsMalformed()
	{
		_peer->send("PROXY TCP4 ");
		_peer->shutdownSend();
		CPPUNIT_ASSERT(untilSettled() == Status::Malformed);
		CPPUNIT_ASSERT_EQUAL("it ends before its end"s, _reader->fault());
	}

	void testResetIsMalformed()
	{
		_peer->reset();
		CPPUNIT_ASSERT(untilSettled() == Status::Malformed);
		CPPUNIT_ASSERT_EQUAL("the connection was reset before its end"s, _reader->fault());
	}

private:
	using Status = ProxyHeader::Status;

	static const std::string LINE;
	static const std::string SIGNATURE;

	Status read() { return _reader->read(_ours.impl()->sockfd()); }

	Status untilSettled()
	{
		auto status = Status::Incomplete;
		CPPUNIT_ASSERT(eventually([&] { return (status = read()) != Status::Incomplete; }));
		return status;
	}

	void awaitBytes()
	{
		char byte = 0;
		CPPUNIT_ASSERT(eventually(
			[&] { return ::recv(_ours.impl()->sockfd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1; }));
	}

	Poco::Net::StreamSocket _ours;
	std::optional<ScriptedPeer> _peer;
	std::optional<ProxyHeaderReader> _reader;
};

const std::string ProxyHeaderReaderTest::LINE = "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n";
const std::string ProxyHeaderReaderTest::SIGNATURE = "\r\n\r\n\0\r\nQUIT\n"s;

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyHeaderReaderTest);
