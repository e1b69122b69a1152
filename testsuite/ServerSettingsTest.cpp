//
// ServerSettingsTest.cpp
//

#include "Server/ServerSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class ServerSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ServerSettingsTest);
	CPPUNIT_TEST(testDefaults);
	CPPUNIT_TEST(testEveryOption);
	CPPUNIT_TEST(testUsersFile);
	CPPUNIT_TEST(testEveryLimit);
	CPPUNIT_TEST(testEveryVariable);
	CPPUNIT_TEST(testEveryKeyOfTheFile);
	CPPUNIT_TEST(testTunnelsAreBoundWhereTheServerIs);
	CPPUNIT_TEST(testTunnelsMayBeBoundElsewhere);
	CPPUNIT_TEST(testOnePortIsARange);
	CPPUNIT_TEST(testEmptyRangeIsTheFaultOfTheHigherLayer);
	CPPUNIT_TEST(testSecretTwiceOnTheCommandLineIsUsage);
	CPPUNIT_TEST(testPortsOutOfRangeAreRefused);
	CPPUNIT_TEST(testClientKeysAreUnknown);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDefaults()
	{
		const ServerConfig config = read({});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(1024), config.minPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(65535), config.maxPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(7835), config.controlPort);
		CPPUNIT_ASSERT_EQUAL(ServerConfig().maxStandby, config.maxStandby);
		CPPUNIT_ASSERT(config.userTimeout == std::chrono::seconds(10));
		CPPUNIT_ASSERT(config.portReservation == std::chrono::seconds(30));
		CPPUNIT_ASSERT_EQUAL(std::string(), config.bindAddr);
		CPPUNIT_ASSERT_EQUAL(std::string(), config.bindTunnels);
		CPPUNIT_ASSERT(!config.secret);
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(5));
	}

	void testEveryOption()
	{
		const ServerConfig config = read({"--min-port=2000", "--max-port=3000", "-sS", "--bind-addr=[::1]",
			"--bind-tunnels=127.0.0.1", "--control-port=0", "--standby-max=3", "--relay-pipes=5",
			"--keepalive-idle=7", "--control-user-timeout=8", "--port-reservation=9", "--shutdown-grace=7",
			"--log-level=debug"});
		CPPUNIT_ASSERT_EQUAL(std::size_t{3}, config.maxStandby);
		CPPUNIT_ASSERT_EQUAL(7, config.keepalive.idle);
		CPPUNIT_ASSERT(config.userTimeout == std::chrono::seconds(8));
		CPPUNIT_ASSERT(config.portReservation == std::chrono::seconds(9));
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, config.relay.pipes);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(2000), config.minPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(3000), config.maxPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(0), config.controlPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), config.bindAddr);
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), config.bindTunnels);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(7));
	}

	void testUsersFile()
	{
		const std::string path = _directory.write("users", "user.alice.secret = a\n");
		CPPUNIT_ASSERT(read({}).users.empty());
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0600));
		CPPUNIT_ASSERT_EQUAL(std::string("alice"), read({"--users-file", path}).users.at(0).name);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read({"--users-file", path, "-sown"}).users.size());
		CPPUNIT_ASSERT_THROW(static_cast<void>(read({"--users-file", path, "-sa"})), RoleFailure);
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0644));
		CPPUNIT_ASSERT_THROW(static_cast<void>(read({"--users-file", path})), RoleFailure);
		CPPUNIT_ASSERT_EQUAL(
			std::size_t{1}, read({"--users-file", path, "--no-permissions-strict"}).users.size());
	}

	void testEveryLimit()
	{
		const Limits defaults = read({}).limits;
		CPPUNIT_ASSERT_EQUAL(std::size_t{4096}, defaults.tunnels);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, defaults.tunnelsPerAddress);
		const Limits limits =
			read({"--limit-tunnels=1", "--limit-tunnels-per-address=2", "--limit-new-tunnels-per-minute=3",
					 "--limit-connections=4", "--limit-connections-per-tunnel=5",
					 "--limit-connections-per-visitor=6", "--limit-unclaimed=7",
					 "--limit-unclaimed-per-tunnel=8", "--limit-handshakes=9",
					 "--limit-handshakes-per-address=10", "--limit-failed-authentications-delay-after=11",
					 "--limit-failed-authentications-refuse-after=12"})
				.limits;
		const std::vector<std::size_t> values{limits.tunnels, limits.tunnelsPerAddress,
			limits.newTunnelsPerMinute, limits.connections, limits.connectionsPerTunnel,
			limits.connectionsPerVisitor, limits.unclaimed, limits.unclaimedPerTunnel, limits.handshakes,
			limits.handshakesPerAddress, limits.delayAfter, limits.refuseAfter};
		for (std::size_t i = 0; i < values.size(); ++i) CPPUNIT_ASSERT_EQUAL(i + 1, values[i]);
	}

	void testEveryVariable()
	{
		const ServerConfig config =
			read({}, {{"BORE_MIN_PORT", "2000"}, {"BORE_MAX_PORT", "3000"}, {"BORE_SECRET", "S"},
						 {"BORE_BIND_ADDR", "::1"}, {"BORE_BIND_TUNNELS", "::"}, {"BORE_CONTROL_PORT", "1"},
						 {"BORE_CONTROL_USER_TIMEOUT", "0"}, {"BORE_PORT_RESERVATION", "0"}});
		CPPUNIT_ASSERT(config.userTimeout == std::chrono::seconds(0));
		CPPUNIT_ASSERT(config.portReservation == std::chrono::seconds(0));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(2000), config.minPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(3000), config.maxPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(1), config.controlPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), config.bindAddr);
		CPPUNIT_ASSERT_EQUAL(std::string("::"), config.bindTunnels);
		CPPUNIT_ASSERT_EQUAL(std::string("S"), config.secret->reveal());
	}

	void testEveryKeyOfTheFile()
	{
		const std::string path =
			_directory.write("f", "minPort=2000\nmaxPort=3000\nsecret=S$\\\\\nbindAddr=::1\ncontrol.port="
								  "1\nshutdown.grace=0\nlog.level=trace\n");
		const ServerConfig config = read({"--config", path});
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(2000), config.minPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(3000), config.maxPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(1), config.controlPort);
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), config.bindAddr);
		CPPUNIT_ASSERT_EQUAL(std::string("S$\\"), config.secret->reveal());
		CPPUNIT_ASSERT(config.grace == std::chrono::seconds(0));
	}

	void testTunnelsAreBoundWhereTheServerIs()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), read({"--bind-addr=127.0.0.1"}).bindTunnels);
	}

	void testTunnelsMayBeBoundElsewhere()
	{
		const ServerConfig config = read({"--bind-tunnels=127.0.0.1"});
		CPPUNIT_ASSERT_EQUAL(std::string(), config.bindAddr);
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), config.bindTunnels);
	}

	void testOnePortIsARange()
	{
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), read({"--min-port=80", "--max-port=80"}).maxPort);
	}

	void testEmptyRangeIsTheFaultOfTheHigherLayer()
	{
		expectRefusal({"--min-port=90", "--max-port=80"}, {}, ExitCode::Usage,
			"--max-port: maxPort: no port is left: minPort 90 (--min-port) is above maxPort 80 (--max-port): "
			"lower the one or "
			"raise the other");
		expectRefusal({"--max-port=80"}, {}, ExitCode::Usage,
			"--max-port: maxPort: no port is left: minPort 1024 (default) is above maxPort 80 (--max-port): "
			"lower the one or "
			"raise the other");
		expectRefusal({"--max-port=80"}, {{"BORE_MIN_PORT", "90"}}, ExitCode::Usage,
			"--max-port: maxPort: no port is left: minPort 90 (BORE_MIN_PORT) is above maxPort 80 "
			"(--max-port): lower the one or "
			"raise the other");
		expectRefusal({}, {{"BORE_MAX_PORT", "80"}}, ExitCode::Configuration,
			"BORE_MAX_PORT: maxPort: no port is left: minPort 1024 (default) is above maxPort 80 "
			"(BORE_MAX_PORT): lower the one or "
			"raise the other");
	}

	void testSecretTwiceOnTheCommandLineIsUsage()
	{
		expectRefusal({"-sS", "--secret-file=f"}, {}, ExitCode::Usage,
			"--secret-file: secretFile: secret (-s) and secretFile (--secret-file) are two ways of one "
			"thing: give one of them");
	}

	void testPortsOutOfRangeAreRefused()
	{
		for (const std::string option :
			{"--min-port=0", "--max-port=0", "--min-port=65536", "--control-port=65536", "--control-port=-1"})
			CPPUNIT_ASSERT_MESSAGE(
				option, refusalOf([&option] { static_cast<void>(read({option})); }).code == ExitCode::Usage);
	}

	void testClientKeysAreUnknown() { CPPUNIT_ASSERT(ServerSettings::table().find("localPort") == nullptr); }

private:
	[[nodiscard]] static ServerConfig read(
		const std::vector<std::string>& arguments, const EnvironmentVariables& environment = {})
	{
		return ServerSettings::config(load(ServerSettings::table(), arguments, environment));
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

CPPUNIT_TEST_SUITE_REGISTRATION(ServerSettingsTest);
