//
// ListenerTest.cpp
//

#include "Shared/Listener.h"

#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/SocketAddress.h>
#include <algorithm>
#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using Poco::Net::ServerSocket;

class ListenerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ListenerTest);
	CPPUNIT_TEST(testAllAddressesAreIPv4AndIPv6);
	CPPUNIT_TEST(testIPv4AddressIsThatAddressAlone);
	CPPUNIT_TEST(testIPv6AddressIsThatAddressAlone);
	CPPUNIT_TEST(testDoubleColonIsAllAddresses);
	CPPUNIT_TEST(testPortAskedForIsUsed);
	CPPUNIT_TEST(testPortInUseIsToldByItsErrno);
	CPPUNIT_TEST(testPortInUseOnOneAddressIsInUseOnAll);
	CPPUNIT_TEST(testPortBoundButNotListeningIsInUse);
	CPPUNIT_TEST(testForeignAddressIsToldByItsErrno);
	CPPUNIT_TEST(testPortIsNeverShared);
	CPPUNIT_TEST(testPortInTimeWaitCanBeUsedAgain);
	CPPUNIT_TEST_SUITE_END();

public:
	void testAllAddressesAreIPv4AndIPv6()
	{
		const ServerSocket listener = listenOn("", 0);
		CPPUNIT_ASSERT(connects(listener, "127.0.0.1"));
		CPPUNIT_ASSERT(connects(listener, "::1"));
	}

	void testIPv4AddressIsThatAddressAlone() { expectAlone("127.0.0.2", {"127.0.0.1", "::1"}); }

	void testIPv6AddressIsThatAddressAlone() { expectAlone("::1", {"127.0.0.1"}); }

	void testDoubleColonIsAllAddresses()
	{
		const ServerSocket listener = listenOn("::", 0);
		CPPUNIT_ASSERT(connects(listener, "127.0.0.1"));
		CPPUNIT_ASSERT(connects(listener, "::1"));
	}

	void testPortAskedForIsUsed()
	{
		ServerSocket first = listenOn("127.0.0.1", 0);
		const std::uint16_t port = first.address().port();
		CPPUNIT_ASSERT(port != 0);
		first.close();
		CPPUNIT_ASSERT_EQUAL(port, listenOn("127.0.0.1", port).address().port());
	}

	void testPortInUseIsToldByItsErrno()
	{
		for (const char* const address : {"", "127.0.0.1", "::1"})
		{
			const ServerSocket listener = listenOn(address, 0);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(address, EADDRINUSE, errorOf(address, listener.address().port()));
		}
	}

	void testPortInUseOnOneAddressIsInUseOnAll()
	{
		const ServerSocket listener = listenOn("127.0.0.1", 0);
		CPPUNIT_ASSERT_EQUAL(EADDRINUSE, errorOf("", listener.address().port()));
	}

	void testPortBoundButNotListeningIsInUse()
	{
		// Both may reuse the address, so bind alone tells nothing.
		ServerSocket first;
		first.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
		const std::uint16_t port = first.address().port();
		const ServerSocket second = listenOn("127.0.0.1", port);
		CPPUNIT_ASSERT_THROW(first.listen(1), Poco::Exception);
		CPPUNIT_ASSERT_EQUAL(EADDRINUSE, errorOf("127.0.0.1", port));
	}

	void testForeignAddressIsToldByItsErrno()
	{
		CPPUNIT_ASSERT_EQUAL(EADDRNOTAVAIL, errorOf("192.0.2.1", 0));
	}

	void testPortIsNeverShared()
	{
		for (const char* const address : {"", "127.0.0.1", "::1"})
		{
			const ServerSocket listener = listenOn(address, 0);
			int shared = -1;
			socklen_t size = sizeof(shared);
			const int descriptor = listener.impl()->sockfd();
			CPPUNIT_ASSERT_EQUAL(0, ::getsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &shared, &size));
			CPPUNIT_ASSERT_EQUAL_MESSAGE(address, 0, shared);
		}
	}

	void testPortInTimeWaitCanBeUsedAgain()
	{
		for (const char* const address : {"", "127.0.0.1"})
		{
			ServerSocket listener = listenOn(address, 0);
			const std::uint16_t port = listener.address().port();
			ScriptedPeer client = ScriptedPeer::connectTo(port);
			ScriptedPeer served(listener.acceptConnection());
			listener.close();
			// Who closes first stays in TIME_WAIT: the side with our port.
			served.shutdownSend();
			client.expectEof();
			client.shutdownSend();
			served.expectEof();
			served.close();
			client.close();
			CPPUNIT_ASSERT_EQUAL(port, listenOn(address, port).address().port());
		}
	}

private:
	static void expectAlone(const std::string& address, const std::vector<std::string>& others)
	/// On one of three ports: others of this machine may have the same port on another address.
	{
		const auto isAlone = [&]
		{
			const ServerSocket listener = listenOn(address, 0);
			CPPUNIT_ASSERT(connects(listener, address));
			return std::none_of(others.begin(), others.end(),
				[&listener](const std::string& other) { return connects(listener, other); });
		};
		CPPUNIT_ASSERT(isAlone() || isAlone() || isAlone());
	}

	static bool connects(const ServerSocket& listener, const std::string& host)
	{
		return !ScriptedPeer::isRefused(listener.address().port(), host);
	}

	static int errorOf(const std::string& address, std::uint16_t port)
	{
		try
		{
			const ServerSocket listener = listenOn(address, port);
		}
		catch (const std::system_error& e)
		{
			CPPUNIT_ASSERT(e.code().category() == std::generic_category());
			return e.code().value();
		}
		return 0;
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenerTest);
