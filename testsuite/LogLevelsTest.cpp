//
// LogLevelsTest.cpp
//

#include "Shared/LogLevels.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

using namespace Bore;

class LogLevelsTest : public CppUnit::TestFixture
/// The lists are LogSettingsTest's.
{
	CPPUNIT_TEST_SUITE(LogLevelsTest);
	CPPUNIT_TEST(testEveryComponentThatLogsHasALevel);
	CPPUNIT_TEST(testGuideNamesEveryComponent);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryComponentThatLogsHasALevel()
	{
		std::set<std::string> used;
		for (const char* folder : {"Shared", "Server", "Client"})
			for (const auto& file : std::filesystem::directory_iterator(_root + folder))
				if (file.path().extension() == ".cpp") collect(contentOf(file.path().string()), used);
		// A channel of its own (accessLog.*), without levels.
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), used.erase("access"));
		CPPUNIT_ASSERT(used.size() > 10);
		const auto& known = logComponents();
		for (const auto& name : used)
			CPPUNIT_ASSERT_MESSAGE(name, std::find(known.begin(), known.end(), name) != known.end());
		for (const auto& name : known) CPPUNIT_ASSERT_MESSAGE(name, used.count(name) == 1);
	}

	void testGuideNamesEveryComponent()
	{
		const std::string guide = contentOf(_root + "doc/LOGGING.md");
		for (const auto& name : logComponents())
			CPPUNIT_ASSERT_MESSAGE(name, guide.find("\n| `" + name + "` |") != std::string::npos);
	}

private:
	static void collect(const std::string& source, std::set<std::string>& names)
	{
		static const std::regex literal("\"bore\\.([a-z.]+)\"");
		for (std::sregex_iterator at(source.begin(), source.end(), literal), end; at != end; ++at)
			names.insert((*at)[1]);
	}

	[[nodiscard]] static std::string contentOf(const std::string& path)
	{
		std::ifstream file(path);
		CPPUNIT_ASSERT_MESSAGE(path, file);
		return {std::istreambuf_iterator<char>(file), {}};
	}

	const std::string _root = BORE_CONF_DIR "/../";
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogLevelsTest);
