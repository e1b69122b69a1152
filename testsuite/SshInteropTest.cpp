//
// SshInteropTest.cpp
//

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/Net/ServerSocket.h>

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using Output = ChildProcess::Output;

class SshInteropTest : public CppUnit::TestFixture
/// The real ssh and sshd through a tunnel: an interactive protocol, which
/// also moves much, both ways at once. Both come with scripts/test.
{
	CPPUNIT_TEST_SUITE(SshInteropTest);
	CPPUNIT_TEST(testCommandRunsThroughATunnel);
	CPPUNIT_TEST(testMuchIsEchoedBothWaysAtOnce);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_directory = std::make_unique<TemporaryDirectory>();
		for (const char* key : {"host", "user"})
		{
			ChildProcess maker(
				"/usr/bin/env", {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _directory->path(key)});
			CPPUNIT_ASSERT_EQUAL_MESSAGE(
				"ssh-keygen: are openssh-client and openssh-server installed?", 0, maker.waitForExit());
		}
		startServer();
		_server = std::make_unique<RunningServer>();
		_client = std::make_unique<RunningClient>(RunningClient::between(_server->port(), _port));
	}

	void tearDown() override
	{
		_client.reset();
		_server.reset();
		_sshd.reset();
		_directory.reset();
	}

	void testCommandRunsThroughATunnel()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("through a tunnel\n"), ssh("echo through a tunnel"));
	}

	void testMuchIsEchoedBothWaysAtOnce()
	{
		const std::string sum = ssh("head -c 20000000 /dev/zero | sha256sum");
		CPPUNIT_ASSERT_EQUAL(sum, ssh("cat", "head -c 20000000 /dev/zero | ", " | sha256sum"));
	}

private:
	void startServer()
	{
		// As root it does not start without this folder, which Debian makes when it boots.
		if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
		for (int attempt = 0; attempt < 10; ++attempt)
		{
			{
				Poco::Net::ServerSocket free;
				free.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
				_port = free.address().port();
			}
			_sshd = std::make_unique<ChildProcess>("/usr/sbin/sshd",
				ChildProcess::Arguments{"-D", "-e", "-f", "/dev/null", "-p", std::to_string(_port), "-h",
					_directory->path("host"), "-o", "ListenAddress=127.0.0.1", "-o",
					"AuthorizedKeysFile=" + _directory->path("user.pub"), "-o", "StrictModes=no", "-o",
					"UsePAM=no", "-o", "PidFile=none", "-o", "PasswordAuthentication=no"});
			// Somebody else may have got the port meanwhile.
			if (eventually([this] { return isListening(); })) return;
		}
		CPPUNIT_FAIL("sshd does not start: " + _sshd->everything(Output::Stderr));
	}

	[[nodiscard]] bool isListening()
	{
		_sshd->readOn();
		return _sshd->everything(Output::Stderr).find("Server listening on") != std::string::npos;
	}

	[[nodiscard]] std::string ssh(
		const std::string& command, const std::string& before = "", const std::string& after = "")
	{
		ChildProcess client(
			"/bin/sh", {"-c", before + "ssh -F /dev/null -i " + _directory->path("user") + " -p " +
								  std::to_string(_client->port()) +
								  " -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no"
								  " -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR 127.0.0.1 '" +
								  command + "'" + after});
		std::string output = client.readToEnd(Output::Stdout);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(client.readToEnd(Output::Stderr), 0, client.waitForExit());
		return output;
	}

	std::unique_ptr<TemporaryDirectory> _directory;
	std::uint16_t _port = 0;
	std::unique_ptr<ChildProcess> _sshd;
	std::unique_ptr<RunningServer> _server;
	std::unique_ptr<RunningClient> _client;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SshInteropTest);
