//
// SettingsTest.cpp
//

#include "Shared/Settings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

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

const SettingTable& repeated()
/// A positional of words that are a number, or begin with w.
{
	static const SettingTable result(
		{"prog", "", "", {}}, {Setting::number("localPort", 1, 9)
									  .taking("WORD")
									  .repeated("WORD...",
										  [](const std::string& word)
										  {
											  if (word[0] > '9' && word[0] != 'w')
												  throw std::invalid_argument(word + " is no word");
										  })});
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
	CPPUNIT_TEST(testCommandLineThatCannotBeReadIsNotCheckedFurther);
	CPPUNIT_TEST(testWrongValueOfTheEnvironmentIsConfiguration);
	CPPUNIT_TEST(testWrongValueOfTheFileNamesItsLine);
	CPPUNIT_TEST(testHiddenValueIsCheckedToo);
	CPPUNIT_TEST(testUnknownKeyNamesLineAndNearest);
	CPPUNIT_TEST(testUnknownKeyShowsNoSecret);
	CPPUNIT_TEST(testEmptySecretIsRefusedInEveryLayer);
	CPPUNIT_TEST(testOfTwoWaysTheHigherLayerWins);
	CPPUNIT_TEST(testTwoWaysOnOneLayerAreRefused);
	CPPUNIT_TEST(testWordsOfARepeatedPositionalAreKept);
	CPPUNIT_TEST(testOneWordThatIsAValueOfTheKeyIsThat);
	CPPUNIT_TEST(testEachWrongWordIsTold);
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
			"--min-port: minPort: \"0x50\": expected a whole number from 1 to 65535");
		expectRefusal(
			{"-m0"}, {}, ExitCode::Usage, "-m: minPort: \"0\": expected a whole number from 1 to 65535");
		expectRefusal({"8,0"}, {}, ExitCode::Usage,
			"LOCAL_PORT: localPort: \"8,0\": expected a whole number from 1 to 65535");
	}

	void testCommandLineThatCannotBeReadIsNotCheckedFurther()
	{
		CPPUNIT_ASSERT_EQUAL("1024"s, load(table(), {"--mni-port", "x"}).get("minPort").text);
	}

	void testWrongValueOfTheEnvironmentIsConfiguration()
	{
		expectRefusal({}, {{"BORE_MIN_PORT", " 80"}}, ExitCode::Configuration,
			"BORE_MIN_PORT: minPort: \" 80\": expected a whole number from 1 to 65535");
		expectRefusal({}, {{"BORE_MIN_PORT", ""}}, ExitCode::Configuration,
			"BORE_MIN_PORT: minPort: \"\": expected a whole number from 1 to 65535");
	}

	void testWrongValueOfTheFileNamesItsLine()
	{
		expectFileRefusal(
			"# x\nminPort = 65536\n", ":2: minPort: \"65536\": expected a whole number from 1 to 65535");
	}

	void testHiddenValueIsCheckedToo()
	{
		expectRefusal({"-m80"}, {{"BORE_MIN_PORT", "x"}}, ExitCode::Configuration,
			"BORE_MIN_PORT: minPort: \"x\": expected a whole number from 1 to 65535");
	}

	void testUnknownKeyNamesLineAndNearest()
	{
		expectFileRefusal(
			"secretFile = x\n\nmniPort = 1\n", ":3: mniPort: unknown key: did you mean \"minPort\"?");
		expectFileRefusal("zzzzzzzzzz = 1\n", ":1: zzzzzzzzzz: unknown key: see prog --help for the keys");
		expectFileRefusal("= 1\n", ":1: \"\": unknown key: see prog --help for the keys");
	}

	void testUnknownKeyShowsNoSecret()
	{
		expectFileRefusal(
			"secret hunter2 = 1\n", ":1: secret ...: unknown key: a key is one word, as in \"key = value\"");
	}

	void testEmptySecretIsRefusedInEveryLayer()
	{
		const std::string text =
			": secret: expected a secret that is not empty (leave it out for no authentication)";
		expectRefusal({"--secret", ""}, {}, ExitCode::Usage, "--secret" + text);
		expectRefusal({"--secret="}, {}, ExitCode::Usage, "--secret" + text);
		expectRefusal({}, {{"BORE_SECRET", ""}}, ExitCode::Configuration, "BORE_SECRET" + text);
		expectRefusal({"-sS"}, {{"BORE_SECRET", ""}}, ExitCode::Configuration, "BORE_SECRET" + text);
		expectFileRefusal("secret =\n", ":1" + text);
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
		CPPUNIT_ASSERT_EQUAL(std::string("--secret-file: secretFile: secret (-s) and secretFile "
										 "(--secret-file) are two ways of one thing: give one of them"),
			usage.text);

		const Settings below = load(table(), {"-sS"}, {{"BORE_SECRET", "S"}, {"BORE_SECRET_FILE", "f"}});
		const Refusal configuration =
			refusalOf([&below] { static_cast<void>(below.findEither("secret", "secretFile")); });
		CPPUNIT_ASSERT(configuration.code == ExitCode::Configuration);
	}

	void testWordsOfARepeatedPositionalAreKept()
	{
		const Settings settings = load(repeated(), {"w1", "2"}, {{"BORE_LOCAL_PORT", "3"}});
		CPPUNIT_ASSERT_EQUAL(std::size_t{2}, settings.arguments().size());
		CPPUNIT_ASSERT_EQUAL("localPort w1 (WORD)"s, settings.arguments().front().described());
		CPPUNIT_ASSERT_EQUAL("2"s, settings.arguments().back().text);
		CPPUNIT_ASSERT_EQUAL("3"s, settings.get("localPort").text);
		CPPUNIT_ASSERT_EQUAL("w1"s, load(repeated(), {"w1"}).arguments().at(0).text);
	}

	void testOneWordThatIsAValueOfTheKeyIsThat()
	{
		const Settings settings = load(repeated(), {"2"}, {{"BORE_LOCAL_PORT", "3"}});
		CPPUNIT_ASSERT(settings.arguments().empty());
		CPPUNIT_ASSERT_EQUAL("localPort 2 (WORD)"s, settings.get("localPort").described());
	}

	void testEachWrongWordIsTold()
	{
		const Refusal refusal = refusalOf([] { static_cast<void>(load(repeated(), {"x", "w1", "y"})); });
		CPPUNIT_ASSERT_EQUAL("WORD: x is no word\nWORD: y is no word"s, refusal.text);
		CPPUNIT_ASSERT(ExitCode::Usage == refusal.code);
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
		CPPUNIT_ASSERT(layer == value.place.layer);
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
