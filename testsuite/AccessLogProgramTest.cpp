//
// AccessLogProgramTest.cpp
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/File.h>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

using namespace Bore::Test;
using namespace std::string_literals;

class AccessLogProgramTest : public CppUnit::TestFixture
/// The access log of bore-server as a process.
{
	CPPUNIT_TEST_SUITE(AccessLogProgramTest);
	CPPUNIT_TEST(testEveryVisitorHasALine);
	CPPUNIT_TEST(testStandbyConnectionMakesNoDifference);
	CPPUNIT_TEST(testRefusedVisitorHasALine);
	CPPUNIT_TEST(testVisitorOfAClientThatNeverComesHasALine);
	CPPUNIT_TEST(testSignalOpensTheFileAnew);
	CPPUNIT_TEST(testFileThatCannotBeWrittenIsRefused);
	CPPUNIT_TEST_SUITE_END();

	using Arguments = ChildProcess::Arguments;

public:
	void testEveryVisitorHasALine() { expectLineOfAVisitor({"--standby-size", "0"}); }

	void testStandbyConnectionMakesNoDifference() { expectLineOfAVisitor({"--standby-size", "4"}); }

	void testRefusedVisitorHasALine()
	{
		const EchoService service;
		ProgramTunnel tunnel(service.port(), toFile({"--limit-connections", "1"}));
		auto first = tunnel.visit();
		expectEcho(first);
		ScriptedPeer::expectTurnedAway(tunnel.client.port());
		expectLine(" received=0 sent=0 duration=");
		expectLine(" end=refused\n");
	}

	void testVisitorOfAClientThatNeverComesHasALine()
	{
		const ServerProgram server(toFile({}));
		ScriptedPeer client = ScriptedPeer::connectTo(server.port());
		client.sendFrame("{\"Hello\":0}");
		const std::string hello = client.receiveMessage();
		const auto port = static_cast<std::uint16_t>(std::stoul(hello.substr(hello.find(':') + 1)));
		auto visitor = ScriptedPeer::connectTo(port);
		static_cast<void>(client.receiveMessage()); // that there is one
		client.close();
		visitor.expectReset();
		expectLine(" end=withdrawn\n");
	}

	void testSignalOpensTheFileAnew()
	{
		const EchoService service;
		ProgramTunnel tunnel(service.port(), toFile({}));
		Poco::File(_directory.path("access")).renameTo(_directory.path("access.old"));
		tunnel.server.signal(SIGUSR1);
		static_cast<void>(tunnel.server.readLineWith(ChildProcess::Output::Stderr, "SIGUSR1"));
		{
			auto visitor = tunnel.visit();
			expectEcho(visitor);
		}
		expectLine(" end=");
	}

	void testFileThatCannotBeWrittenIsRefused()
	{
		expectRefusal(endingOf(BORE_SERVER_BINARY, {"--control-port", "0", "--access-log-target", "file",
													   "--access-log-file", "/no/such/log"}),
			78, {"/no/such/log", "No such file", "accessLog.file"});
	}

private:
	void expectLineOfAVisitor(const Arguments& clientArguments)
	{
		const EchoService service;
		ProgramTunnel tunnel(service.port(), toFile({}), clientArguments);
		auto visitor = tunnel.visit();
		const std::string address = visitor.socket().address().toString();
		expectEcho(visitor);
		visitor.shutdownSend();
		visitor.expectEof();
		visitor.close();
		expectLine(" user=127.0.0.1 port=" + std::to_string(tunnel.client.port()) + " visitor=" + address +
				   " received=17 sent=17 duration=");
		expectLine(" end=closed\n");
	}

	[[nodiscard]] Arguments toFile(const Arguments& more) const
	{
		Arguments arguments{"--access-log-target", "file", "--access-log-file", _directory.path("access")};
		arguments.insert(arguments.end(), more.begin(), more.end());
		return arguments;
	}

	void expectLine(const std::string& text) const
	{
		std::string content;
		const bool found = eventually(
			[&]
			{
				std::ifstream file(_directory.path("access"));
				content.assign(std::istreambuf_iterator<char>(file), {});
				return content.find(text) != std::string::npos;
			});
		CPPUNIT_ASSERT_MESSAGE(content, found);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessLogProgramTest);
