//
// ClientSettingsTest.cpp
//

#include "Client/ClientSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class ClientSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ClientSettingsTest);
	CPPUNIT_TEST(testDefaults);
	CPPUNIT_TEST(testEveryOption);
	CPPUNIT_TEST(testEveryVariable);
	CPPUNIT_TEST(testEveryKeyOfTheFile);
	CPPUNIT_TEST(testMissingLocalPortSaysWhatToGive);
	CPPUNIT_TEST(testMissingServerSaysWhatToGive);
	CPPUNIT_TEST(testPortInServerWinsOverALowerControlPort);
	CPPUNIT_TEST(testHigherControlPortWinsOverPortInServer);
	CPPUNIT_TEST(testTwoPortsOnOneLayerMustAgree);
	CPPUNIT_TEST(testPortsOutOfRangeAreRefused);
	CPPUNIT_TEST(testAnyPublicPortMayBeAskedFor);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDefaults()
	{
		const ClientConfig config = read({"8080", "--to", "host"});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("localhost"), config.localHost);
		CPPUNIT_ASSERT_EQUAL(std::string("host"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(ClientConfig().standby, config.standby);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(7835), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(0), config.port);
		CPPUNIT_ASSERT(!config.secret);
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(5));
	}

	void testEveryOption()
	{
		const ClientConfig config = read({"-t", "[::1]", "-l", "[::2]", "-p", "80", "-sS", "--control-port",
			"81", "--standby-size=3", "--relay-pipes=5", "--shutdown-grace=0", "8080"});
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, config.standby);
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, config.relay.pipes);
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(81), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::2"), config.localHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), config.port);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(0));
	}

	void testEveryVariable()
	{
		const ClientConfig config =
			read({}, {{"BORE_LOCAL_PORT", "8080"}, {"BORE_SERVER", "host:80"}, {"BORE_LOCAL_HOST", "::2"},
						 {"BORE_PORT", "90"}, {"BORE_SECRET", "S"}});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("host"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::2"), config.localHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(90), config.port);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
	}

	void testEveryKeyOfTheFile()
	{
		const std::string path =
			_directory.write("f", "localPort=8080\nserver=host\nlocalHost=other\nport=90\nsecret=S\ncontrol."
								  "port=91\nshutdown.grace=1\nlog.level=error\n");
		const ClientConfig config = read({"--config", path});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("host"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(91), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::string("other"), config.localHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(90), config.port);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
	}

	void testMissingLocalPortSaysWhatToGive()
	{
		expectRefusal({"--to=host"}, {}, ExitCode::Usage,
			"the port of the local service is missing: give LOCAL_PORT, as in bore-client 8080 --to HOST "
			"(try bore-client --help)");
	}

	void testMissingServerSaysWhatToGive()
	{
		expectRefusal({"8080"}, {}, ExitCode::Usage,
			"the server is missing: give --to HOST[:PORT], as in bore-client 8080 --to HOST (try bore-client "
			"--help)");
	}

	void testPortInServerWinsOverALowerControlPort()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::uint16_t(80), read({"1", "-thost:80"}, {{"BORE_CONTROL_PORT", "81"}}).serverPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), read({"1", "-thost:80"}).serverPort);
	}

	void testHigherControlPortWinsOverPortInServer()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::uint16_t(81), read({"1", "--control-port=81"}, {{"BORE_SERVER", "host:80"}}).serverPort);
	}

	void testTwoPortsOnOneLayerMustAgree()
	{
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), read({"1", "-thost:80", "--control-port=80"}).serverPort);
		expectRefusal({"1", "-thost:80", "--control-port=81"}, {}, ExitCode::Usage,
			"two ports for one server: server host:80 (-t) and control.port 81 (--control-port): give one of "
			"them");
		expectRefusal({"1"}, {{"BORE_SERVER", "host:80"}, {"BORE_CONTROL_PORT", "81"}},
			ExitCode::Configuration,
			"two ports for one server: server host:80 (BORE_SERVER) and control.port 81 (BORE_CONTROL_PORT): "
			"give one of them");
	}

	void testPortsOutOfRangeAreRefused()
	{
		for (const std::vector<std::string>& form :
			std::vector<std::vector<std::string>>{{"0", "-th"}, {"65536", "-th"}, {"1", "-th:0"},
				{"1", "-th:65536"}, {"1", "-th", "-p65536"}, {"1", "-th", "--control-port=0"}})
			CPPUNIT_ASSERT_MESSAGE(
				form.back(), refusalOf([&form] { static_cast<void>(read(form)); }).code == ExitCode::Usage);
	}

	void testAnyPublicPortMayBeAskedFor()
	{
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(0), read({"1", "-th", "--port=0"}).port);
	}

private:
	[[nodiscard]] static ClientConfig read(
		const std::vector<std::string>& arguments, const EnvironmentVariables& environment = {})
	{
		return ClientSettings::config(load(ClientSettings::table(), arguments, environment));
	}

	static void expectRefusal(const std::vector<std::string>& arguments,
		const EnvironmentVariables& environment, ExitCode code, const std::string& text)
	{
		const Refusal refusal = refusalOf([&] { static_cast<void>(read(arguments, environment)); });
		CPPUNIT_ASSERT_EQUAL(text, refusal.text);
		CPPUNIT_ASSERT(code == refusal.code);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientSettingsTest);
