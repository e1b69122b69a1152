//
// SettingsFilesTest.cpp
//

#include "Shared/CommonSettings.h"
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

class SettingsFilesTest : public CppUnit::TestFixture
/// Several files on top of each other, and who may read them.
{
	CPPUNIT_TEST_SUITE(SettingsFilesTest);
	CPPUNIT_TEST(testLaterFileWins);
	CPPUNIT_TEST(testEnvironmentWinsOverEveryFile);
	CPPUNIT_TEST(testStandardFileIsReadUnlessAnotherIsGiven);
	CPPUNIT_TEST(testOfTwoWaysTheLaterFileWins);
	CPPUNIT_TEST(testTwoWaysInOneFileAreRefused);
	CPPUNIT_TEST(testFaultsOfAllLayersAreToldInOrder);
	CPPUNIT_TEST(testOpenFileWithASecretIsRefused);
	CPPUNIT_TEST(testOpenFileWithoutASecretIsRead);
	CPPUNIT_TEST(testOpenFileIsReadWhereThatIsAllowed);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { std::filesystem::create_directory(_directory.path("conf.d")); }

	void testLaterFileWins()
	{
		write("main", "port = 1\nhost = a\n");
		write("conf.d/1.properties", "port = 2\n");
		write("conf.d/2.properties", "# more\nport = 3\n");
		const Settings settings = read();
		expectValue(settings, "port", "3", _directory.path("conf.d/2.properties") + ":2");
		expectValue(settings, "host", "a", _directory.path("main") + ":2");
	}

	void testEnvironmentWinsOverEveryFile()
	{
		write("main", "port = 1\n");
		write("conf.d/1.properties", "port = 2\n");
		expectValue(load(table(), {given()}, {{"BORE_PORT", "4"}}), "port", "4", "BORE_PORT");
	}

	void testStandardFileIsReadUnlessAnotherIsGiven()
	{
		write("standard", "port = 5\n");
		write("main", "host = a\n");
		expectValue(load(table(), {}), "port", "5", _directory.path("standard") + ":1");
		expectValue(read(), "port", "80", "default");
	}

	void testOfTwoWaysTheLaterFileWins()
	{
		write("main", "secret = S\n");
		write("conf.d/1.properties", "secretFile = f\n");
		CPPUNIT_ASSERT_EQUAL("secretFile"s, read().findEither("secret", "secretFile")->key);
	}

	void testTwoWaysInOneFileAreRefused()
	{
		write("main", "secret = S\nsecretFile = f\n");
		const Settings settings = read();
		const std::string path = _directory.path("main");
		const Refusal refusal =
			refusalOf([&] { static_cast<void>(settings.findEither("secret", "secretFile")); });
		CPPUNIT_ASSERT_EQUAL(path + ":2: secretFile: secret (" + path + ":1) and secretFile (" + path +
								 ":2) are two ways of one thing: give one of them",
			refusal.text);
		CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
	}

	void testFaultsOfAllLayersAreToldInOrder()
	{
		write("main", "prot = 1\nport = x\n");
		write("conf.d/1.properties", "port = y\n");
		const Refusal refusal = refusalOf(
			[this] {
				static_cast<void>(load(table(), {given(), "--port=z"}, {{"BORE_PORT", "w"}}));
			});
		const std::string expected = "expected a whole number from 1 to 65535";
		CPPUNIT_ASSERT_EQUAL(_directory.path("main") + ":1: prot: unknown key: did you mean \"port\"?\n" +
								 _directory.path("main") + ":2: port: \"x\": " + expected + "\n" +
								 _directory.path("conf.d/1.properties") + ":1: port: \"y\": " + expected +
								 "\nBORE_PORT: port: \"w\": " + expected +
								 "\n--port: port: \"z\": " + expected,
			refusal.text);
		CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
	}

	void testOpenFileWithASecretIsRefused()
	{
		open("main", "port = 1\nsecret = S\n");
		CPPUNIT_ASSERT_EQUAL(_directory.path("main") +
								 ":2: secret: the file holds a secret and is open to others (mode 644): "
								 "chmod 600 it, or set permissions.strict = false",
			refusalOf([this] { static_cast<void>(read()); }).text);
		write("main", "secret = S\n");
		open("conf.d/1.properties", "secret = S\n");
		CPPUNIT_ASSERT(refusalOf([this] { static_cast<void>(read()); }).code == ExitCode::Configuration);
	}

	void testOpenFileWithoutASecretIsRead()
	{
		open("main", "port = 1\nsecretFile = f\n");
		expectValue(read(), "port", "1", _directory.path("main") + ":1");
	}

	void testOpenFileIsReadWhereThatIsAllowed()
	{
		open("main", "secret = S\npermissions.strict = false\n");
		expectValue(read(), "secret", "S", _directory.path("main") + ":1");
		open("main", "secret = S\n");
		expectValue(load(table(), {given(), "--no-permissions-strict"}), "secret", "S",
			_directory.path("main") + ":1");
	}

private:
	[[nodiscard]] const SettingTable& table() const
	{
		if (_table == nullptr)
		{
			_table = std::make_unique<SettingTable>(
				SettingTable::Program{"prog", "", "", {}, _directory.path("standard")},
				std::vector<Setting>{
					Setting::number("port", 1, 65535).orElse("80"),
					Setting::of(Setting::Kind::Host, "host"),
					Setting::of(Setting::Kind::Secret, "secret"),
					Setting::of(Setting::Kind::Path, "secretFile"),
					Setting::flag(Key::PERMISSIONS_STRICT).orElse("true"),
				});
		}
		return *_table;
	}

	[[nodiscard]] std::string given() const { return "--config=" + _directory.path("main"); }
	[[nodiscard]] Settings read() const { return load(table(), {given()}); }

	void write(const std::string& name, const std::string& content) const
	{
		static_cast<void>(_directory.write(name, content));
	}

	void open(const std::string& name, const std::string& content) const
	{
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(_directory.write(name, content).c_str(), 0644));
	}

	static void expectValue(
		const Settings& settings, const std::string& key, const std::string& text, const std::string& origin)
	{
		CPPUNIT_ASSERT_EQUAL(text, settings.get(key).text);
		CPPUNIT_ASSERT_EQUAL(origin, settings.get(key).origin);
	}

	const TemporaryDirectory _directory;
	mutable std::unique_ptr<SettingTable> _table;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsFilesTest);
