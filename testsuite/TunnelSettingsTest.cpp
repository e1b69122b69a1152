//
// TunnelSettingsTest.cpp
//

#include "Client/TunnelSettings.h"

#include "Client/ClientSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class TunnelSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelSettingsTest);
	CPPUNIT_TEST(testOnePortIsTheKeyAsEver);
	CPPUNIT_TEST(testWordsAreTunnels);
	CPPUNIT_TEST(testOneWordMayBeAWholeTunnel);
	CPPUNIT_TEST(testWordsReplaceTheKeyInFileAndEnvironment);
	CPPUNIT_TEST(testPortIsForOneTunnelThatNamesNone);
	CPPUNIT_TEST(testPortThatIsNobodysIsAUsageError);
	CPPUNIT_TEST(testNamesInAFileAreTunnels);
	CPPUNIT_TEST(testNamesHaveTheDefaultsOfOtherKeys);
	CPPUNIT_TEST(testWordsComeInAdditionToNames);
	CPPUNIT_TEST(testNamesOfWordsAreGoodAndUnlikeOthers);
	CPPUNIT_TEST(testNameWithoutALocalPortIsRefused);
	CPPUNIT_TEST(testOfAWrongLocalPortNoMoreIsSaid);
	CPPUNIT_TEST(testTwoTunnelsOnOnePublicPortAreRefused);
	CPPUNIT_TEST(testOneServiceMayBeOpenedTwice);
	CPPUNIT_TEST(testAllFaultsAreTold);
	CPPUNIT_TEST(testCheckNeedsNoTunnelAStartDoes);
	CPPUNIT_TEST(testDumpGivesTheSameTunnels);
	CPPUNIT_TEST(testDumpSaysWhatDoesNotCount);
	CPPUNIT_TEST(testAddressesOfVisitorsAreWantedAsTold);
	CPPUNIT_TEST(testWrongProxyProtocolIsRefused);
	CPPUNIT_TEST_SUITE_END();

	using Words = std::vector<std::string>;

public:
	void testOnePortIsTheKeyAsEver()
	{
		const Words expected{" localhost:8000 0 8 0"};
		CPPUNIT_ASSERT(expected == tunnels({"8000"}));
		CPPUNIT_ASSERT(expected == tunnels({}, "", {{"BORE_LOCAL_PORT", "8000"}}));
		CPPUNIT_ASSERT(expected == tunnels({}, "localPort = 8000\n"));
		CPPUNIT_ASSERT(expected == tunnels({"8000"}, "localPort = 1\n", {{"BORE_LOCAL_PORT", "2"}}));
		CPPUNIT_ASSERT((Words{" [::1]:8000 90 3 7"} ==
						tunnels({"8000", "-l::1", "-p90", "--standby-size=3", "--max-connections=7"})));
		CPPUNIT_ASSERT((Words{" h:8000 90 8 0"} == tunnels({"8000"}, "localHost = h\nport = 90\n")));
	}

	void testWordsAreTunnels()
	{
		CPPUNIT_ASSERT((Words{"8000 localhost:8000 0 8 0", "9000_9080 localhost:9000 9080 8 0",
							"db_lan_5432_15432 db.lan:5432 15432 8 0"} ==
						tunnels({"8000", "9000:9080", "db.lan:5432:15432"})));
		CPPUNIT_ASSERT((Words{"1 h:1 0 2 5", "___1__2 [::1]:2 0 2 5"} ==
						tunnels({"1", "[::1]:2", "-l", "h", "--standby-size=2", "--max-connections=5"})));
	}

	void testOneWordMayBeAWholeTunnel()
	{
		CPPUNIT_ASSERT((Words{" db.lan:5432 15432 8 0"} == tunnels({"db.lan:5432:15432"})));
		CPPUNIT_ASSERT((Words{" h:80 0 8 0"} == tunnels({"80:0", "--local-host=h"})));
	}

	void testWordsReplaceTheKeyInFileAndEnvironment()
	{
		const std::string file = "localPort = 1\nport = 90\n";
		const EnvironmentVariables environment{{"BORE_LOCAL_PORT", "2"}};
		CPPUNIT_ASSERT(
			(Words{"3 localhost:3 0 8 0", "4 localhost:4 0 8 0"} == tunnels({"3", "4"}, file, environment)));
		CPPUNIT_ASSERT((Words{" h:3 90 8 0"} == tunnels({"h:3"}, file, environment)));
		CPPUNIT_ASSERT((Words{" h:3 7 8 0"} == tunnels({"h:3:7"}, file, environment)));
	}

	void testPortIsForOneTunnelThatNamesNone()
	{
		CPPUNIT_ASSERT((Words{" h:3 90 8 0"} == tunnels({"h:3", "--port=90"})));
		CPPUNIT_ASSERT((Words{" localhost:3 90 8 0"} == tunnels({"--port=90"}, "localPort = 3\n")));
		CPPUNIT_ASSERT((Words{"a localhost:1 0 8 0", "3 localhost:3 90 8 0"} ==
						tunnels({"3", "-p90"}, "tunnel.a.localPort = 1\n")));
	}

	void testPortThatIsNobodysIsAUsageError()
	{
		expectRefusal({"3", "4", "--port=90"}, "", ExitCode::Usage,
			"--port: port: one public port for several tunnels: give each its own, LOCAL_PORT:REMOTE_PORT");
		expectRefusal({"3:80", "-p90"}, "", ExitCode::Usage,
			"-p: port: two public ports for one tunnel: 90, and the one in 3:80: give one of them");
		expectRefusal({"--port=90"}, "tunnel.a.localPort = 1\n", ExitCode::Usage,
			"--port: port: every tunnel has a name: give LOCAL_PORT, too, or tunnel.<name>.port in the file");
	}

	void testNamesInAFileAreTunnels()
	{
		CPPUNIT_ASSERT((Words{"web localhost:80 0 8 0"} == tunnels({}, "tunnel.web.localPort = 80\n")));
		CPPUNIT_ASSERT((Words{"web localhost:80 0 8 0", "db db.lan:5432 15432 0 20"} ==
						tunnels({}, "tunnel.web.localPort = 80\ntunnel.db.localHost = db.lan\n"
									"tunnel.db.localPort = 5432\ntunnel.db.port = 15432\n"
									"tunnel.db.standby = 0\ntunnel.db.maxConnections = 20\n")));
	}

	void testNamesHaveTheDefaultsOfOtherKeys()
	{
		const std::string file = "localHost = low\nstandby.size = 3\ntunnel.a.localPort = 1\n"
								 "tunnel.b.localPort = 2\ntunnel.b.localHost = [::1]\ntunnel.b.standby = 4\n";
		CPPUNIT_ASSERT((Words{"a low:1 0 3 0", "b [::1]:2 0 4 0"} == tunnels({}, file)));
		CPPUNIT_ASSERT(
			(Words{"a high:1 0 5 6", "b [::1]:2 0 4 6"} ==
				tunnels({"-lhigh"}, file, {{"BORE_STANDBY_SIZE", "5"}, {"BORE_MAX_CONNECTIONS", "6"}})));
	}

	void testWordsComeInAdditionToNames()
	{
		const std::string file = "localPort = 9\ntunnel.a.localPort = 1\n";
		CPPUNIT_ASSERT((Words{"a localhost:1 0 8 0", "9 localhost:9 0 8 0"} == tunnels({}, file)));
		CPPUNIT_ASSERT((Words{"a localhost:1 0 8 0", "2 localhost:2 0 8 0"} == tunnels({"2"}, file)));
		CPPUNIT_ASSERT((Words{"a localhost:1 0 8 0", "h_2 h:2 0 8 0", "3 localhost:3 0 8 0"} ==
						tunnels({"h:2", "3"}, file)));
	}

	void testNamesOfWordsAreGoodAndUnlikeOthers()
	{
		CPPUNIT_ASSERT((Words{"2 localhost:1 0 8 0", "2-2 localhost:2 0 8 0", "2-3 localhost:2 0 8 0"} ==
						tunnels({"2", "2"}, "tunnel.2.localPort = 1\n")));
		const std::string host(80, 'h');
		const std::string name(56, 'h');
		CPPUNIT_ASSERT((Words{name + " " + host + ":1 0 8 0", name + "-2 " + host + ":2 0 8 0"} ==
						tunnels({host + ":1", host + ":2"})));
		CPPUNIT_ASSERT((Words{"a_s__1 a%s%:1 0 8 0", "1 localhost:1 0 8 0"} == tunnels({"a%s%:1", "1"})));
	}

	void testNameWithoutALocalPortIsRefused()
	{
		expectRefusal({}, "tunnel.a.localPort = 1\ntunnel.b.standby = 1\ntunnel.b.localHost = h\n",
			ExitCode::Configuration,
			_directory.path("f") +
				":2: tunnel.b.standby: the tunnel has no local port: give tunnel.b.localPort, too");
	}

	void testOfAWrongLocalPortNoMoreIsSaid()
	{
		const std::string file =
			_directory.write("f", "server = s\ntunnel.b.port = 1\ntunnel.b.localPort = 0\n");
		SettingFaults faults;
		Arguments arguments({"--config", file});
		const auto& table = ClientSettings::table();
		const Settings settings(table, CommandLine(table, arguments.count(), arguments.values()), {}, faults);
		faults.collect([&] { ClientSettings::check(settings, true); });
		CPPUNIT_ASSERT_EQUAL(std::size_t{0},
			std::string(faults.failure().what()).find(file + ":3: tunnel.b.localPort: \"0\": expected"));
		CPPUNIT_ASSERT_EQUAL(
			std::string::npos, std::string(faults.failure().what()).find("has no local port"));
	}

	void testTwoTunnelsOnOnePublicPortAreRefused()
	{
		const std::string file = _directory.path("f");
		expectRefusal({},
			"tunnel.a.localPort = 1\ntunnel.a.port = 90\ntunnel.b.localPort = 2\ntunnel.b.port = 90\n",
			ExitCode::Configuration,
			file + ":4: tunnel.b.port: public port 90 is asked for by two tunnels: tunnel.a.port 90 (" +
				file + ":2) and tunnel.b.port 90 (" + file + ":4): give each its own");
		expectRefusal({"1:90", "2:90"}, "", ExitCode::Usage,
			"LOCAL_PORT: localPort: public port 90 is asked for by two tunnels: localPort 1:90 (LOCAL_PORT) "
			"and "
			"localPort 2:90 (LOCAL_PORT): give each its own");
		expectRefusal({"1", "-p90"}, "tunnel.a.localPort = 1\ntunnel.a.port = 90\n", ExitCode::Usage,
			"-p: port: public port 90 is asked for by two tunnels: tunnel.a.port 90 (" + file +
				":2) and port 90 (-p): give each its own");
	}

	void testOneServiceMayBeOpenedTwice()
	{
		CPPUNIT_ASSERT((Words{"80 localhost:80 0 8 0", "80_0 localhost:80 0 8 0",
							"80_9 localhost:80 9 8 0"} == tunnels({"80", "80:0", "80:9"})));
	}

	void testAllFaultsAreTold()
	{
		const std::string text =
			refusal({"1", "2", "--port=3"}, "tunnel.a.port = 1\ntunnel.b.port = 1\n").text;
		const std::string file = _directory.path("f");
		CPPUNIT_ASSERT_EQUAL(
			file + ":1: tunnel.a.port: the tunnel has no local port: give tunnel.a.localPort, too\n" + file +
				":2: tunnel.b.port: the tunnel has no local port: give tunnel.b.localPort, too\n"
				"--port: port: one public port for several tunnels: give each its own, "
				"LOCAL_PORT:REMOTE_PORT",
			text);
	}

	void testCheckNeedsNoTunnelAStartDoes()
	{
		const Settings none = load(ClientSettings::table(), {"--to=s"});
		ClientSettings::check(none, false);
		CPPUNIT_ASSERT_EQUAL(
			"the port of the local service is missing: give LOCAL_PORT, as in bore-client 8080 "
			"--to HOST (try bore-client --help)"s,
			refusalOf([&none] { ClientSettings::check(none, true); }).text);
	}

	void testDumpGivesTheSameTunnels()
	{
		const std::string file = "localPort = 9\nport = 90\nlocalHost = h\ntunnel.a.localPort = 1\n"
								 "tunnel.a.maxConnections = 5\ntunnel.b.localPort = 2\ntunnel.b.port = 80\n";
		for (const Words& words : std::vector<Words>{
				 {}, {"3"}, {"3", "4:40"}, {"[::1]:3", "3", "3", "-lx"}, {"x:3", "--port=33"}, {"x:3:30"}})
		{
			Words expected = tunnels(words, file);
			Words all{"--to=s", "--config=" + _directory.path("f")};
			all.insert(all.end(), words.begin(), words.end());
			const Settings settings = load(ClientSettings::table(), all);
			const std::string dump = configDump(settings, ClientSettings::overruled(settings));
			Words again = tunnels({}, dump);
			std::sort(expected.begin(), expected.end());
			std::sort(again.begin(), again.end());
			CPPUNIT_ASSERT_MESSAGE(dump, expected == again);
		}
	}

	void testDumpSaysWhatDoesNotCount()
	{
		const Settings settings = load(
			ClientSettings::table(), {"3", "h:4", "--to=s"}, {{"BORE_LOCAL_PORT", "9"}, {"BORE_PORT", "90"}});
		const std::string dump = configDump(settings, ClientSettings::overruled(settings));
		for (const std::string lines : {"# BORE_LOCAL_PORT, does not count\n#localPort = 9\n",
				 "# BORE_PORT, does not count\n#port = 90\n", "# command line\ntunnel.h_4.localHost = h\n",
				 "# command line\ntunnel.3.localPort = 3\n"})
			CPPUNIT_ASSERT_MESSAGE(dump, dump.find(lines) != std::string::npos);
	}

	void testAddressesOfVisitorsAreWantedAsTold()
	{
		const std::string file = "tunnel.a.localPort = 1\ntunnel.b.localPort = 2\n"
								 "tunnel.b.proxyProtocol = v1\ntunnel.c.localPort = 3\n"
								 "tunnel.c.proxyProtocol = off\n";
		using Wanted = std::vector<ProxyProtocol>;
		constexpr auto OFF = ProxyProtocol::Off;
		constexpr auto V1 = ProxyProtocol::V1;
		constexpr auto V2 = ProxyProtocol::V2;
		CPPUNIT_ASSERT((Wanted{OFF} == wanted({"8000"}, "")));
		CPPUNIT_ASSERT((Wanted{V1} == wanted({"8000", "--proxy-protocol=v1"}, "")));
		CPPUNIT_ASSERT((Wanted{V2} == wanted({"8000"}, "proxyProtocol = v2\n")));
		CPPUNIT_ASSERT((Wanted{OFF, V1, OFF} == wanted({}, file)));
		CPPUNIT_ASSERT((Wanted{V2, V1, OFF, V2} == wanted({"8000"}, file + "proxyProtocol = v2\n")));
	}

	void testWrongProxyProtocolIsRefused()
	{
		expectRefusal({"8000", "--proxy-protocol=v3"}, "", ExitCode::Usage,
			"--proxy-protocol: proxyProtocol: \"v3\": expected one of off, v1, v2");
		expectRefusal({}, "tunnel.a.proxyProtocol = v1\n", ExitCode::Configuration,
			_directory.path("f") +
				":1: tunnel.a.proxyProtocol: the tunnel has no local port: give tunnel.a.localPort, too");
	}

private:
	[[nodiscard]] std::vector<ProxyProtocol> wanted(const Words& words, const std::string& file) const
	{
		Words arguments{"--to=s", "--config=" + _directory.write("f", file)};
		arguments.insert(arguments.end(), words.begin(), words.end());
		std::vector<ProxyProtocol> result;
		for (const auto& tunnel : ClientSettings::config(load(ClientSettings::table(), arguments)).tunnels)
			result.push_back(tunnel.proxyProtocol);
		return result;
	}

	[[nodiscard]] Words tunnels(
		const Words& words, const std::string& file = "", const EnvironmentVariables& environment = {}) const
	/// Name, local service, public port, standby connections, visitors of each.
	{
		Words arguments{"--to=s", "--config=" + _directory.write("f", file)};
		if (file.find("server = ") != std::string::npos) arguments.erase(arguments.begin());
		arguments.insert(arguments.end(), words.begin(), words.end());
		Words result;
		for (const auto& tunnel :
			ClientSettings::config(load(ClientSettings::table(), arguments, environment)).tunnels)
		{
			const std::string host = tunnel.localHost.find(':') == std::string::npos
										 ? tunnel.localHost
										 : "[" + tunnel.localHost + "]";
			result.push_back(tunnel.name + " " + host + ":" + std::to_string(tunnel.localPort) + " " +
							 std::to_string(tunnel.port) + " " + std::to_string(tunnel.standby) + " " +
							 std::to_string(tunnel.maxConnections));
		}
		return result;
	}

	[[nodiscard]] Refusal refusal(const Words& words, const std::string& file) const
	{
		return refusalOf([&] { static_cast<void>(tunnels(words, file)); });
	}

	void expectRefusal(
		const Words& words, const std::string& file, ExitCode code, const std::string& text) const
	{
		const Refusal refused = refusal(words, file);
		CPPUNIT_ASSERT_EQUAL(text, refused.text);
		CPPUNIT_ASSERT(code == refused.code);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelSettingsTest);
