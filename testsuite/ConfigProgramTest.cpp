//
// ConfigProgramTest.cpp
//

#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>

using namespace Bore::Test;
using namespace std::string_literals;

class ConfigProgramTest : public CppUnit::TestFixture
/// --check-config and --dump-config of both programs.
{
	CPPUNIT_TEST_SUITE(ConfigProgramTest);
	CPPUNIT_TEST(testCorrectConfigurationIsSaidToBe);
	CPPUNIT_TEST(testEveryFaultIsTold);
	CPPUNIT_TEST(testStartTellsTheSameFaults);
	CPPUNIT_TEST(testFaultsBetweenKeysAreTold);
	CPPUNIT_TEST(testCommandLineAloneIsUsage);
	CPPUNIT_TEST(testMistypedVariableIsAWarning);
	CPPUNIT_TEST(testClientNeedsNoLocalPortForACheck);
	CPPUNIT_TEST(testOpenSecretFileIsRefusedUnlessAllowed);
	CPPUNIT_TEST(testDumpIsReadBack);
	CPPUNIT_TEST(testDumpHidesSecrets);
	CPPUNIT_TEST(testDumpOfAFaultyConfigurationTellsTheFaults);
	CPPUNIT_TEST(testDumpOfTwoServerPortsIsReadBack);
	CPPUNIT_TEST_SUITE_END();

	using Arguments = ChildProcess::Arguments;
	using Environment = ChildProcess::Environment;

	static constexpr char SERVER[] = BORE_SERVER_BINARY;
	static constexpr char CLIENT[] = BORE_CLIENT_BINARY;
	static constexpr char CORRECT[] = "configuration is correct\n";

public:
	void setUp() override { std::filesystem::create_directory(_directory.path("conf.d")); }

	void testCorrectConfigurationIsSaidToBe()
	{
		const std::string file = _directory.write("f", "minPort = 2000\n");
		static_cast<void>(_directory.write("conf.d/1.properties", "minPort = 3000\n"));
		expect(endingOf(SERVER, {"--check-config", "--config", file, "--max-port=3000"}), 0, CORRECT, "");
		expect(endingOf(CLIENT, {"80", "--to=h", "--check-config"}), 0, CORRECT, "");
	}

	void testEveryFaultIsTold()
	{
		const Ending ending = endingOf(SERVER, faulty("--check-config"), {{"BORE_LIMIT_TUNNELS", "-1"}});
		expect(ending, 78, "", faults());
	}

	void testStartTellsTheSameFaults()
	{
		const Ending ending = endingOf(SERVER, faulty("--bind-addr=::1"), {{"BORE_LIMIT_TUNNELS", "-1"}});
		std::string expected;
		std::istringstream lines(faults());
		for (std::string line; std::getline(lines, line);) expected += "bore-server: " + line + "\n";
		expect(ending, 78, "", expected);
	}

	void testFaultsBetweenKeysAreTold()
	{
		const std::string file = _directory.write("f", "minPort = 9\nmaxPort = 8\nsecretFile = /no/such\n");
		expect(endingOf(SERVER, {"--check-config", "--config", file}), 78, "",
			file + ":2: maxPort: no port is left: minPort 9 (" + file + ":1) is above maxPort 8 (" + file +
				":2): lower the one or raise the other\n" + file +
				":3: secretFile: secret file \"/no/such\" cannot be read: No such file or directory\n");
		// Of a value that is wrong, no more than that is said.
		const std::string wrong = _directory.write("f", "minPort = 0\nmaxPort = 8\n");
		expect(endingOf(SERVER, {"--check-config", "--config", wrong}), 78, "",
			wrong + ":1: minPort: \"0\": expected a whole number from 1 to 65535\n");
		const std::string client = _directory.write("c", "localPort = 0\nservr = h\n");
		expect(endingOf(CLIENT, {"--config", client}), 78, "",
			"bore-client: " + client + ":1: localPort: \"0\": expected a whole number from 1 to 65535\n" +
				"bore-client: " + client + ":2: servr: unknown key: did you mean \"server\"?\n");
	}

	void testCommandLineAloneIsUsage()
	{
		expect(endingOf(SERVER, {"--check-config", "--min-port=0"}), 64, "",
			"--min-port: minPort: \"0\": expected a whole number from 1 to 65535\n");
		expect(endingOf(SERVER, {"--check-config", "--mni-port"}), 64, "",
			"unknown option --mni-port: did you mean --min-port? (try bore-server --help)\n");
		expect(endingOf(SERVER, {"--check-config", "--min-port=0"}, {{"BORE_MAX_PORT", "0"}}), 78, "",
			"BORE_MAX_PORT: maxPort: \"0\": expected a whole number from 1 to 65535\n"
			"--min-port: minPort: \"0\": expected a whole number from 1 to 65535\n");
	}

	void testMistypedVariableIsAWarning()
	{
		const std::string told = "the variable BORE_MIN_PROT does not count: did you mean BORE_MIN_PORT?\n";
		expect(endingOf(SERVER, {"--check-config"}, {{"BORE_MIN_PROT", "80"}, {"BORE_SERVICE_HOST", "h"}}), 0,
			CORRECT, "warning: " + told);
		ChildProcess server(SERVER, {"--bind-addr=127.0.0.1", "--control-port=0"}, {{"BORE_MIN_PROT", "80"}});
		const std::string line = server.readLineWith(ChildProcess::Output::Stderr, "BORE_MIN_PROT");
		CPPUNIT_ASSERT_MESSAGE(
			line, line.find(" Warning bore-server: " + told.substr(0, told.size() - 1)) != std::string::npos);
	}

	void testClientNeedsNoLocalPortForACheck()
	{
		const std::string file = _directory.write("f", "server = h\n");
		expect(endingOf(CLIENT, {"--check-config", "--config", file}), 0, CORRECT, "");
		expect(endingOf(CLIENT, {"--check-config"}), 64, "",
			"the server is missing: give --to HOST[:PORT], as in bore-client 8080 --to HOST (try bore-client "
			"--help)\n");
		expect(endingOf(CLIENT, {"--config", file}), 64, "",
			"bore-client: the port of the local service is missing: give LOCAL_PORT, as in bore-client 8080 "
			"--to HOST (try bore-client --help)\n");
	}

	void testOpenSecretFileIsRefusedUnlessAllowed()
	{
		const std::string secret = _directory.write("secret", "S\n");
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(secret.c_str(), 0644));
		expect(endingOf(SERVER, {"--check-config", "--secret-file", secret}), 78, "",
			"--secret-file: secretFile: secret file \"" + secret +
				"\" is open to others (mode 644): chmod 600 it, or set permissions.strict = false\n");
		expect(endingOf(SERVER, {"--check-config", "--secret-file", secret, "--no-permissions-strict"}), 0,
			CORRECT, "");
	}

	void testDumpIsReadBack()
	{
		const std::string file = _directory.write("f", "minPort = 2000\nbindAddr = ::1\n");
		static_cast<void>(_directory.write("conf.d/1.properties", "maxPort = 3000\n"));
		const Ending first = endingOf(
			SERVER, {"--dump-config", "--config", file, "--standby-max=3"}, {{"BORE_RELAY_PIPES", "5"}});
		CPPUNIT_ASSERT_EQUAL_MESSAGE(first.err, 0, first.code);
		expectLines(
			first.out, {"# " + file + ":1\nminPort = 2000\n",
						   "# " + _directory.path("conf.d/1.properties") + ":1\nmaxPort = 3000\n",
						   "# --standby-max\nstandby.max = 3\n", "# BORE_RELAY_PIPES\nrelay.pipes = 5\n",
						   "# default\nshutdown.grace = 5\n", "# no value\n#bindTunnels =\n"});
		std::filesystem::remove_all(_directory.path("conf.d"));
		const Ending second =
			endingOf(SERVER, {"--dump-config", "--config", _directory.write("g", first.out)});
		CPPUNIT_ASSERT_EQUAL_MESSAGE(second.err, 0, second.code);
		CPPUNIT_ASSERT_EQUAL(withoutOrigins(first.out), withoutOrigins(second.out));
	}

	void testDumpHidesSecrets()
	{
		const Ending ending = endingOf(SERVER,
			{"--dump-config", "--config", _directory.write("f", "secretFile = /no/such/file\n")},
			{{"BORE_SECRET", "xyzzy-7f3a"}});
		CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, 0, ending.code);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, (ending.out + ending.err).find("xyzzy"));
		expectLines(ending.out, {"# BORE_SECRET, not shown\n#secret = ***\n",
									":1, does not count\n#secretFile = /no/such/file\n"});
	}

	void testDumpOfAFaultyConfigurationTellsTheFaults()
	{
		const Ending ending = endingOf(SERVER, faulty("--dump-config"), {{"BORE_LIMIT_TUNNELS", "-1"}});
		expect(ending, 78, "", faults());
	}

	void testDumpOfTwoServerPortsIsReadBack()
	{
		const Ending inServer = endingOf(CLIENT, {"--dump-config", "--to=h:80"});
		expectLines(
			inServer.out, {"# --to\nserver = h:80\n", "# default, does not count\n#control.port = 7835\n"});
		const Ending separate =
			endingOf(CLIENT, {"--dump-config", "--control-port=81"}, {{"BORE_SERVER", "h:80"}});
		expectLines(
			separate.out, {"# BORE_SERVER\nserver = h:81\n", "# --control-port\ncontrol.port = 81\n"});
		for (const auto& dump : {inServer, separate})
			expect(endingOf(CLIENT, {"--check-config", "--config", _directory.write("g", dump.out)}), 0,
				CORRECT, "");
	}

private:
	[[nodiscard]] Arguments faulty(const std::string& more) const
	{
		const std::string file =
			_directory.write("f", "minPort = 0\nnonsense\nmniPort = 1\nrelay.pipes = 1\nrelay.pipes = 2\n");
		static_cast<void>(_directory.write("conf.d/1.properties", "log.level = loud"));
		return {"--config", file, "--standby-max=x", more};
	}

	[[nodiscard]] std::string faults() const
	{
		const std::string file = _directory.path("f");
		const std::string more = _directory.path("conf.d/1.properties");
		return file + ":1: minPort: \"0\": expected a whole number from 1 to 65535\n" + file +
			   ":2: expected \"key = value\", or a comment that starts with #\n" + file +
			   ":3: mniPort: unknown key: did you mean \"minPort\"?\n" + file +
			   ":5: relay.pipes: the key is given twice: line 4 has it already\n" + more +
			   ":1: the last line has no line end, as if half written: write beside the file, then rename\n" +
			   more +
			   ":1: log.level: \"loud\": expected one of fatal, critical, error, warning, notice, "
			   "information, "
			   "debug, trace\n"
			   "BORE_LIMIT_TUNNELS: limit.tunnels: \"-1\": expected a whole number from 0 to 1000000\n"
			   "--standby-max: standby.max: \"x\": expected a whole number from 0 to 1024\n";
	}

	static void expect(const Ending& ending, int code, const std::string& out, const std::string& err)
	{
		CPPUNIT_ASSERT_EQUAL(err, ending.err);
		CPPUNIT_ASSERT_EQUAL(out, ending.out);
		CPPUNIT_ASSERT_EQUAL(code, ending.code);
	}

	static void expectLines(const std::string& text, const Words& wanted)
	{
		for (const auto& lines : wanted)
			CPPUNIT_ASSERT_MESSAGE(lines + "in\n" + text, text.find(lines) != std::string::npos);
	}

	static std::string withoutOrigins(const std::string& dump)
	{
		std::string result;
		std::istringstream lines(dump);
		for (std::string line; std::getline(lines, line);)
			if (line.rfind("# ", 0) != 0) result += line + "\n";
		return result;
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigProgramTest);
