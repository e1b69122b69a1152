//
// SettingsTest.cpp
//

#include "Shared/Settings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "[OPTION]...", "Does something.", {{ExitCode::Ok, "done"}}},
		{
			Setting::number("localPort", 1, 65535).taking("LOCAL_PORT").positional().explained("a place"),
			Setting::number("minPort", 1, 65535).shortened('m').orElse("1024").explained("a port"),
			Setting::of(Setting::Kind::Host, "localHost").shortened('l').explained("a host"),
			Setting::of(Setting::Kind::Secret, "secret").shortened('s').taking("S").explained("a secret"),
			Setting::of(Setting::Kind::Path, "secretFile").explained("a file"),
		});
	return result;
}

} // namespace

class SettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SettingsTest);
	CPPUNIT_TEST(testEachLayerWinsOverTheOneBelow);
	CPPUNIT_TEST(testKeyWithoutValueAndDefaultIsNotThere);
	CPPUNIT_TEST(testNumberAndPort);
	CPPUNIT_TEST(testWrongValueOfTheCommandLineIsUsage);
	CPPUNIT_TEST(testWrongValueOfTheEnvironmentIsConfiguration);
	CPPUNIT_TEST(testWrongValueOfTheFileNamesItsLine);
	CPPUNIT_TEST(testHiddenValueIsCheckedToo);
	CPPUNIT_TEST(testUnknownKeyNamesLineAndNearest);
	CPPUNIT_TEST(testUnknownKeyShowsNoSecret);
	CPPUNIT_TEST(testEmptySecretIsRefusedInEveryLayer);
	CPPUNIT_TEST(testOfTwoWaysTheHigherLayerWins);
	CPPUNIT_TEST(testTwoWaysOnOneLayerAreRefused);
	CPPUNIT_TEST(testDescriptionHidesSecrets);
	CPPUNIT_TEST(testUnusableFileIsRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEachLayerWinsOverTheOneBelow()
	{
		const std::string config = "--config=" + _directory.write("f", "minPort = 2\n");
		expectValue(load(table(), {}), "1024", Layer::Default, "default");
		expectValue(load(table(), {config}), "2", Layer::File, _directory.path("f") + ":1");
		expectValue(
			load(table(), {config}, {{"BORE_MIN_PORT", "3"}}), "3", Layer::Environment, "BORE_MIN_PORT");
		expectValue(load(table(), {config, "-m4"}, {{"BORE_MIN_PORT", "3"}}), "4", Layer::CommandLine, "-m");
	}

	void testKeyWithoutValueAndDefaultIsNotThere()
	{
		CPPUNIT_ASSERT(load(table(), {}).find("secret") == nullptr);
	}

	void testNumberAndPort()
	{
		CPPUNIT_ASSERT_EQUAL(std::uint32_t(1024), load(table(), {}).number("minPort"));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(65535), load(table(), {"-m65535"}).port("minPort"));
	}

	void testWrongValueOfTheCommandLineIsUsage()
	{
		expectRefusal({"--min-port", "0x50"}, {}, ExitCode::Usage,
			"--min-port \"0x50\": expected a whole number from 1 to 65535");
		expectRefusal({"-m0"}, {}, ExitCode::Usage, "-m \"0\": expected a whole number from 1 to 65535");
		expectRefusal(
			{"8,0"}, {}, ExitCode::Usage, "LOCAL_PORT \"8,0\": expected a whole number from 1 to 65535");
	}

	void testWrongValueOfTheEnvironmentIsConfiguration()
	{
		expectRefusal({}, {{"BORE_MIN_PORT", " 80"}}, ExitCode::Configuration,
			"BORE_MIN_PORT \" 80\": expected a whole number from 1 to 65535");
		expectRefusal({}, {{"BORE_MIN_PORT", ""}}, ExitCode::Configuration,
			"BORE_MIN_PORT \"\": expected a whole number from 1 to 65535");
	}

	void testWrongValueOfTheFileNamesItsLine()
	{
		expectFileRefusal(
			"# x\nminPort = 65536\n", ":2: minPort \"65536\": expected a whole number from 1 to 65535");
	}

	void testHiddenValueIsCheckedToo()
	{
		expectRefusal({"-m80"}, {{"BORE_MIN_PORT", "x"}}, ExitCode::Configuration,
			"BORE_MIN_PORT \"x\": expected a whole number from 1 to 65535");
	}

	void testUnknownKeyNamesLineAndNearest()
	{
		expectFileRefusal(
			"secretFile = x\n\nmniPort = 1\n", ":3: unknown key \"mniPort\": did you mean \"minPort\"?");
		expectFileRefusal("zzzzzzzzzz = 1\n", ":1: unknown key \"zzzzzzzzzz\": see prog --help for the keys");
		expectFileRefusal("= 1\n", ":1: unknown key \"\": see prog --help for the keys");
	}

	void testUnknownKeyShowsNoSecret()
	{
		expectFileRefusal("secret hunter2 = 1\n",
			":1: unknown key \"secret ...\": a key is one word, as in \"key = value\"");
	}

	void testEmptySecretIsRefusedInEveryLayer()
	{
		const std::string text = ": expected a secret that is not empty (leave it out for no authentication)";
		expectRefusal({"--secret", ""}, {}, ExitCode::Usage, "--secret" + text);
		expectRefusal({"--secret="}, {}, ExitCode::Usage, "--secret" + text);
		expectRefusal({}, {{"BORE_SECRET", ""}}, ExitCode::Configuration, "BORE_SECRET" + text);
		expectRefusal({"-sS"}, {{"BORE_SECRET", ""}}, ExitCode::Configuration, "BORE_SECRET" + text);
		expectFileRefusal("secret =\n", ":1: secret" + text);
	}

	void testOfTwoWaysTheHigherLayerWins()
	{
		const std::string config = "--config=" + _directory.write("f", "secret = low\n");
		const Settings file = load(table(), {config, "--secret-file=high"});
		CPPUNIT_ASSERT_EQUAL(std::string("high"), file.findEither("secret", "secretFile")->text);
		const Settings secret = load(table(), {"-shigh"}, {{"BORE_SECRET_FILE", "low"}});
		CPPUNIT_ASSERT_EQUAL(std::string("high"), secret.findEither("secret", "secretFile")->text);
		CPPUNIT_ASSERT(load(table(), {}).findEither("secret", "secretFile") == nullptr);
	}

	void testTwoWaysOnOneLayerAreRefused()
	{
		const Settings line = load(table(), {"-shunter2", "--secret-file=f"});
		const Refusal usage =
			refusalOf([&line] { static_cast<void>(line.findEither("secret", "secretFile")); });
		CPPUNIT_ASSERT(usage.code == ExitCode::Usage);
		CPPUNIT_ASSERT_EQUAL(
			std::string(
				"secret (-s) and secretFile (--secret-file) are two ways of one thing: give one of them"),
			usage.text);

		const Settings below = load(table(), {"-sS"}, {{"BORE_SECRET", "S"}, {"BORE_SECRET_FILE", "f"}});
		const Refusal configuration =
			refusalOf([&below] { static_cast<void>(below.findEither("secret", "secretFile")); });
		CPPUNIT_ASSERT(configuration.code == ExitCode::Configuration);
	}

	void testDescriptionHidesSecrets()
	{
		const Settings settings = load(table(), {"-shunter2", "-m80"});
		CPPUNIT_ASSERT_EQUAL(std::string("minPort 80 (-m)"), settings.get("minPort").described());
		CPPUNIT_ASSERT_EQUAL(std::string("secret (-s)"), settings.get("secret").described());
	}

	void testUnusableFileIsRefused()
	{
		expectRefusal({"--config=/no/such/file"}, {}, ExitCode::Configuration,
			"/no/such/file: no such file: check the path given to --config");
	}

private:
	static void expectValue(
		const Settings& settings, const std::string& text, Layer layer, const std::string& origin)
	{
		const SettingValue& value = settings.get("minPort");
		CPPUNIT_ASSERT_EQUAL(text, value.text);
		CPPUNIT_ASSERT(layer == value.layer);
		CPPUNIT_ASSERT_EQUAL(origin, value.origin);
	}

	static void expectRefusal(const std::vector<std::string>& arguments,
		const EnvironmentVariables& environment, ExitCode code, const std::string& text)
	{
		const Refusal refusal = refusalOf([&] { static_cast<void>(load(table(), arguments, environment)); });
		CPPUNIT_ASSERT_EQUAL(text, refusal.text);
		CPPUNIT_ASSERT(code == refusal.code);
	}

	void expectFileRefusal(const std::string& content, const std::string& text) const
	{
		const std::string path = _directory.write("f", content);
		expectRefusal({"--config", path}, {}, ExitCode::Configuration, path + text);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);
