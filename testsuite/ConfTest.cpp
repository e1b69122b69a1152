//
// ConfTest.cpp
//

#include "Client/ClientSettings.h"
#include "Server/ServerSettings.h"
#include "Shared/PropertiesFile.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/RegularExpression.h>
#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class ConfTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ConfTest);
	CPPUNIT_TEST(testSmallServerFileWorks);
	CPPUNIT_TEST(testSmallClientFileWorks);
	CPPUNIT_TEST(testFullServerFileWorksAsShipped);
	CPPUNIT_TEST(testFullClientFileWorksAsShipped);
	CPPUNIT_TEST(testFullServerFileNamesEveryKeyAndNothingElse);
	CPPUNIT_TEST(testFullClientFileNamesEveryKeyAndNothingElse);
	CPPUNIT_TEST(testFullServerFileShowsTheDefaults);
	CPPUNIT_TEST(testFullClientFileShowsTheDefaults);
	CPPUNIT_TEST(testReadmeNamesEveryKey);
	CPPUNIT_TEST(testFullFilesSayThatBackslashesAreDoubled);
	CPPUNIT_TEST(testFullFilesSayWhatNeedsARestart);
	CPPUNIT_TEST(testGuideNamesWhatNeedsARestart);
	CPPUNIT_TEST(testPackagedServerFileIsTheDefaults);
	CPPUNIT_TEST_SUITE_END();

public:
	void testSmallServerFileWorks()
	{
		const ServerConfig config =
			ServerSettings::config(load(ServerSettings::table(), {"--config", _server}));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(20000), config.minPort);
	}

	void testSmallClientFileWorks()
	{
		const ClientConfig config =
			ClientSettings::config(load(ClientSettings::table(), {"--config", _client}));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8080), config.tunnels.front().localPort);
	}

	void testFullServerFileWorksAsShipped()
	{
		const ServerConfig config =
			ServerSettings::config(load(ServerSettings::table(), {"--config", _fullServer}));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(1024), config.minPort);
	}

	void testFullClientFileWorksAsShipped()
	{
		const ClientConfig config =
			ClientSettings::config(load(ClientSettings::table(), {"--config", _fullClient}));
		CPPUNIT_ASSERT_EQUAL(std::string("localhost"), config.serverHost);
	}

	void testFullServerFileNamesEveryKeyAndNothingElse()
	{
		expectEveryKey(_fullServer, ServerSettings::table());
	}

	void testFullClientFileNamesEveryKeyAndNothingElse()
	{
		expectEveryKey(_fullClient, ClientSettings::table());
	}

	void testFullServerFileShowsTheDefaults() { expectDefaults(_fullServer, ServerSettings::table()); }

	void testFullClientFileShowsTheDefaults() { expectDefaults(_fullClient, ClientSettings::table()); }

	void testReadmeNamesEveryKey()
	{
		const std::string readme = contentOf(BORE_CONF_DIR "/../README.md");
		const auto begin = readme.find("\n## Configuration\n");
		CPPUNIT_ASSERT(begin != std::string::npos);
		const std::string tables = readme.substr(begin, readme.find("\n## ", begin + 1) - begin);
		for (const auto* table : {&ServerSettings::table(), &ClientSettings::table()})
			for (const auto& key : table->keys())
				CPPUNIT_ASSERT_MESSAGE(key, tables.find("`" + key + "`") != std::string::npos);
	}

	void testFullFilesSayThatBackslashesAreDoubled()
	{
		for (const auto& path : {_fullServer, _fullClient})
			CPPUNIT_ASSERT(contentOf(path).find("backslash in a value must be doubled") != std::string::npos);
	}

	void testFullFilesSayWhatNeedsARestart()
	{
		expectRestarts(_fullServer, ServerSettings::table());
		expectRestarts(_fullClient, ClientSettings::table());
	}

	void testGuideNamesWhatNeedsARestart()
	{
		const std::string guide = contentOf(BORE_CONF_DIR "/../doc/CONFIGURATION.md");
		for (const auto* table : {&ServerSettings::table(), &ClientSettings::table()})
		{
			std::string keys;
			for (const auto& setting : table->settings())
				if (setting.requiresRestart()) keys += (keys.empty() ? "`" : ", `") + setting.key() + "`";
			const std::string row = "| " + table->program().name + " | " + keys + " |\n";
			CPPUNIT_ASSERT_MESSAGE(row, guide.find(row) != std::string::npos);
		}
	}

	void testPackagedServerFileIsTheDefaults()
	{
		CPPUNIT_ASSERT(PropertiesFile(_packagedServer).entries().empty());
		expectDefaults(_packagedServer, ServerSettings::table());
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), readWithCommentedKeys(_packagedServer).entries().size());
	}

private:
	const std::string _packagedServer = BORE_CONF_DIR "/../scripts/packaging/debian/bore-server.properties";
	const std::string _server = BORE_CONF_DIR "/bore-server.properties";
	const std::string _client = BORE_CONF_DIR "/bore-client.properties";
	const std::string _fullServer = BORE_CONF_DIR "/bore-server.full.properties";
	const std::string _fullClient = BORE_CONF_DIR "/bore-client.full.properties";

	[[nodiscard]] static std::string contentOf(const std::string& path)
	{
		std::ifstream file(path);
		std::ostringstream content;
		content << file.rdbuf();
		return content.str();
	}

	[[nodiscard]] PropertiesFile readWithCommentedKeys(const std::string& path) const
	/// "#key = value" counts as a key, "# words" does not.
	{
		std::string content = contentOf(path);
		const Poco::RegularExpression commentedKey("(?m)^#(?=[A-Za-z])");
		commentedKey.subst(content, "", Poco::RegularExpression::RE_GLOBAL);
		return PropertiesFile(_directory.write("f", content));
	}

	void expectEveryKey(const std::string& path, const SettingTable& table) const
	{
		std::vector<std::string> shown;
		const PropertiesFile file = readWithCommentedKeys(path);
		for (const auto& entry : file.entries()) shown.push_back(entry.key);
		std::vector<std::string> keys = table.keys();
		std::sort(shown.begin(), shown.end());
		std::sort(keys.begin(), keys.end());
		CPPUNIT_ASSERT(keys == shown);
	}

	static void expectRestarts(const std::string& path, const SettingTable& table)
	/// A paragraph says so of all its keys, or of none.
	{
		std::istringstream lines(contentOf(path) + "\n");
		std::string words;
		std::vector<const Setting*> settings;
		for (std::string line; std::getline(lines, line);)
		{
			const std::string uncommented = line.substr(line.rfind('#', 0) == 0 ? 1 : 0);
			const Setting* setting = table.find(uncommented.substr(0, uncommented.find(" =")));
			if (setting != nullptr)
				settings.push_back(setting);
			else if (!line.empty())
				words += line.substr(1);
			if (!line.empty()) continue;
			const bool isTold = words.find("needs a restart") != std::string::npos;
			for (const auto* told : settings)
				CPPUNIT_ASSERT_MESSAGE(path + ": " + told->key(), told->requiresRestart() == isTold);
			settings.clear();
			words.clear();
		}
	}

	void expectDefaults(const std::string& path, const SettingTable& table) const
	{
		const PropertiesFile file = readWithCommentedKeys(path);
		for (const auto& entry : file.entries())
		{
			const Setting* setting = table.find(entry.key);
			CPPUNIT_ASSERT_MESSAGE(entry.key, setting != nullptr);
			CPPUNIT_ASSERT_EQUAL(std::string(), setting->refusal(entry.key, entry.value));
			if (setting->defaultValue()) CPPUNIT_ASSERT_EQUAL(*setting->defaultValue(), entry.value);
		}
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfTest);
