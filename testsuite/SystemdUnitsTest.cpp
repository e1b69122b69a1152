//
// SystemdUnitsTest.cpp
//
// What the units say, held against what the programs do.
//

#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"
#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/Files.h"
#include "testsuite/support/NotifyReceiver.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/UnitFile.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class SystemdUnitsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SystemdUnitsTest);
	CPPUNIT_TEST(testServerStartsByTheUnitsLine);
	CPPUNIT_TEST(testClientsLineNamesTheFileOfTheInstance);
	CPPUNIT_TEST(testReloadChecksTheSameConfigurationFirst);
	CPPUNIT_TEST(testExitCodesThatDoNotMendThemselvesAreNotRetried);
	CPPUNIT_TEST(testBothHaveTheSameSandbox);
	CPPUNIT_TEST_SUITE_END();

	using Words = std::vector<std::string>;

public:
	void testServerStartsByTheUnitsLine()
	{
		// Its port is that of the environment, which a drop-in may set, too: another server may run here.
		NotifyReceiver receiver;
		const auto words = UnitFile("bore-server.service").words("ExecStart", "");
		ChildProcess server(words.front(), {words.begin() + 1, words.end()},
			{{"NOTIFY_SOCKET", receiver.address()}, {"BORE_CONTROL_PORT", "0"},
				{"BORE_BIND_ADDR", "127.0.0.1"}});
		static_cast<void>(receiver.receiveWith("READY=1"));
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
	}

	void testClientsLineNamesTheFileOfTheInstance()
	{
		const auto words = UnitFile("bore-client@.service").words("ExecStart", "web");
		CPPUNIT_ASSERT(Words({BORE_CLIENT_BINARY, "--config", "/etc/bore/client/web.properties"}) == words);
	}

	void testReloadChecksTheSameConfigurationFirst()
	{
		for (const auto& name : UnitFile::names())
		{
			const UnitFile unit(name);
			Words checking = unit.words("ExecStart", "web");
			checking.insert(checking.begin() + 1, "--check-config");
			CPPUNIT_ASSERT(checking == unit.words("ExecReload", "web"));
			CPPUNIT_ASSERT_EQUAL(std::string("/bin/kill -HUP $MAINPID"), unit.values("ExecReload").at(1));
		}
	}

	void testExitCodesThatDoNotMendThemselvesAreNotRetried()
	{
		expectRetried("bore-server.service", ServerSettings::table(), {70, 71});
		expectRetried("bore-client@.service", ClientSettings::table(), {69, 70, 75});
	}

	void testBothHaveTheSameSandbox()
	{
		const auto sandbox = [](const std::string& name)
		{
			const std::string text = UnitFile(name).text();
			const auto start = text.find("DynamicUser=yes\n");
			CPPUNIT_ASSERT(start != std::string::npos);
			return text.substr(start);
		};
		CPPUNIT_ASSERT_EQUAL(sandbox("bore-server.service"), sandbox("bore-client@.service"));
	}

private:
	static void expectRetried(
		const std::string& name, const SettingTable& table, const std::set<int>& retried)
	/// Of all codes with which the program can fail, these and no others are.
	{
		std::set<int> prevented;
		std::istringstream codes(UnitFile(name).values("RestartPreventExitStatus").at(0));
		for (int code = 0; codes >> code;) prevented.insert(code);
		for (const auto& end : table.program().ends)
		{
			const int code = static_cast<int>(end.code);
			if (code == 0) continue;
			CPPUNIT_ASSERT_MESSAGE(name + ": " + std::to_string(code),
				(retried.count(code) == 0) == (prevented.erase(code) == 1));
		}
		CPPUNIT_ASSERT(prevented.empty());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SystemdUnitsTest);
