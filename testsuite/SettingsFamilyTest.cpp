//
// SettingsFamilyTest.cpp
//

#include "Shared/HelpText.h"
#include "Shared/Settings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "[OPTION]...", "Does something.", {}},
		{
			Setting::number("port", 1, 65535).orElse("80").explained("a port"),
			Setting::number("tunnel.<name>.localPort", 1, 65535).explained("a port"),
			Setting::of(Setting::Kind::Host, "tunnel.<name>.localHost")
				.orElse("localhost")
				.explained("a host"),
			Setting::of(Setting::Kind::Host, "port.alias.<name>").explained("a host"),
		});
	return result;
}

const SettingTable& users()
{
	static const SettingTable result({}, {
											 Setting::of(Setting::Kind::Secret, "user.<name>.secret"),
											 Setting::number("user.<name>.tunnels", 0, 100).orElse("7"),
										 });
	return result;
}

} // namespace

class SettingsFamilyTest : public CppUnit::TestFixture
/// Keys with a part that the user names.
{
	CPPUNIT_TEST_SUITE(SettingsFamilyTest);
	CPPUNIT_TEST(testEachNameHasItsValues);
	CPPUNIT_TEST(testNamesComeInTheOrderOfTheirFirstAppearance);
	CPPUNIT_TEST(testDefaultsApplyToEachName);
	CPPUNIT_TEST(testDefaultMayBeWhatAnotherKeyHas);
	CPPUNIT_TEST(testLaterFileWinsForOneKeyOfAName);
	CPPUNIT_TEST(testWrongValueNamesTheWholeKey);
	CPPUNIT_TEST(testBadNameIsRefused);
	CPPUNIT_TEST(testMistypedKeyIsSuggestedWithItsName);
	CPPUNIT_TEST(testNeitherEnvironmentNorCommandLineHasThem);
	CPPUNIT_TEST(testHelpListsAFamilyOnce);
	CPPUNIT_TEST(testFileWithATableOfItsOwn);
	CPPUNIT_TEST(testUnknownKeyOfATableOfItsOwnIsToldWithTheKnown);
	CPPUNIT_TEST(testSecretsInATableOfItsOwnAreGuarded);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEachNameHasItsValues()
	{
		const Settings settings =
			read("tunnel.web.localPort = 8080\ntunnel.ssh.localPort = 22\nport.alias.x = host\n");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{8080}, settings.port("tunnel.web.localPort"));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{22}, settings.port("tunnel.ssh.localPort"));
		CPPUNIT_ASSERT_EQUAL("host"s, settings.get("port.alias.x").text);
		CPPUNIT_ASSERT_EQUAL("tunnel.ssh.localPort 22 (" + _directory.path("f") + ":2)",
			settings.get("tunnel.ssh.localPort").described());
		CPPUNIT_ASSERT(settings.find("tunnel.x.localPort") == nullptr);
		CPPUNIT_ASSERT(settings.find("tunnel.<name>.localHost") == nullptr);
	}

	void testNamesComeInTheOrderOfTheirFirstAppearance()
	{
		const Settings settings = read(
			"tunnel.b.localPort = 1\nport.alias.z = h\ntunnel.a.localPort = 2\ntunnel.b.localHost = x\n");
		CPPUNIT_ASSERT(settings.names("tunnel") == (std::vector<std::string>{"b", "a"}));
		CPPUNIT_ASSERT(settings.names("port.alias") == std::vector<std::string>{"z"});
		CPPUNIT_ASSERT(settings.names("port").empty());
		CPPUNIT_ASSERT(read("port = 1\n").names("tunnel").empty());
	}

	void testDefaultsApplyToEachName()
	{
		const Settings settings = read("tunnel.a.localPort = 1\ntunnel.b.localHost = x\n");
		CPPUNIT_ASSERT_EQUAL("localhost"s, settings.get("tunnel.a.localHost").text);
		CPPUNIT_ASSERT_EQUAL("default"s, settings.get("tunnel.a.localHost").origin);
		CPPUNIT_ASSERT_EQUAL("x"s, settings.get("tunnel.b.localHost").text);
		CPPUNIT_ASSERT(settings.find("tunnel.b.localPort") == nullptr);
	}

	void testDefaultMayBeWhatAnotherKeyHas()
	{
		const SettingTable lending({"prog", "", "", {}},
			{Setting::number("port", 1, 9).orElse("8").explained("a port"),
				Setting::number("tunnel.<name>.port", 1, 9).orElseThatOf("port").explained("its port")});
		const std::string file = _directory.write("f", "port = 2\ntunnel.a.port = 1\ntunnel.b.port = 0\n");
		SettingFaults faults;
		Arguments arguments({"--config=" + file, "--port=3"});
		const Settings settings(
			lending, CommandLine(lending, arguments.count(), arguments.values()), {}, faults);
		CPPUNIT_ASSERT_EQUAL(file + ":3: tunnel.b.port: \"0\": expected a whole number from 1 to 9",
			std::string(faults.failure().what()));
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, settings.number("tunnel.a.port"));
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{3}, settings.number("tunnel.b.port"));
		CPPUNIT_ASSERT_EQUAL("default, that of port"s, settings.get("tunnel.b.port").origin);
		CPPUNIT_ASSERT(Layer::Default == settings.get("tunnel.b.port").place.layer);
		const std::string help = helpText(lending);
		CPPUNIT_ASSERT_MESSAGE(
			help, help.find("its port [a key for each name, in files alone, default that of port]") !=
					  std::string::npos);
	}

	void testLaterFileWinsForOneKeyOfAName()
	{
		std::filesystem::create_directory(_directory.path("conf.d"));
		static_cast<void>(_directory.write(
			"conf.d/1.properties", "tunnel.web.localPort = 81\ntunnel.more.localPort = 82\n"));
		const Settings settings = read("tunnel.web.localPort = 80\ntunnel.web.localHost = x\n");
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{81}, settings.port("tunnel.web.localPort"));
		CPPUNIT_ASSERT_EQUAL("x"s, settings.get("tunnel.web.localHost").text);
		CPPUNIT_ASSERT(settings.names("tunnel") == (std::vector<std::string>{"web", "more"}));
	}

	void testWrongValueNamesTheWholeKey()
	{
		expectRefusal("tunnel.web.localPort = 0\n",
			":1: tunnel.web.localPort: \"0\": expected a whole number from 1 to 65535");
	}

	void testBadNameIsRefused()
	{
		const std::string text =
			": unknown key: in tunnel.<name>.localPort the name is 1 to 64 of A-Z, a-z, 0-9, _ and -";
		for (const std::string key :
			{"tunnel.a.b.localPort", "tunnel..localPort", "tunnel.<name>.localPort", "tunnel.a/b.localPort"})
			expectRefusal(key + " = 1\n", ":1: " + key + text);
		const std::string longest(64, 'x');
		CPPUNIT_ASSERT_EQUAL(std::uint16_t{1},
			read("tunnel." + longest + ".localPort = 1\n").port("tunnel." + longest + ".localPort"));
		expectRefusal(
			"tunnel.x" + longest + ".localPort = 1\n", ":1: tunnel.x" + longest + ".localPort" + text);
	}

	void testMistypedKeyIsSuggestedWithItsName()
	{
		expectRefusal("tunnel.web.localPrt = 1\n",
			":1: tunnel.web.localPrt: unknown key: did you mean \"tunnel.web.localPort\"?");
		expectRefusal("tunel.web.localHost = 1\n",
			":1: tunel.web.localHost: unknown key: did you mean \"tunnel.web.localHost\"?");
		expectRefusal("tunnel.localPort = 1\n",
			":1: tunnel.localPort: unknown key: did you mean \"tunnel.<name>.localPort\"?");
	}

	void testNeitherEnvironmentNorCommandLineHasThem()
	{
		const Settings settings =
			load(table(), {}, {{"BORE_TUNNEL_<NAME>_LOCAL_PORT", "1"}, {"BORE_TUNNEL_WEB_LOCAL_PORT", "1"}});
		CPPUNIT_ASSERT(settings.names("tunnel").empty());
		for (const std::string option : {"--tunnel-web-local-port", "--tunnel-<name>-local-port"})
		{
			Arguments arguments({option, "1"});
			const CommandLine line(table(), arguments.count(), arguments.values());
			CPPUNIT_ASSERT_EQUAL(std::size_t{0}, line.problem().find("unknown option"));
		}
	}

	void testHelpListsAFamilyOnce()
	{
		const std::string help = helpText(table());
		const std::string line =
			"  tunnel.<name>.localHost = VALUE\n      a host [a key for each name, in files "
			"alone, default localhost]\n";
		CPPUNIT_ASSERT_MESSAGE(help, help.find(line) != std::string::npos);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, help.find("BORE_TUNNEL"));
		CPPUNIT_ASSERT_EQUAL(std::string::npos, help.find("--tunnel"));
	}

	void testFileWithATableOfItsOwn()
	{
		SettingFaults faults;
		const Settings settings(users(),
			{_directory.write("users", "user.bob.secret = S\nuser.eve.secret = T\nuser.eve.tunnels = 1\n"),
				"usersFile"},
			Permissions::Strict, faults);
		faults.throwIfAny();
		CPPUNIT_ASSERT(settings.names("user") == (std::vector<std::string>{"bob", "eve"}));
		CPPUNIT_ASSERT_EQUAL("S"s, settings.get("user.bob.secret").text);
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{7}, settings.number("user.bob.tunnels"));
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, settings.number("user.eve.tunnels"));
	}

	void testUnknownKeyOfATableOfItsOwnIsToldWithTheKnown()
	{
		SettingFaults faults;
		const std::string path = _directory.write("users", "zzzzzzzzzzzz = 1\n");
		const Settings settings(users(), {path, "usersFile"}, Permissions::Strict, faults);
		CPPUNIT_ASSERT_EQUAL(
			path + ":1: zzzzzzzzzzzz: unknown key: known here are user.<name>.secret, user.<name>.tunnels",
			std::string(faults.failure().what()));
	}

	void testSecretsInATableOfItsOwnAreGuarded()
	{
		const std::string path = _directory.write("users", "user.bob.secret = S\n");
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0640));
		SettingFaults strict;
		static_cast<void>(Settings(users(), {path}, Permissions::Strict, strict));
		CPPUNIT_ASSERT_EQUAL(path +
								 ":1: user.bob.secret: the file holds a secret and is open to others (mode "
								 "640): chmod 600 it, or set permissions.strict = false",
			std::string(strict.failure().what()));
		SettingFaults any;
		static_cast<void>(Settings(users(), {path}, Permissions::Any, any));
		CPPUNIT_ASSERT(any.empty());
	}

private:
	[[nodiscard]] Settings read(const std::string& content) const
	{
		return load(table(), {"--config=" + _directory.write("f", content)});
	}

	void expectRefusal(const std::string& content, const std::string& text) const
	{
		CPPUNIT_ASSERT_EQUAL(
			_directory.path("f") + text, refusalOf([&] { static_cast<void>(read(content)); }).text);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsFamilyTest);
