//
// PortAllocatorTest.cpp
//

#include "Server/PortAllocator.h"
#include "Shared/Listener.h"
#include "Shared/Protocol.h"
#include "testsuite/support/FailingCall.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <netinet/tcp.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;
namespace ErrorText = Bore::Protocol::ErrorText;

class PortAllocatorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PortAllocatorTest);
	CPPUNIT_TEST(testRequestedPortIsOpened);
	CPPUNIT_TEST(testPortOutOfRangeIsRefused);
	CPPUNIT_TEST(testTakenPortIsRefused);
	CPPUNIT_TEST(testControlPortIsNeverGivenAway);
	CPPUNIT_TEST(testForbiddenPortIsRefused);
	CPPUNIT_TEST(testOtherFailureIsToldAsSuch);
	CPPUNIT_TEST(testWalkBeginsAtARandomPort);
	CPPUNIT_TEST(testWalkWrapsRound);
	CPPUNIT_TEST(testTheOnlyFreePortIsAlwaysFound);
	CPPUNIT_TEST(testForbiddenPortsArePassedOver);
	CPPUNIT_TEST(testExcludedPortsArePassedOver);
	CPPUNIT_TEST(testOnlyPortsAmongThoseGivenAreFound);
	CPPUNIT_TEST(testFullRangeIsTold);
	CPPUNIT_TEST(testOtherRangeIsForListenersToCome);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { occupyRange(); }

	void tearDown() override { _holders.clear(); }

	void testRequestedPortIsOpened()
	{
		const std::uint16_t port = release(2);
		const auto listener = allocator().allocate(port);
		CPPUNIT_ASSERT_EQUAL(port, listener.address().port());
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(port));
	}

	void testPortOutOfRangeIsRefused()
	{
		const PortAllocator ports = allocator();
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_OUT_OF_RANGE), refusal(ports, port(0) - 1));
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_OUT_OF_RANGE), refusal(ports, port(COUNT)));
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_IN_USE), refusal(ports, port(0)));
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_IN_USE), refusal(ports, port(COUNT - 1)));
	}

	void testTakenPortIsRefused()
	{
		const std::uint16_t taken = release(1);
		const PortAllocator ports = allocator();
		const auto holder = ports.allocate(taken);
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_IN_USE), refusal(ports, taken));
	}

	void testControlPortIsNeverGivenAway()
	{
		const std::uint16_t control = release(3);
		const PortAllocator ports = allocator(0, control);
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_IN_USE), refusal(ports, control));
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::NO_PORT_AVAILABLE), refusal(ports, 0));
		const std::uint16_t other = release(4);
		CPPUNIT_ASSERT_EQUAL(other, ports.allocate(0).address().port());
	}

	void testForbiddenPortIsRefused()
	{
		const std::uint16_t forbidden = release(0);
		withFailingCall(SYS_bind, EACCES,
			[&] {
				CPPUNIT_ASSERT_EQUAL(
					std::string(ErrorText::PERMISSION_DENIED), refusal(allocator(), forbidden));
			});
	}

	void testOtherFailureIsToldAsSuch()
	{
		// An address kept for documentation (RFC 5737): of no machine.
		const PortAllocator ports("192.0.2.1", 1024, 65535, 0);
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::BIND_FAILED), refusal(ports, 8080));
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::BIND_FAILED), refusal(ports, 0));
	}

	void testWalkBeginsAtARandomPort()
	{
		const std::uint16_t first = release(2);
		const std::uint16_t second = release(5);
		CPPUNIT_ASSERT_EQUAL(first, allocator(2).allocate(0).address().port());
		CPPUNIT_ASSERT_EQUAL(second, allocator(5).allocate(0).address().port());
		CPPUNIT_ASSERT_EQUAL(std::uint32_t(COUNT), _bound);
	}

	void testWalkWrapsRound()
	{
		const std::uint16_t free = release(1);
		CPPUNIT_ASSERT_EQUAL(free, allocator(COUNT - 1).allocate(0).address().port());
	}

	void testTheOnlyFreePortIsAlwaysFound()
	{
		for (std::uint32_t open = 0; open < COUNT; ++open)
		{
			const std::uint16_t free = release(open);
			for (std::uint32_t start = 0; start < COUNT; ++start)
				CPPUNIT_ASSERT_EQUAL(free, allocator(start).allocate(0).address().port());
			const PortAllocator ports("127.0.0.1", port(0), port(COUNT - 1), 0);
			CPPUNIT_ASSERT_EQUAL(free, ports.allocate(0).address().port());
			_holders.at(open) = listenOn("127.0.0.1", free);
		}
	}

	void testForbiddenPortsArePassedOver()
	{
		withFailingCall(SYS_bind, EACCES,
			[&]
			{ CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::NO_PORT_AVAILABLE), refusal(allocator(), 0)); });
	}

	void testExcludedPortsArePassedOver()
	{
		const std::uint16_t kept = release(2);
		const std::uint16_t other = release(5);
		const auto excluded = [kept](std::uint16_t port) { return port == kept; };
		CPPUNIT_ASSERT_EQUAL(other, allocator(2).allocate(0, excluded).address().port());
		CPPUNIT_ASSERT_EQUAL(kept, allocator(2).allocate(0).address().port());
	}

	void testOnlyPortsAmongThoseGivenAreFound()
	{
		static_cast<void>(release(2));
		const std::uint16_t theirs = release(5);
		CPPUNIT_ASSERT_EQUAL(
			theirs, allocator(0).allocate(0, nullptr, PortRanges(port(4), 65535)).address().port());
		CPPUNIT_ASSERT_EQUAL(std::uint32_t(COUNT - 4), _bound); // the walk begins among those alone
		CPPUNIT_ASSERT_THROW(
			static_cast<void>(allocator(0).allocate(0, nullptr, PortRanges(1, 1))), PortRefusedException);
	}

	void testFullRangeIsTold()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::NO_PORT_AVAILABLE), refusal(allocator(3), 0));
	}

	void testOtherRangeIsForListenersToCome()
	{
		const std::uint16_t first = release(0);
		const std::uint16_t last = release(COUNT - 1);
		PortAllocator ports = allocator();
		const auto holder = ports.allocate(first);
		ports.replace(port(1), port(COUNT - 1), {7, 8, 9});
		CPPUNIT_ASSERT_EQUAL(std::string(ErrorText::PORT_OUT_OF_RANGE), refusal(ports, first));
		const auto listener = ports.allocate(0);
		CPPUNIT_ASSERT_EQUAL(last, listener.address().port());
		int idle = 0;
		listener.impl()->getOption(IPPROTO_TCP, TCP_KEEPIDLE, idle);
		CPPUNIT_ASSERT_EQUAL(7, idle);
		CPPUNIT_ASSERT(!ScriptedPeer::isRefused(first));
	}

private:
	static constexpr std::uint32_t COUNT = 8;

	[[nodiscard]] std::uint16_t port(std::uint32_t index) const
	{
		return static_cast<std::uint16_t>(_first + index);
	}

	[[nodiscard]] std::uint16_t release(std::uint32_t index)
	{
		_holders.at(index).close();
		return port(index);
	}

	void occupyRange()
	/// Holds COUNT ports in a row: below those that the kernel gives to
	/// outgoing connections, which can be everywhere among theirs.
	{
		constexpr std::uint32_t LOWEST = 10000;
		constexpr std::uint32_t RANGES = 2000;
		const auto start = static_cast<std::uint32_t>(::getpid());
		for (std::uint32_t i = 0; i < RANGES; ++i)
		{
			_holders.clear();
			_first = static_cast<std::uint16_t>(LOWEST + (start + i) % RANGES * COUNT);
			try
			{
				for (std::uint32_t k = 0; k < COUNT; ++k) _holders.push_back(listenOn("127.0.0.1", port(k)));
				return;
			}
			catch (const std::system_error&)
			{
				// One of them is in use: the next range, then.
			}
		}
		CPPUNIT_FAIL("no range of free ports");
	}

	[[nodiscard]] PortAllocator allocator(std::uint32_t start = 0, std::uint16_t controlPort = 0)
	{
		return {"127.0.0.1", port(0), port(COUNT - 1), controlPort, Keepalive{},
			[this, start](std::uint32_t bound)
			{
				_bound = bound;
				return start;
			}};
	}

	[[nodiscard]] static std::string refusal(const PortAllocator& ports, int requested)
	{
		try
		{
			const auto listener = ports.allocate(static_cast<std::uint16_t>(requested));
			return "given " + std::to_string(listener.address().port());
		}
		catch (const PortRefusedException& e)
		{
			return e.what();
		}
	}

	std::vector<Poco::Net::ServerSocket> _holders;
	std::uint16_t _first = 0;
	std::uint32_t _bound = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PortAllocatorTest);
