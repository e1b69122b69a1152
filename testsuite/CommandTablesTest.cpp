//
// CommandTablesTest.cpp
//

#include "scripts/bore/CommandTables.h"
#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class CommandTablesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CommandTablesTest);
	CPPUNIT_TEST(testCommandsHaveTheKeysOfTheirPrograms);
	CPPUNIT_TEST(testNoConfigurationFileIsReadUnasked);
	CPPUNIT_TEST(testOptionsOfTheOriginalMeanTheSame);
	CPPUNIT_TEST(testVariablesOfTheOriginalMeanTheSame);
	CPPUNIT_TEST(testOriginalOptionsAreNineKeys);
	CPPUNIT_TEST_SUITE_END();

public:
	void testCommandsHaveTheKeysOfTheirPrograms()
	{
		CPPUNIT_ASSERT(ClientSettings::table().keys() == CommandTables::local().keys());
		CPPUNIT_ASSERT(ServerSettings::table().keys() == CommandTables::server().keys());
	}

	void testNoConfigurationFileIsReadUnasked()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(), CommandTables::local().program().configFile);
		CPPUNIT_ASSERT_EQUAL(std::string(), CommandTables::server().program().configFile);
	}

	void testOptionsOfTheOriginalMeanTheSame()
	{
		for (const std::vector<std::string>& line :
			{std::vector<std::string>{
				 "8000", "--to", "h", "--local-host", "l", "--port", "9000", "--secret", "s"},
				{"-t", "h", "-l", "l", "-p", "9000", "-s", "s", "8000"},
				{"--to=h", "--local-host=l", "-p9000", "--secret=s", "8000"}})
		{
			const ClientConfig config = ClientSettings::config(load(CommandTables::local(), line));
			CPPUNIT_ASSERT_EQUAL(std::string("h"), config.serverHost);
			CPPUNIT_ASSERT_EQUAL(std::uint16_t(7835), config.serverPort);
			CPPUNIT_ASSERT_EQUAL(std::uint16_t(8000), config.tunnels.front().localPort);
			CPPUNIT_ASSERT_EQUAL(std::string("l"), config.tunnels.front().localHost);
			CPPUNIT_ASSERT_EQUAL(std::uint16_t(9000), config.tunnels.front().port);
			CPPUNIT_ASSERT(config.secret.has_value());
		}
		const ServerConfig config = ServerSettings::config(
			load(CommandTables::server(), {"--min-port", "5000", "--max-port", "5001", "-s", "s",
											  "--bind-addr", "127.0.0.1", "--bind-tunnels", "127.0.0.2"}));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(5000), config.minPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(5001), config.maxPort);
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), config.bindAddr);
		CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.2"), config.bindTunnels);
		CPPUNIT_ASSERT(config.secret.has_value());
	}

	void testVariablesOfTheOriginalMeanTheSame()
	{
		const ClientConfig client = ClientSettings::config(load(CommandTables::local(), {},
			{{"BORE_LOCAL_PORT", "8000"}, {"BORE_SERVER", "h"}, {"BORE_SECRET", "s"}}));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8000), client.tunnels.front().localPort);
		CPPUNIT_ASSERT_EQUAL(std::string("h"), client.serverHost);
		CPPUNIT_ASSERT(client.secret.has_value());
		const ServerConfig server = ServerSettings::config(load(CommandTables::server(), {},
			{{"BORE_MIN_PORT", "5000"}, {"BORE_MAX_PORT", "5001"}, {"BORE_SECRET", "s"}}));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(5000), server.minPort);
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(5001), server.maxPort);
		CPPUNIT_ASSERT(server.secret.has_value());
	}

	void testOriginalOptionsAreNineKeys()
	{
		int found = 0;
		for (const auto* table : {&CommandTables::local(), &CommandTables::server()})
			for (const auto& setting : table->settings()) found += CommandTables::isOriginal(setting) ? 1 : 0;
		CPPUNIT_ASSERT_EQUAL(10, found); // the secret is in both
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandTablesTest);
