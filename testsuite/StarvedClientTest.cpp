//
// StarvedClientTest.cpp
//
// A client with 64 descriptors under 500 visitors.
//

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/Programs.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <string>
#include <vector>

using namespace Bore::Test;

class StarvedClientTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StarvedClientTest);
	CPPUNIT_TEST(testServesAgainWhenTheCrowdHasGone);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

	static constexpr std::size_t DESCRIPTORS = 64;
	static constexpr int VISITORS = 500;

public:
	void testServesAgainWhenTheCrowdHasGone()
	{
		const EchoService echo;
		ServerProgram server;
		const std::string command =
			"ulimit -n " + std::to_string(DESCRIPTORS) + " && exec " + BORE_CLIENT_BINARY + " --config " +
			ChildProcess::NO_CONFIGURATION +
			" --local-host 127.0.0.1 --no-reconnect --to 127.0.0.1:" + std::to_string(server.port()) + " " +
			std::to_string(echo.port());
		ChildProcess client("/bin/sh", {"-c", command});
		const std::string address = client.readLine(Output::Stdout);
		ScriptedPeer early(Poco::Net::StreamSocket{Poco::Net::SocketAddress(address)});
		expectEcho(early);
		{
			const auto crowd = visit(address);
			// It is as full as it can be, and says so.
			(void)client.readLineWith(Output::Stderr, "Too many open files");
			server.readOn();
			expectEcho(early);
			CPPUNIT_ASSERT(!client.hasExited());
			CPPUNIT_ASSERT(ProcessStatus(client.pid()).descriptors() <= DESCRIPTORS);
		}
		CPPUNIT_ASSERT(eventually(
			[&]
			{
				server.readOn();
				client.readOn();
				return isServed(address);
			}));
		early.close();
		client.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, client.waitForExit());
	}

private:
	[[nodiscard]] static std::vector<Poco::Net::StreamSocket> visit(const std::string& address)
	/// Who was not turned away as it came.
	{
		std::vector<Poco::Net::StreamSocket> crowd;
		for (int i = 0; i < VISITORS; ++i)
		{
			try
			{
				crowd.emplace_back(Poco::Net::SocketAddress(address));
			}
			catch (const Poco::Net::ConnectionResetException&)
			{
				continue;
			}
		}
		return crowd;
	}

	[[nodiscard]] static bool isServed(const std::string& address)
	{
		try
		{
			Poco::Net::StreamSocket visitor{Poco::Net::SocketAddress(address)};
			visitor.setReceiveTimeout(Poco::Timespan(1, 0));
			visitor.sendBytes("x", 1);
			char echo = 0;
			return visitor.receiveBytes(&echo, 1) == 1 && echo == 'x';
		}
		catch (const Poco::Exception&)
		{
			return false;
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(StarvedClientTest);
