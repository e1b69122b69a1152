//
// AccessLogSettingsTest.cpp
//

#include "Server/AccessLogSettings.h"
#include "Shared/LogSettings.h"
#include "testsuite/support/Arguments.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class AccessLogSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AccessLogSettingsTest);
	CPPUNIT_TEST(testOffUnlessAskedFor);
	CPPUNIT_TEST(testEveryOption);
	CPPUNIT_TEST(testRotationIsThatOfTheLog);
	CPPUNIT_TEST(testFileAndTargetGoTogether);
	CPPUNIT_TEST(testFileOfTheLogIsRefused);
	CPPUNIT_TEST_SUITE_END();

	using Target = LogOutputConfig::Target;

public:
	void testOffUnlessAskedFor() { CPPUNIT_ASSERT(read({}).target == Target::Off); }

	void testEveryOption()
	{
		CPPUNIT_ASSERT(read({"--access-log-target=stderr"}).target == Target::Stderr);
		CPPUNIT_ASSERT(read({"--access-log-target=syslog"}).target == Target::Syslog);
		const auto config =
			read({"--access-log-target=file", "--access-log-file=x", "--access-log-format=json"});
		CPPUNIT_ASSERT(config.target == Target::File);
		CPPUNIT_ASSERT(config.format == LogOutputConfig::Format::Json);
		CPPUNIT_ASSERT_EQUAL(std::string("x"), config.file.path);
		CPPUNIT_ASSERT_EQUAL(std::string("accessLog.file"), config.file.key);
	}

	void testRotationIsThatOfTheLog()
	{
		const auto config = read({"--log-rotate-size=3", "--log-rotate-daily", "--log-keep=4"});
		CPPUNIT_ASSERT_EQUAL(std::uint64_t(3 * 1024 * 1024), config.file.rotateBytes);
		CPPUNIT_ASSERT(config.file.rotateDaily);
		CPPUNIT_ASSERT_EQUAL(std::size_t(4), config.file.keep);
	}

	void testFileAndTargetGoTogether()
	{
		CPPUNIT_ASSERT(codeFor({"--access-log-target=file"}) == ExitCode::Usage);
		CPPUNIT_ASSERT(codeFor({"--access-log-file=x"}) == ExitCode::Usage);
	}

	void testFileOfTheLogIsRefused()
	{
		CPPUNIT_ASSERT(codeFor({"--access-log-target=file", "--access-log-file=x", "--log-target=file",
						   "--log-file=x"}) == ExitCode::Usage);
		CPPUNIT_ASSERT(codeFor({"--access-log-target=file", "--access-log-file=x", "--log-target=file",
						   "--log-file=y"}) == ExitCode::Ok);
	}

private:
	[[nodiscard]] static LogOutputConfig read(const std::vector<std::string>& arguments)
	{
		static const SettingTable table = []
		{
			std::vector<Setting> settings = logSettings();
			for (const auto& setting : accessLogSettings()) settings.push_back(setting);
			return SettingTable({"prog", "", "", {}}, settings);
		}();
		return accessLogConfigFrom(load(table, arguments));
	}

	[[nodiscard]] static ExitCode codeFor(const std::vector<std::string>& arguments)
	{
		return refusalOf([&] { static_cast<void>(read(arguments)); }).code;
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessLogSettingsTest);
