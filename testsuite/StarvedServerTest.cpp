//
// StarvedServerTest.cpp
//
// A server with 64 descriptors under 500 visitors.
//

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class StarvedServerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(StarvedServerTest);
	CPPUNIT_TEST(testServesAgainWhenTheCrowdHasGone);
	CPPUNIT_TEST(testLimitOfConnectionsKeepsDescriptorsFree);
	CPPUNIT_TEST_SUITE_END();

public:
	void testServesAgainWhenTheCrowdHasGone()
	{
		begin("");
		{
			auto crowd = visit(500);
			CPPUNIT_ASSERT(eventually(
				[&]
				{
					for (auto& visitor : visit(20)) crowd.push_back(std::move(visitor));
					return logHas("cannot accept connections for now");
				}));
			CPPUNIT_ASSERT(!_server->hasExited());
			CPPUNIT_ASSERT(ProcessStatus(_server->pid()).descriptors() <= DESCRIPTORS);
		}
		const bool served = eventually(
			[this]
			{
				_server->readOn();
				return isServed();
			});
		_server->signal(SIGTERM);
		const std::string log = _server->readToEnd(ChildProcess::Output::Stderr);
		CPPUNIT_ASSERT_MESSAGE(log, served);
		CPPUNIT_ASSERT_EQUAL(0, _server->waitForExit());
	}

	void testLimitOfConnectionsKeepsDescriptorsFree()
	{
		begin("--limit-connections 20");
		const auto crowd = visit(500);
		CPPUNIT_ASSERT(ProcessStatus(_server->pid()).descriptors() < DESCRIPTORS);
		CPPUNIT_ASSERT(!logHas("cannot accept"));
		CPPUNIT_ASSERT(!_server->hasExited());
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_echo.reset();
	}

private:
	static constexpr std::size_t DESCRIPTORS = 64;

	void begin(const std::string& options)
	{
		_echo = std::make_unique<EchoService>();
		const std::string command = "ulimit -n " + std::to_string(DESCRIPTORS) + " && exec " +
									BORE_SERVER_BINARY + " --config " + ChildProcess::NO_CONFIGURATION +
									" --bind-addr 127.0.0.1 --control-port 0 " + options;
		_server = std::make_unique<ChildProcess>("/bin/sh", ChildProcess::Arguments{"-c", command});
		const auto line = _server->readLineWith(ChildProcess::Output::Stderr, "listening on ");
		const auto port = std::stoul(line.substr(line.find("127.0.0.1:") + 10));
		_client = std::make_unique<RunningClient>(
			RunningClient::between(static_cast<std::uint16_t>(port), _echo->port()));
	}

	[[nodiscard]] std::vector<Poco::Net::StreamSocket> visit(int count) const
	/// Who was not turned away as it came.
	{
		std::vector<Poco::Net::StreamSocket> crowd;
		for (int i = 0; i < count; ++i)
		{
			try
			{
				crowd.emplace_back(Poco::Net::SocketAddress("127.0.0.1", _client->port()));
			}
			catch (const Poco::Net::ConnectionResetException&)
			{
				continue;
			}
		}
		return crowd;
	}

	[[nodiscard]] bool logHas(const std::string& text) const
	{
		_server->readOn();
		return _server->everything(ChildProcess::Output::Stderr).find(text) != std::string::npos;
	}

	[[nodiscard]] bool isServed() const
	{
		try
		{
			Poco::Net::StreamSocket visitor(Poco::Net::SocketAddress("127.0.0.1", _client->port()));
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

	std::unique_ptr<EchoService> _echo;
	std::unique_ptr<ChildProcess> _server;
	std::unique_ptr<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StarvedServerTest);
