//
// KillTest.cpp
//

#include "Shared/Clock.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TestForm.h"
#include "testsuite/support/VisitorLoad.h"

#include <algorithm>
#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <memory>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class KillTest : public CppUnit::TestFixture
/// Both programs, killed in turn under load and started again as a
/// supervisor would: the tunnel is back each time, on its port.
{
	CPPUNIT_TEST_SUITE(KillTest);
	CPPUNIT_TEST(testTunnelIsBackAfterEachKill);
	CPPUNIT_TEST_SUITE_END();

	static constexpr std::size_t VISITORS_AT_ONCE = 4;
	using Arguments = ChildProcess::Arguments;

public:
	void testTunnelIsBackAfterEachKill()
	{
		const int kills = TestForm::pick(3, 20);
		_echo = std::make_unique<EchoService>();
		_controlPort = quietPort();
		startServer();
		static_cast<void>(_server->readLineWith(ChildProcess::Output::Stderr, "listening on "));
		_client = std::make_unique<ClientProgram>(_echo->port(), _controlPort);
		_port = _client->port();
		VisitorLoad load(_port, VISITORS_AT_ONCE, VisitorLoad::Failures::Tolerated);
		Duration slowest{};
		for (int i = 0; i < kills; ++i)
		{
			awaitLoad(load);
			const bool isServer = i % 2 == 0;
			const TimePoint killed = Clock::system().now();
			if (isServer)
				killServer();
			else
				killClient();
			const Duration away = Clock::system().now() - killed;
			slowest = std::max(slowest, away);
			if (TestForm::isLong())
				std::cerr << '\n'
						  << (isServer ? "server" : "client") << " killed, back after "
						  << inMilliseconds(away);
		}
		awaitLoad(load);
		load.stop();
		std::cerr << "\n" << kills << " kills, slowest recovery " << inMilliseconds(slowest) << ' ';
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_echo.reset();
	}

private:
	static std::string inMilliseconds(Duration span)
	{
		return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count()) + " ms";
	}

	void startServer()
	{
		_server = std::make_unique<ChildProcess>(BORE_SERVER_BINARY,
			withQuietPorts({"--bind-addr", "127.0.0.1", "--control-port", std::to_string(_controlPort)}));
	}

	void killServer()
	{
		_server.reset(); // by SIGKILL
		startServer();
		awaitBack([] {});
		CPPUNIT_ASSERT_MESSAGE("the client has ended, though it was not killed", !_client->hasExited());
	}

	void killClient()
	{
		_client.reset();
		startClient();
		// Where its port is not free again yet, it says so and ends.
		awaitBack(
			[this]
			{
				if (_client->hasExited()) startClient();
			});
	}

	void startClient()
	{
		_client = std::make_unique<ClientProgram>(
			_echo->port(), _controlPort, Arguments{"--port", std::to_string(_port)});
	}

	template <typename Supervise>
	void awaitBack(const Supervise& supervise)
	{
		const bool isBack = eventually(
			[&]
			{
				readLogs();
				supervise();
				return isServed();
			});
		if (!isBack)
			CPPUNIT_FAIL("the tunnel does not come back; the client says: " +
						 _client->everything(ChildProcess::Output::Stderr));
	}

	void awaitLoad(const VisitorLoad& load)
	// Until some more visitors were served: it is under load.
	{
		const std::size_t before = load.served();
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				readLogs();
				return load.served() >= before + 2 * VISITORS_AT_ONCE;
			}));
	}

	void readLogs()
	{
		_server->readOn();
		_client->readOn();
	}

	[[nodiscard]] bool isServed() const
	{
		constexpr int A_WHILE = 500; // ms: who was not served by then asks again
		constexpr std::string_view WORDS = "is anybody there?";
		Poco::Net::StreamSocket visitor;
		try
		{
			visitor.connect(Poco::Net::SocketAddress("127.0.0.1", _port), Poco::Timespan(0, A_WHILE * 1000));
		}
		catch (const Poco::Exception&)
		{
			return false;
		}
		const int descriptor = visitor.impl()->sockfd();
		if (::send(descriptor, WORDS.data(), WORDS.size(), MSG_NOSIGNAL) < 0) return false;
		pollfd entry{descriptor, POLLIN, 0};
		if (::poll(&entry, 1, A_WHILE) <= 0) return false;
		std::array<char, WORDS.size()> bytes{};
		const auto got = ::recv(descriptor, bytes.data(), bytes.size(), MSG_WAITALL);
		return got == static_cast<ssize_t>(WORDS.size()) &&
			   std::string_view(bytes.data(), bytes.size()) == WORDS;
	}

	std::unique_ptr<EchoService> _echo;
	std::uint16_t _controlPort = 0;
	std::uint16_t _port = 0;
	std::unique_ptr<ChildProcess> _server;
	std::unique_ptr<ClientProgram> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KillTest);
