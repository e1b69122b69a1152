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
	CPPUNIT_TEST(testReconnectingByDefault);
	CPPUNIT_TEST(testReconnectingAsTold);
	CPPUNIT_TEST(testReconnectingOutOfRangeIsRefused);
	CPPUNIT_TEST(testMissingLocalPortSaysWhatToGive);
	CPPUNIT_TEST(testMissingServerSaysWhatToGive);
	CPPUNIT_TEST(testAllThatIsMissingIsTold);
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
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.tunnels.front().localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("localhost"), config.tunnels.front().localHost);
		CPPUNIT_ASSERT_EQUAL(std::string("host"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(TunnelConfig().standby, config.tunnels.front().standby);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(7835), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(0), config.tunnels.front().port);
		CPPUNIT_ASSERT(!config.secret);
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(5));
	}

	void testEveryOption()
	{
		const ClientConfig config = read({"-t", "[::1]", "-l", "[::2]", "-p", "80", "-sS", "--control-port",
			"81", "--standby-size=3", "--keepalive-idle=7", "--relay-pipes=5", "--shutdown-grace=0", "8080"});
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, config.tunnels.front().standby);
		CPPUNIT_ASSERT_EQUAL(7, config.keepalive.idle);
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, config.relay.pipes);
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(81), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::2"), config.tunnels.front().localHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), config.tunnels.front().port);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(0));
	}

	void testEveryVariable()
	{
		const ClientConfig config =
			read({}, {{"BORE_LOCAL_PORT", "8080"}, {"BORE_SERVER", "host:80"}, {"BORE_LOCAL_HOST", "::2"},
						 {"BORE_PORT", "90"}, {"BORE_SECRET", "S"}});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.tunnels.front().localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("host"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::2"), config.tunnels.front().localHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(90), config.tunnels.front().port);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
	}

	void testEveryKeyOfTheFile()
	{
		const std::string path =
			_directory.write("f", "localPort=8080\nserver=host\nlocalHost=other\nport=90\nsecret=S\ncontrol."
								  "port=91\nshutdown.grace=1\nlog.level=error\n");
		const ClientConfig config = read({"--config", path});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.tunnels.front().localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("host"), config.serverHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(91), config.serverPort);
		CPPUNIT_ASSERT_EQUAL(std::string("other"), config.tunnels.front().localHost);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(90), config.tunnels.front().port);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
	}

	void testReconnectingByDefault()
	{
		const ClientConfig config = read({"1", "-th"});
		const ReconnectConfig expected;
		CPPUNIT_ASSERT(config.reconnect.enabled && expected.enabled);
		CPPUNIT_ASSERT(!config.reconnect.wait && !expected.wait);
		CPPUNIT_ASSERT_EQUAL(expected.attempts, config.reconnect.attempts);
		CPPUNIT_ASSERT(config.reconnect.firstDelay == expected.firstDelay);
		CPPUNIT_ASSERT(config.reconnect.maxDelay == expected.maxDelay);
		CPPUNIT_ASSERT(config.silence == ClientConfig().silence);
	}

	void testReconnectingAsTold()
	{
		const ClientConfig config = read({"1", "-th", "--no-reconnect", "--wait", "--reconnect-attempts=3",
			"--reconnect-first-delay", "20", "--reconnect-max-delay=300", "--server-silence=0"});
		CPPUNIT_ASSERT(!config.reconnect.enabled);
		CPPUNIT_ASSERT(config.reconnect.wait);
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{3}, config.reconnect.attempts);
		CPPUNIT_ASSERT(config.reconnect.firstDelay == std::chrono::milliseconds(20));
		CPPUNIT_ASSERT(config.reconnect.maxDelay == std::chrono::milliseconds(300));
		CPPUNIT_ASSERT(config.silence == Duration::zero());
		CPPUNIT_ASSERT(!read({"1", "-th", "--reconnect=false"}).reconnect.enabled);
		CPPUNIT_ASSERT(read({"1", "-th", "--reconnect"}, {{"BORE_RECONNECT", "false"}}).reconnect.enabled);
		CPPUNIT_ASSERT(!read({"1", "-th"}, {{"BORE_RECONNECT", "false"}}).reconnect.enabled);
	}

	void testReconnectingOutOfRangeIsRefused()
	{
		for (const char* bad : {"--reconnect=no", "--reconnect-first-delay=0",
				 "--reconnect-max-delay=3600001", "--reconnect-attempts=1000001", "--server-silence=3601"})
			CPPUNIT_ASSERT_MESSAGE(bad, refusalOf(
											[&] {
												static_cast<void>(read({"1", "-th", bad}));
											}).code == ExitCode::Usage);
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

	void testAllThatIsMissingIsTold()
	{
		const Refusal refusal = refusalOf([] { static_cast<void>(read({})); });
		CPPUNIT_ASSERT(refusal.code == ExitCode::Usage);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, refusal.text.find("the port of the local service is missing"));
		CPPUNIT_ASSERT(refusal.text.find("\nthe server is missing") != std::string::npos);
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
			"--control-port: control.port: two ports for one server: server host:80 (-t) and control.port 81 "
			"(--control-port): give one of "
			"them");
		expectRefusal({"1"}, {{"BORE_SERVER", "host:80"}, {"BORE_CONTROL_PORT", "81"}},
			ExitCode::Configuration,
			"BORE_CONTROL_PORT: control.port: two ports for one server: server host:80 (BORE_SERVER) and "
			"control.port 81 (BORE_CONTROL_PORT): "
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
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(0), read({"1", "-th", "--port=0"}).tunnels.front().port);
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
