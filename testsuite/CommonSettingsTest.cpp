//
// CommonSettingsTest.cpp
//

#include "Shared/CommonSettings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace Bore::Test;

namespace
{

const SettingTable& table()
{
	static const SettingTable result = []
	{
		std::vector<Setting> settings = secretSettings();
		for (const auto& setting : operationSettings()) settings.push_back(setting);
		return SettingTable({"prog", "", "", {}}, settings);
	}();
	return result;
}

} // namespace

class CommonSettingsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CommonSettingsTest);
	CPPUNIT_TEST(testNoSecretWhereNoneIsGiven);
	CPPUNIT_TEST(testSecretAsItself);
	CPPUNIT_TEST(testSecretFromAFile);
	CPPUNIT_TEST(testHiddenFileIsNotRead);
	CPPUNIT_TEST(testUselessFileIsConfiguration);
	CPPUNIT_TEST(testGraceIsInSeconds);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNoSecretWhereNoneIsGiven() { CPPUNIT_ASSERT(!secretFrom(load(table(), {}))); }

	void testSecretAsItself()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("S"), secretFrom(load(table(), {"-sS"}))->reveal());
	}

	void testSecretFromAFile()
	{
		const std::string path = _directory.write("secret", "S\r\nmore\n");
		CPPUNIT_ASSERT_EQUAL(std::string("S"), secretFrom(load(table(), {"--secret-file", path}))->reveal());
	}

	void testHiddenFileIsNotRead()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("S"),
			secretFrom(load(table(), {"-sS"}, {{"BORE_SECRET_FILE", "/no/such/file"}}))->reveal());
	}

	void testUselessFileIsConfiguration()
	{
		for (const std::string& path : {std::string("/no/such/file"), _directory.path(),
				 _directory.write("empty", ""), _directory.write("line", "\nS\n")})
		{
			const Refusal refusal = refusalOf(
				[&path] {
					static_cast<void>(secretFrom(load(table(), {"--secret-file", path})));
				});
			CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
			CPPUNIT_ASSERT_MESSAGE(refusal.text, refusal.text.find(path) != std::string::npos);
		}
	}

	void testGraceIsInSeconds()
	{
		CPPUNIT_ASSERT(graceFrom(load(table(), {})) == std::chrono::seconds(5));
		CPPUNIT_ASSERT(graceFrom(load(table(), {"--shutdown-grace=0"})) == std::chrono::seconds(0));
		CPPUNIT_ASSERT(
			graceFrom(load(table(), {}, {{"BORE_SHUTDOWN_GRACE", "3600"}})) == std::chrono::hours(1));
		CPPUNIT_ASSERT(refusalOf([] { static_cast<void>(load(table(), {"--shutdown-grace=3601"})); }).code ==
					   ExitCode::Usage);
	}

private:
	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommonSettingsTest);
