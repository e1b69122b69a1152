//
// TunnelsTest.cpp
//

#include "Server/Tunnels.h"
#include "Shared/Uuid.h"
#include "Shared/Workers.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ServerParts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <optional>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class TunnelsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelsTest);
	CPPUNIT_TEST(testTunnelsAreCounted);
	CPPUNIT_TEST(testEachTunnelHasAPortOfItsOwn);
	CPPUNIT_TEST(testNoneIsOpenedWhileDraining);
	CPPUNIT_TEST(testEndClosesAll);
	CPPUNIT_TEST(testEndedTunnelsLeaveNothingBehind);
	CPPUNIT_TEST(testTunnelsThatEndOfThemselvesAreJoinedAtTheEnd);
	CPPUNIT_TEST(testVisitorThatComesBackIsAnnouncedAgain);
	CPPUNIT_TEST(testVisitorThatComesBackAsItsTunnelEndsIsReset);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _parts.emplace(); }

	void tearDown() override { _parts.reset(); }

	void testTunnelsAreCounted()
	{
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->tunnels().count());
		auto clients = openSome();
		CPPUNIT_ASSERT_EQUAL(SOME, _parts->tunnels().count());
		clients.pop_back();
		CPPUNIT_ASSERT(eventually([this] { return _parts->tunnels().count() == SOME - 1; }));
	}

	void testEachTunnelHasAPortOfItsOwn()
	{
		const auto clients = openSome();
		for (std::size_t i = 1; i < SOME; ++i) CPPUNIT_ASSERT(_ports.at(i - 1) != _ports.at(i));
	}

	void testNoneIsOpenedWhileDraining()
	{
		auto clients = openSome();
		_parts->tunnels().drain();
		auto late = _parts->begin();
		late.sendFrame("{\"Hello\":0}");
		late.expectEof();
		CPPUNIT_ASSERT_EQUAL(SOME, _parts->tunnels().count());
	}

	void testEndClosesAll()
	{
		auto clients = openSome();
		for (auto& client : clients) client.expectFrame("\"Heartbeat\"");
		_parts->tunnels().endAll();
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), _parts->tunnels().count());
		for (const auto port : _ports) CPPUNIT_ASSERT(ScriptedPeer::isRefused(port));
		for (auto& client : clients) static_cast<void>(client.receiveToEnd());
		auto late = _parts->begin();
		late.sendFrame("{\"Hello\":0}");
		late.expectEof();
	}

	void testEndedTunnelsLeaveNothingBehind()
	{
		const auto self = ProcessStatus::self();
		const auto descriptors = self.descriptors();
		openSome().clear();
		// A tunnel's descriptors go after its thread was joined.
		CPPUNIT_ASSERT(eventually([&] { return self.descriptors() <= descriptors; }));
		// Of the workers all but one end when they have been idle for a while.
		CPPUNIT_ASSERT(eventually([this] { return _parts->context().workers.threads() == 1; }));
		const auto threads = self.threads();
		{
			const auto clients = openSome();
			CPPUNIT_ASSERT_EQUAL(SOME, _parts->tunnels().count());
		}
		CPPUNIT_ASSERT(eventually([&] { return self.descriptors() <= descriptors; }));
		CPPUNIT_ASSERT(eventually([&] { return self.threads() <= threads; }));
	}

	void testTunnelsThatEndOfThemselvesAreJoinedAtTheEnd()
	{
		for (int i = 0; i < 20; ++i)
		{
			ServerParts parts;
			std::vector<ScriptedPeer> clients;
			for (std::size_t k = 0; k < SOME; ++k) clients.push_back(parts.begin());
			for (auto& client : clients) static_cast<void>(openTunnel(client));
			clients.clear();
			// Meanwhile they are ending: some are being joined by workers.
			parts.tunnels().endAll();
			CPPUNIT_ASSERT_EQUAL(std::size_t(0), parts.tunnels().count());
		}
	}

	void testVisitorThatComesBackIsAnnouncedAgain()
	{
		auto client = _parts->begin();
		static_cast<void>(openTunnel(client));
		const auto id = secureRandomUuid();
		auto visitor = comeBack(id);
		CPPUNIT_ASSERT_EQUAL(id.toString(), announcedVisitor(client));
		auto data = _parts->begin();
		data.send(acceptFrame(id.toString()));
		data.expect("read before");
		visitor.send(" and after");
		data.expect(" and after");
	}

	void testVisitorThatComesBackAsItsTunnelEndsIsReset()
	{
		auto client = _parts->begin();
		static_cast<void>(openTunnel(client));
		// With all workers busy the tunnel that has ended is not joined yet.
		std::promise<void> release;
		const auto released = release.get_future().share();
		for (int i = 0; i < 64; ++i) _parts->context().workers.post([released] { released.wait(); });
		client.shutdownSend();
		static_cast<void>(client.receiveToEnd());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->tunnels().count());
		auto visitor = comeBack(secureRandomUuid());
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _parts->visitors().count());
		release.set_value();
		visitor.expectReset();
	}

private:
	static constexpr std::size_t SOME = 5;

	[[nodiscard]] ScriptedPeer comeBack(const Poco::UUID& id)
	/// A visitor of the first tunnel, whose standby connection was dead.
	{
		auto [peer, ours] = _parts->connect();
		_parts->tunnels().announceAgain(
			_parts->context(), id, Visitor{ours.socket(), "a visitor", 1, 40123, "read before"});
		return std::move(peer);
	}

	[[nodiscard]] std::vector<ScriptedPeer> openSome()
	{
		std::vector<ScriptedPeer> clients;
		_ports.clear();
		for (std::size_t i = 0; i < SOME; ++i)
		{
			clients.push_back(_parts->begin());
			_ports.push_back(openTunnel(clients.back()));
		}
		return clients;
	}

	std::optional<ServerParts> _parts;
	std::vector<std::uint16_t> _ports;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelsTest);
