//
// LogSettingsTest.cpp
//

#include "Shared/LogSettings.h"
#include "Shared/LogLevels.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class LogSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LogSettingsTest);
	CPPUNIT_TEST(testDefaultsAreThoseOfTheConfig);
	CPPUNIT_TEST(testEveryOption);
	CPPUNIT_TEST(testEveryLevelIsOneOfPoco);
	CPPUNIT_TEST(testGeneralComponentsComeFirst);
	CPPUNIT_TEST(testUnknownNamesAreRefusedWithTheNearest);
	CPPUNIT_TEST(testTargetFileNeedsAFile);
	CPPUNIT_TEST(testFileThatNobodyUsesIsRefused);
	CPPUNIT_TEST(testTargetOfAHigherLayerLeavesTheFileUnused);
	CPPUNIT_TEST(testValuesOutOfRangeAreRefused);
	CPPUNIT_TEST_SUITE_END();

	using Target = LogOutputConfig::Target;
	using Format = LogOutputConfig::Format;

public:
	void testDefaultsAreThoseOfTheConfig()
	{
		const LogConfig config = read({});
		const LogConfig expected;
		CPPUNIT_ASSERT(expected.level == config.level);
		CPPUNIT_ASSERT(config.levels.empty());
		CPPUNIT_ASSERT(expected.output.target == config.output.target);
		CPPUNIT_ASSERT(expected.output.format == config.output.format);
		CPPUNIT_ASSERT_EQUAL(expected.output.facility, config.output.facility);
		CPPUNIT_ASSERT_EQUAL(std::string(), config.output.file.path);
		CPPUNIT_ASSERT_EQUAL(expected.output.file.rotateBytes, config.output.file.rotateBytes);
		CPPUNIT_ASSERT_EQUAL(expected.output.file.rotateDaily, config.output.file.rotateDaily);
		CPPUNIT_ASSERT_EQUAL(expected.output.file.keep, config.output.file.keep);
	}

	void testEveryOption()
	{
		const LogConfig config = read({"--log-level=error", "--log-levels=relay:trace", "--log-target=file",
			"--log-file=/var/log/x", "--log-format=json", "--log-rotate-size=3", "--log-rotate-daily",
			"--log-keep=4", "--log-facility=local7"});
		CPPUNIT_ASSERT(config.level == Poco::Message::PRIO_ERROR);
		CPPUNIT_ASSERT(config.levels == (LogConfig::Levels{{"bore.relay", Poco::Message::PRIO_TRACE}}));
		CPPUNIT_ASSERT(config.output.target == Target::File);
		CPPUNIT_ASSERT(config.output.format == Format::Json);
		CPPUNIT_ASSERT_EQUAL(std::string("/var/log/x"), config.output.file.path);
		CPPUNIT_ASSERT_EQUAL(std::string("log.file"), config.output.file.key);
		CPPUNIT_ASSERT_EQUAL(std::uint64_t(3 * 1024 * 1024), config.output.file.rotateBytes);
		CPPUNIT_ASSERT(config.output.file.rotateDaily);
		CPPUNIT_ASSERT_EQUAL(std::size_t(4), config.output.file.keep);
		CPPUNIT_ASSERT_EQUAL(static_cast<int>(LOG_LOCAL7), config.output.facility);
		CPPUNIT_ASSERT(read({"--log-target=syslog"}).output.target == Target::Syslog);
	}

	void testEveryLevelIsOneOfPoco()
	{
		int priority = Poco::Message::PRIO_FATAL;
		for (const std::string level :
			{"fatal", "critical", "error", "warning", "notice", "information", "debug", "trace"})
			CPPUNIT_ASSERT_EQUAL(priority++, static_cast<int>(read({"--log-level", level}).level));
		CPPUNIT_ASSERT_EQUAL(static_cast<int>(Poco::Message::PRIO_TRACE), priority - 1);
		CPPUNIT_ASSERT(codeFor({"--log-level=none"}) == ExitCode::Usage);
	}

	void testGeneralComponentsComeFirst()
	{
		const LogConfig config = read({"--log-levels", " server.tunnel:debug ,server : warning"});
		CPPUNIT_ASSERT(config.levels == (LogConfig::Levels{{"bore.server", Poco::Message::PRIO_WARNING},
											{"bore.server.tunnel", Poco::Message::PRIO_DEBUG}}));
	}

	void testUnknownNamesAreRefusedWithTheNearest()
	{
		expectRefused({"--log-levels=server.tunel:debug"}, "did you mean \"server.tunnel\"?");
		expectRefused({"--log-levels=relay:debgu"}, "did you mean \"debug\"?");
		expectRefused({"--log-levels=relay:quiet!!"}, "there are fatal, critical");
		expectRefused({"--log-levels=\x1B[2Jxyzxyzxyz:debug"}, "\\x1B[2J");
		for (const std::string bad : {"relay", "relay:", ":debug", "relay:debug,", ",", "relay:debug:trace",
				 "relay:debug;server:debug", "relay:debug,relay:trace"})
			CPPUNIT_ASSERT_MESSAGE(bad, codeFor({"--log-levels", bad}) == ExitCode::Usage);
	}

	void testTargetFileNeedsAFile()
	{
		expectRefused({"--log-target=file"}, "log.file");
		CPPUNIT_ASSERT(codeFor({}, {{"BORE_LOG_TARGET", "file"}}) == ExitCode::Configuration);
	}

	void testFileThatNobodyUsesIsRefused() { expectRefused({"--log-file=x"}, "log.target"); }

	void testTargetOfAHigherLayerLeavesTheFileUnused()
	{
		const TemporaryDirectory directory;
		const std::string file = directory.write("f", "log.target = file\nlog.file = x\n");
		CPPUNIT_ASSERT(read({"--config", file}).output.target == Target::File);
		CPPUNIT_ASSERT(read({"--config", file, "--log-target=stderr"}).output.target == Target::Stderr);
	}

	void testValuesOutOfRangeAreRefused()
	{
		for (const std::string bad : {"--log-rotate-size=1048577", "--log-keep=1001", "--log-target=off",
				 "--log-facility=local8", "--log-format=xml", "--log-file=", "--log-levels="})
			CPPUNIT_ASSERT_MESSAGE(bad, codeFor({bad}) == ExitCode::Usage);
	}

private:
	[[nodiscard]] static LogConfig read(
		const std::vector<std::string>& arguments, const EnvironmentVariables& environment = {})
	{
		static const SettingTable table(
			{"prog", "[OPTION]...", "Does something.", {{ExitCode::Ok, "done"}}}, logSettings());
		return logConfigFrom(load(table, arguments, environment));
	}

	[[nodiscard]] static ExitCode codeFor(
		const std::vector<std::string>& arguments, const EnvironmentVariables& environment = {})
	{
		return refusalOf([&] { static_cast<void>(read(arguments, environment)); }).code;
	}

	static void expectRefused(const std::vector<std::string>& arguments, const std::string& words)
	{
		const Refusal refusal = refusalOf([&] { static_cast<void>(read(arguments)); });
		CPPUNIT_ASSERT(refusal.code == ExitCode::Usage);
		CPPUNIT_ASSERT_MESSAGE(refusal.text, refusal.text.find(words) != std::string::npos);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogSettingsTest);
