//
// TlsProgramTest.cpp
//

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstdio>
#include <memory>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using Output = ChildProcess::Output;

class TlsProgramTest : public CppUnit::TestFixture
/// TLS as users of the two programs have it.
{
	CPPUNIT_TEST_SUITE(TlsProgramTest);
	CPPUNIT_TEST(testCertificateIsMadePrintedAndUsed);
	CPPUNIT_TEST(testMadeFilesAreWhereTheKeysSayAndNeverOverwritten);
	CPPUNIT_TEST(testMakingNeedsNames);
	CPPUNIT_TEST(testCheckTellsAKeyThatDoesNotMatch);
	CPPUNIT_TEST(testSecretWithoutTlsIsWarnedOf);
	CPPUNIT_TEST(testCertificateIsReadAnewWhenTheConfigurationIs);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _directory = std::make_unique<TemporaryDirectory>(); }
	void tearDown() override { _directory.reset(); }

	void testCertificateIsMadePrintedAndUsed()
	{
		const std::string fingerprint = make(_directory->path("a"), {"bore.test"});
		// An address of the loopback that nobody else has, so that a port can be named.
		const auto pid = static_cast<unsigned>(::getpid());
		const std::string address =
			"127.77." + std::to_string(pid / 250 % 250) + "." + std::to_string(pid % 250 + 1);
		ServerProgram server(
			{"--tls-port", "7836", "--tls-certificate", _directory->path("a.crt"), "--tls-key",
				_directory->path("a.key"), "--no-control-plain", "--secret", "sesame"},
			{}, address);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{7836}, server.port());
		static_cast<void>(server.readLineWith(Output::Stderr, fingerprint));
		EchoService echo;
		ClientProgram client(echo.port(), server.port(),
			{"--tls", "--tls-fingerprint", fingerprint, "--secret", "sesame"}, {}, address);
		auto visitor = ScriptedPeer::connectTo(client.port(), address);
		visitor.send("by TLS");
		visitor.expect("by TLS");

		ClientProgram other(echo.port(), server.port(),
			{"--tls", "--tls-fingerprint", std::string(64, '0'), "--secret", "sesame"}, {}, address);
		expectRefusal(endingOf(other), 77, {"another fingerprint", fingerprint});
		ClientProgram unaware(echo.port(), server.port(), {"--no-reconnect"}, {}, address);
		expectRefusal(endingOf(unaware), 69, {"this port speaks TLS"});
	}

	void testMadeFilesAreWhereTheKeysSayAndNeverOverwritten()
	{
		const std::string file = _directory->write(
			"server.properties", "tls.certificate = " + _directory->path("configured.crt") +
									 "\ntls.key = " + _directory->path("configured.key") + "\n");
		const ChildProcess::Arguments arguments{
			"--make-certificate", "bore.test", "192.0.2.1", "--config", file};
		const Ending first = endingOf(BORE_SERVER_BINARY, arguments);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(first.err, 0, first.code);
		CPPUNIT_ASSERT(first.out.find(_directory->path("configured.crt")) != std::string::npos);
		expectRefusal(endingOf(BORE_SERVER_BINARY, arguments), 78, {"is there already", "remove it"});
	}

	void testMakingNeedsNames()
	{
		expectRefusal(endingOf(BORE_SERVER_BINARY, {"--make-certificate"}), 64, {"needs a value"});
		expectRefusal(
			endingOf(BORE_SERVER_BINARY, {"--make-certificate", "no name"}), 64, {"neither a host name"});
	}

	void testCheckTellsAKeyThatDoesNotMatch()
	{
		make(_directory->path("a"), {"bore.test"});
		make(_directory->path("b"), {"bore.test"});
		const std::string file = _directory->write(
			"server.properties", "tls.port = 7836\ntls.certificate = " + _directory->path("a.crt") +
									 "\ntls.key = " + _directory->path("b.key") + "\n");
		const Ending ending = endingOf(BORE_SERVER_BINARY, {"--check-config", "--config", file});
		CPPUNIT_ASSERT_EQUAL(78, ending.code);
		CPPUNIT_ASSERT_MESSAGE(
			ending.err, ending.err.find(file + ":3: tls.key: ") == 0 &&
							ending.err.find("is not that of the certificate") != std::string::npos);
	}

	void testSecretWithoutTlsIsWarnedOf()
	{
		ServerProgram everywhere({"--secret", "sesame"}, {}, "");
		static_cast<void>(everywhere.readLineWith(Output::Stderr, "clients use their secret without TLS"));
		ServerProgram loopback({"--secret", "sesame"});
		ServerProgram open({}, {}, "");
		for (auto* server : {&loopback, &open})
		{
			server->signal(SIGTERM);
			CPPUNIT_ASSERT(server->readToEnd(Output::Stderr).find("without TLS") == std::string::npos);
		}
	}

	void testCertificateIsReadAnewWhenTheConfigurationIs()
	{
		const EchoService echo;
		const std::string before = make(_directory->path("a"), {"bore.test"});
		const std::string after = make(_directory->path("b"), {"bore.test"});
		const auto pid = static_cast<unsigned>(::getpid());
		const std::string address =
			"127.78." + std::to_string(pid / 250 % 250) + "." + std::to_string(pid % 250 + 1);
		ServerProgram server({"--tls-port", "7836", "--no-control-plain", "--tls-certificate",
								 _directory->path("a.crt"), "--tls-key", _directory->path("a.key")},
			{}, address);
		ClientProgram client(echo.port(), 7836, {"--tls", "--tls-fingerprint", before}, {}, address);
		auto visitor = ScriptedPeer::connectTo(client.port(), address);
		visitor.send("before");
		visitor.expect("before");

		put("b.crt", "a.crt");
		server.signal(SIGHUP);
		static_cast<void>(server.readLineWith(Output::Stderr, "is not that of the certificate"));
		static_cast<void>(server.readLineWith(Output::Stderr, "the old one stays"));
		put("b.key", "a.key");
		server.signal(SIGHUP);
		static_cast<void>(server.readLineWith(Output::Stderr, "fingerprint is " + after));
		static_cast<void>(
			server.readLineWith(Output::Stderr, "configuration reloaded: changed: tls.certificate"));

		ClientProgram next(echo.port(), 7836, {"--tls", "--tls-fingerprint", after}, {}, address);
		auto other = ScriptedPeer::connectTo(next.port(), address);
		other.send("after");
		other.expect("after");
		visitor.send("still");
		visitor.expect("still");
	}

private:
	void put(const std::string& from, const std::string& to) const
	{
		CPPUNIT_ASSERT_EQUAL(0, std::rename(_directory->path(from).c_str(), _directory->path(to).c_str()));
	}

	static std::string make(const std::string& path, const ChildProcess::Arguments& names)
	{
		ChildProcess::Arguments arguments{
			"--tls-certificate", path + ".crt", "--tls-key", path + ".key", "--make-certificate"};
		arguments.insert(arguments.end(), names.begin(), names.end());
		const Ending ending = endingOf(BORE_SERVER_BINARY, arguments);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, 0, ending.code);
		const std::string word = "fingerprint: ";
		const auto at = ending.out.find(word);
		CPPUNIT_ASSERT_MESSAGE(ending.out, at != std::string::npos);
		const auto from = at + word.size();
		return ending.out.substr(from, ending.out.find('\n', from) - from);
	}

	std::unique_ptr<TemporaryDirectory> _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsProgramTest);
