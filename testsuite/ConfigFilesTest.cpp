//
// ConfigFilesTest.cpp
//

#include "Shared/ConfigFiles.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class ConfigFilesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ConfigFilesTest);
	CPPUNIT_TEST(testFileGivenIsReadWhetherItExistsOrNot);
	CPPUNIT_TEST(testStandardFileIsReadWhereItExists);
	CPPUNIT_TEST(testFileGivenReplacesTheStandardOne);
	CPPUNIT_TEST(testFolderBesideIsReadInTheOrderOfBytes);
	CPPUNIT_TEST(testRelativePathHasItsFolderHere);
	CPPUNIT_TEST(testFolderAloneIsNotRead);
	CPPUNIT_TEST(testFolderThatIsNoneIsAFault);
	CPPUNIT_TEST_SUITE_END();

public:
	void testFileGivenIsReadWhetherItExistsOrNot()
	{
		CPPUNIT_ASSERT_EQUAL("/no/such/file"s, paths("/no/such/file", ""));
		CPPUNIT_ASSERT_EQUAL(""s, paths(std::nullopt, ""));
	}

	void testStandardFileIsReadWhereItExists()
	{
		const std::string file = _directory.write("standard", "");
		CPPUNIT_ASSERT_EQUAL(file, paths(std::nullopt, file));
		CPPUNIT_ASSERT_EQUAL(""s, paths(std::nullopt, _directory.path("none")));
	}

	void testFileGivenReplacesTheStandardOne()
	{
		CPPUNIT_ASSERT_EQUAL("given"s, paths("given", _directory.write("standard", "")));
	}

	void testFolderBesideIsReadInTheOrderOfBytes()
	{
		const std::string folder = makeFolder();
		for (const std::string name : {"b.properties", "B.properties", "10.properties", "9.properties",
				 ".hidden.properties", "x.properties~", "x.conf", ".properties"})
			static_cast<void>(_directory.write("conf.d/" + name, ""));
		const std::string file = _directory.path("bore.properties");
		CPPUNIT_ASSERT_EQUAL(file + " " + folder + "/10.properties " + folder + "/9.properties " + folder +
								 "/B.properties " + folder + "/b.properties",
			paths(file, ""));
		SettingFaults faults;
		const std::vector<ConfigFile> files = configFiles(file, "", faults);
		for (std::size_t i = 0; i < files.size(); ++i) CPPUNIT_ASSERT_EQUAL(i, files[i].number);
		CPPUNIT_ASSERT_EQUAL("--config"s, files[0].taker);
		CPPUNIT_ASSERT_EQUAL("conf.d"s, files[1].taker);
	}

	void testRelativePathHasItsFolderHere()
	{
		static_cast<void>(makeFolder());
		static_cast<void>(_directory.write("conf.d/a.properties", ""));
		const auto here = std::filesystem::current_path();
		std::filesystem::current_path(_directory.path());
		const std::string found = paths("bore.properties", "");
		std::filesystem::current_path(here);
		CPPUNIT_ASSERT_EQUAL("bore.properties conf.d/a.properties"s, found);
	}

	void testFolderAloneIsNotRead()
	{
		static_cast<void>(makeFolder());
		static_cast<void>(_directory.write("conf.d/a.properties", ""));
		CPPUNIT_ASSERT_EQUAL(""s, paths(std::nullopt, _directory.path("none")));
	}

	void testFolderThatIsNoneIsAFault()
	{
		const std::string path = _directory.write("conf.d", "");
		SettingFaults faults;
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, configFiles(_directory.path("f"), "", faults).size());
		CPPUNIT_ASSERT_EQUAL(
			path + ": cannot be listed: Not a directory: it must be a folder that the program may read",
			std::string(faults.failure().what()));
	}

private:
	[[nodiscard]] std::string makeFolder() const
	{
		std::string folder = _directory.path("conf.d");
		std::filesystem::create_directory(folder);
		return folder;
	}

	[[nodiscard]] static std::string paths(
		const std::optional<std::string>& given, const std::string& standard)
	{
		SettingFaults faults;
		std::string all;
		for (const auto& file : configFiles(given, standard, faults))
			all += (all.empty() ? "" : " ") + file.path;
		CPPUNIT_ASSERT(faults.empty());
		return all;
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigFilesTest);
