//
// ManyIdleTest.cpp
//

#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/ScriptedListener.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>

using namespace Bore::Test;

class ManyIdleTest : public CppUnit::TestFixture
/// Connections that carry nothing, in processes of their own, whose
/// threads, memory and descriptors can be counted.
{
	CPPUNIT_TEST_SUITE(ManyIdleTest);
	CPPUNIT_TEST(testIdleConnectionsCostNoThreadsAndLittleMemory);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	static constexpr std::size_t CONNECTIONS = 1000;
	static constexpr std::size_t MAX_BYTES_EACH = 1024 * 1024; // theirs is the sanitizer's, not ours
#else
	static constexpr std::size_t CONNECTIONS = 9000;
	static constexpr std::size_t MAX_BYTES_EACH = 1024;
#endif
	static constexpr std::size_t BATCH = 16;  // at once: no more are dialled at a time, each by a thread
	static constexpr std::size_t SAMPLE = 50; // every so-many-th is asked whether it is alive
	static constexpr std::size_t MAX_THREADS = 40;

	struct Connection
	{
		ScriptedPeer visitor;
		ScriptedPeer served;
	};

public:
	void testIdleConnectionsCostNoThreadsAndLittleMemory()
	{
		requireDescriptors(2 * CONNECTIONS + 100);
		ScriptedListener service;
		// Standby connections come when they come: they would be counted before, or after.
		ProgramTunnel tunnel(service.port(), {}, {"--standby-size=0"});
		connect(tunnel, service, 1).clear();
		expectReports(tunnel, 1);
		const Footprint server(tunnel.server.pid());
		const Footprint client(tunnel.client.pid());

		std::vector<Connection> connections = connect(tunnel, service, CONNECTIONS);
		server.expectCheap("bore-server");
		client.expectCheap("bore-client");
		for (std::size_t i = 0; i < connections.size(); i += SAMPLE) expectAlive(connections[i]);
		server.expectFewThreads("bore-server");
		client.expectFewThreads("bore-client");

		connections.clear();
		expectReports(tunnel, CONNECTIONS);
		server.expectNothingLeft("bore-server");
		client.expectNothingLeft("bore-client");
	}

private:
	class Footprint
	/// What a process held when this was made, and how that has changed.
	{
	public:
		explicit Footprint(pid_t pid)
			: _status(pid)
			, _descriptors(_status.descriptors())
			, _kilobytes(_status.residentKilobytes())
		{
		}

		void expectCheap(const std::string& name) const
		{
			expectFewThreads(name);
			const std::size_t now = _status.residentKilobytes();
			const std::size_t each = now > _kilobytes ? (now - _kilobytes) * 1024 / CONNECTIONS : 0;
			std::cerr << " [" << name << ": " << each << " bytes each]";
			CPPUNIT_ASSERT_MESSAGE(name + " holds " + std::to_string(each) +
									   " bytes for each idle connection (" + std::to_string(_kilobytes) +
									   " KB before, " + std::to_string(now) + " KB after)",
				each < MAX_BYTES_EACH);
			const std::size_t expected = _descriptors + 2 * CONNECTIONS;
			CPPUNIT_ASSERT_MESSAGE(name + ", descriptors: " + std::to_string(_status.descriptors()) +
									   ", expected " + std::to_string(expected),
				eventually([&] { return _status.descriptors() == expected; }));
		}

		void expectFewThreads(const std::string& name) const
		{
			// Those that dialled end after a while without work.
			const bool few = eventually([this] { return _status.threads() < MAX_THREADS; });
			CPPUNIT_ASSERT_MESSAGE(name + " has " + std::to_string(_status.threads()) + " threads", few);
		}

		void expectNothingLeft(const std::string& name) const
		{
			const bool back = eventually([this] { return _status.descriptors() == _descriptors; });
			CPPUNIT_ASSERT_MESSAGE(name + " keeps " + std::to_string(_status.descriptors()) +
									   " descriptors of " + std::to_string(_descriptors) + " before",
				back);
		}

	private:
		const ProcessStatus _status;
		const std::size_t _descriptors;
		const std::size_t _kilobytes;
	};

	static void requireDescriptors(std::size_t count)
	{
		rlimit limit{};
		CPPUNIT_ASSERT_EQUAL(0, ::getrlimit(RLIMIT_NOFILE, &limit));
		CPPUNIT_ASSERT_MESSAGE(
			"this test needs a hard limit of " + std::to_string(count) + " descriptors (ulimit -Hn)",
			limit.rlim_cur >= count);
	}

	static std::vector<Connection> connect(
		ProgramTunnel& tunnel, ScriptedListener& service, std::size_t count)
	/// In the order of their coming to the service, which need not be that
	/// of the visitors: each is told who it is by the bytes it receives.
	{
		std::vector<ScriptedPeer> visitors;
		std::vector<Connection> connections;
		connections.reserve(count);
		while (connections.size() < count)
		{
			const std::size_t size = std::min(BATCH, count - connections.size());
			visitors.clear();
			for (std::size_t i = 0; i < size; ++i)
			{
				visitors.push_back(tunnel.visit());
				visitors.back().send(std::string(1, static_cast<char>(i)));
			}
			for (std::size_t i = 0; i < size; ++i)
			{
				ScriptedPeer served = service.accept();
				const std::string who = served.receive(1);
				served.send(who);
				ScriptedPeer& visitor = visitors.at(static_cast<unsigned char>(who.front()));
				visitor.expect(who);
				connections.push_back({std::move(visitor), std::move(served)});
			}
		}
		return connections;
	}

	static void expectAlive(Connection& connection)
	{
		connection.visitor.send("?");
		connection.served.expect("?");
		connection.served.send("!");
		connection.visitor.expect("!");
	}

	static void expectReports(ProgramTunnel& tunnel, std::size_t count)
	/// Each program logs each connection's end. Read by turns: a program
	/// whose log nobody reads stops, and the other waits for it.
	{
		for (std::size_t i = 0; i < count; ++i)
		{
			(void)tunnel.server.readLineWith(Output::Stderr, "bytes up");
			(void)tunnel.client.readLineWith(Output::Stderr, "bytes up");
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManyIdleTest);
