//
// SyslogTest.cpp
//

#include "Shared/Descriptor.h"
#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <iterator>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class SyslogTest : public CppUnit::TestFixture
/// bore-server as a process that logs to syslog: the test is its /dev/log,
/// in a mount namespace. Needs root or user namespaces.
{
	CPPUNIT_TEST_SUITE(SyslogTest);
	CPPUNIT_TEST(testLinesHavePriorityNameAndProcess);
	CPPUNIT_TEST(testJsonStaysAnObject);
	CPPUNIT_TEST_SUITE_END();

	static constexpr int INFORMATION = 19 * 8 + 6; // local3.info, syslog(3)
	static constexpr int NOTICE = 19 * 8 + 5;
	static constexpr int PATIENCE_MILLISECONDS = 20'000;

public:
	void setUp() override
	{
		_socket = Descriptor::checked(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
		sockaddr_un address{};
		address.sun_family = AF_UNIX;
		const std::string path = _directory.path("log");
		CPPUNIT_ASSERT(path.size() < sizeof(address.sun_path));
		std::copy(path.begin(), path.end(), std::begin(address.sun_path));
		CPPUNIT_ASSERT_EQUAL(
			0, ::bind(_socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
	}

	void testLinesHavePriorityNameAndProcess()
	{
		auto server = start({});
		const std::string who = " bore-server[" + std::to_string(server.pid()) + "]: ";
		expectLine(INFORMATION, who + "bore.server: listening on 127.0.0.1:");
		server.signal(SIGUSR1);
		expectLine(NOTICE, who + "bore.log: SIGUSR1");
		end(server);
	}

	void testJsonStaysAnObject()
	{
		auto server = start({"--log-format=json"});
		expectLine(INFORMATION, "]: {\"time\":\"");
		end(server);
	}

private:
	[[nodiscard]] ChildProcess start(const ChildProcess::Arguments& more) const
	{
		ChildProcess::Arguments arguments{::geteuid() == 0 ? "-m" : "-Urm", "--propagation=private",
			"/bin/sh", "-c",
			"mount -t tmpfs none /dev && touch /dev/log && mount --bind \"$0\" /dev/log && exec \"$@\"",
			_directory.path("log"), BORE_SERVER_BINARY, "--bind-addr=127.0.0.1", "--control-port=0",
			"--log-target=syslog", "--log-facility=local3"};
		arguments.insert(arguments.end(), more.begin(), more.end());
		return ChildProcess("/usr/bin/unshare", arguments);
	}

	void expectLine(int priority, const std::string& text) const
	/// Among what comes, a line with both.
	{
		const std::string begin = "<" + std::to_string(priority) + ">";
		std::string all;
		pollfd entry{_socket.get(), POLLIN, 0};
		while (::poll(&entry, 1, PATIENCE_MILLISECONDS) > 0)
		{
			std::array<char, 4096> bytes{};
			const auto size = ::recv(_socket.get(), bytes.data(), bytes.size(), 0);
			CPPUNIT_ASSERT(size > 0);
			const std::string line(bytes.data(), static_cast<std::size_t>(size));
			if (line.rfind(begin, 0) == 0 && line.find(text) != std::string::npos) return;
			all += line + "\n";
		}
		CPPUNIT_FAIL("no line begins with " + begin + " and has \"" + text + "\" in it:\n" + all);
	}

	static void end(ChildProcess& server)
	{
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
		CPPUNIT_ASSERT_EQUAL(""s, server.everything(ChildProcess::Output::Stderr));
	}

	const TemporaryDirectory _directory;
	Descriptor _socket;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SyslogTest);
