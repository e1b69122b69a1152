//
// TlsTransportTest.cpp
//

#include "Shared/TlsTransport.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <linux/sockios.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/ioctl.h>

using namespace Bore;
using namespace Bore::Test;

class TlsTransportTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TlsTransportTest);
	CPPUNIT_TEST(testBytesGoBothWays);
	CPPUNIT_TEST(testNothingThereIsToBeTriedAgain);
	CPPUNIT_TEST(testNoRoomIsToBeTriedAgain);
	CPPUNIT_TEST(testEndIsNoError);
	CPPUNIT_TEST(testResetIsAnErrorUntilTheNextCall);
	CPPUNIT_TEST(testOneCallReceivesAQuarterOfAMebibyteAtMost);
	CPPUNIT_TEST(testWhatHasMoreBehindItWaitsForIt);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		LoopbackBuffers large;
		large.nearReceive = large.farSend = 1 << 20;
		_pair.emplace(LoopbackPairs(large).make());
		_transport.emplace(_pair->near.impl()->sockfd());
		_bio.reset(_transport->makeBio());
		_transport->beginCall();
	}

	void tearDown() override
	{
		_bio.reset();
		_transport.reset();
		_pair.reset();
	}

	void testBytesGoBothWays()
	{
		ScriptedPeer peer(_pair->far);
		peer.send("\x16 up");
		CPPUNIT_ASSERT(!_transport->firstByte());
		CPPUNIT_ASSERT_EQUAL(std::string("\x16 up"), awaitBytes(4));
		CPPUNIT_ASSERT(_transport->firstByte() == 0x16);
		CPPUNIT_ASSERT_EQUAL(4, ::BIO_write(_bio.get(), "down", 4));
		peer.expect("down");
	}

	void testNothingThereIsToBeTriedAgain()
	{
		char byte = 0;
		CPPUNIT_ASSERT_EQUAL(-1, ::BIO_read(_bio.get(), &byte, 1));
		CPPUNIT_ASSERT(BIO_should_retry(_bio.get()) && BIO_should_read(_bio.get()));
		CPPUNIT_ASSERT(_transport->error() == 0 && !_transport->hasEnded());
	}

	void testNoRoomIsToBeTriedAgain()
	{
		const std::string bytes(1 << 20, 'x');
		int sent = 0;
		do sent = ::BIO_write(_bio.get(), bytes.data(), static_cast<int>(bytes.size()));
		while (sent > 0);
		CPPUNIT_ASSERT_EQUAL(-1, sent);
		CPPUNIT_ASSERT(BIO_should_retry(_bio.get()) && BIO_should_write(_bio.get()));
		CPPUNIT_ASSERT_EQUAL(0, _transport->error());
	}

	void testEndIsNoError()
	{
		_pair->far.shutdownSend();
		char byte = 0;
		CPPUNIT_ASSERT_EQUAL(0, awaitRead(byte));
		CPPUNIT_ASSERT(_transport->hasEnded() && _transport->error() == 0);
		CPPUNIT_ASSERT(!BIO_should_retry(_bio.get()));
	}

	void testResetIsAnErrorUntilTheNextCall()
	{
		_pair->far.setLinger(true, 0);
		_pair->far.close();
		char byte = 0;
		CPPUNIT_ASSERT_EQUAL(-1, awaitRead(byte));
		CPPUNIT_ASSERT_EQUAL(ECONNRESET, _transport->error());
		CPPUNIT_ASSERT_EQUAL(0, ::BIO_read(_bio.get(), &byte, 1));
		CPPUNIT_ASSERT_EQUAL(0, _transport->error());
	}

	void testOneCallReceivesAQuarterOfAMebibyteAtMost()
	{
		constexpr std::size_t MOST = 256UL * 1024;
		ScriptedPeer(_pair->far).send(ByteSource(1).next(MOST + 1));
		CPPUNIT_ASSERT(awaitBytes(MOST) == ByteSource(1).next(MOST));
		char byte = 0;
		CPPUNIT_ASSERT_EQUAL(-1, ::BIO_read(_bio.get(), &byte, 1));
		CPPUNIT_ASSERT(BIO_should_retry(_bio.get()));
		_transport->beginCall();
		CPPUNIT_ASSERT_EQUAL(1, awaitRead(byte));
	}

	void testWhatHasMoreBehindItWaitsForIt()
	{
		_transport->setMoreFollows(true);
		CPPUNIT_ASSERT_EQUAL(1, ::BIO_write(_bio.get(), "a", 1));
		CPPUNIT_ASSERT_EQUAL(1, unsent());
		_transport->setMoreFollows(false);
		CPPUNIT_ASSERT_EQUAL(1, ::BIO_write(_bio.get(), "b", 1));
		CPPUNIT_ASSERT_EQUAL(0, unsent());
		ScriptedPeer(_pair->far).expect("ab");
	}

private:
	[[nodiscard]] int awaitRead(char& byte)
	{
		CPPUNIT_ASSERT(_pair->near.poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
		return ::BIO_read(_bio.get(), &byte, 1);
	}

	[[nodiscard]] std::string awaitBytes(std::size_t size)
	{
		std::string result(size, '\0');
		for (std::size_t done = 0; done < size;)
		{
			CPPUNIT_ASSERT(_pair->near.poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
			const int got = ::BIO_read(_bio.get(), result.data() + done, static_cast<int>(size - done));
			CPPUNIT_ASSERT(got > 0);
			done += static_cast<std::size_t>(got);
		}
		return result;
	}

	[[nodiscard]] int unsent() const
	/// What the kernel has not sent at all.
	{
		int bytes = -1;
		CPPUNIT_ASSERT_EQUAL(0, ::ioctl(_pair->near.impl()->sockfd(), SIOCOUTQNSD, &bytes));
		return bytes;
	}

	std::optional<LoopbackPair> _pair;
	std::optional<TlsTransport> _transport;
	std::unique_ptr<BIO, decltype(&::BIO_free)> _bio{nullptr, ::BIO_free};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsTransportTest);
