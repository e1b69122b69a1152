//
// WholeFileTest.cpp
//

#include "Shared/WholeFile.h"
#include "Shared/ConfigFiles.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class WholeFileTest : public CppUnit::TestFixture
/// What cannot be read at all is PropertiesFileTest's.
{
	CPPUNIT_TEST_SUITE(WholeFileTest);
	CPPUNIT_TEST(testTextAndMode);
	CPPUNIT_TEST(testFileThatGrowsIsRefused);
	CPPUNIT_TEST(testFileThatIsRewrittenInTheSameSizeIsRefused);
	CPPUNIT_TEST(testFileThatIsReplacedIsRefused);
	CPPUNIT_TEST(testFileThatIsRemovedIsRefused);
	CPPUNIT_TEST(testWhoNamedItIsTold);
	CPPUNIT_TEST_SUITE_END();

	static constexpr char CHANGED[] = "changed while it was read: write beside it, then rename";

public:
	void testTextAndMode()
	{
		const std::string path = _directory.write("f", "some text\n");
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0640));
		const WholeFile file(path, "--config", ConfigFile::USUAL_MAX_BYTES);
		CPPUNIT_ASSERT_EQUAL("some text\n"s, file.read());
		CPPUNIT_ASSERT_EQUAL(mode_t{0640}, file.mode() & 0777U);
	}

	void testFileThatGrowsIsRefused()
	{
		expectRefused(
			[this]
			{
				// The same time as before: the size alone tells.
				const auto before = std::filesystem::last_write_time(_directory.path("f"));
				static_cast<void>(_directory.write("f", "some more text\n"));
				std::filesystem::last_write_time(_directory.path("f"), before);
			});
	}

	void testFileThatIsRewrittenInTheSameSizeIsRefused()
	{
		expectRefused(
			[this]
			{
				const auto before = std::filesystem::last_write_time(_directory.path("f"));
				std::filesystem::last_write_time(_directory.path("f"), before + std::chrono::milliseconds(1));
			});
	}

	void testFileThatIsReplacedIsRefused()
	{
		expectRefused(
			[this]
			{
				const auto before = std::filesystem::last_write_time(_directory.path("f"));
				std::filesystem::rename(_directory.write("g", "text some\n"), _directory.path("f"));
				std::filesystem::last_write_time(_directory.path("f"), before);
			});
	}

	void testFileThatIsRemovedIsRefused()
	{
		expectRefused([this] { std::filesystem::remove(_directory.path("f")); });
	}

	void testWhoNamedItIsTold()
	{
		const auto failure = [](const std::string& path) -> std::string
		{
			try
			{
				const WholeFile file(path, "usersFile", ConfigFile::USUAL_MAX_BYTES);
			}
			catch (const std::invalid_argument& e)
			{
				return e.what();
			}
			return "none";
		};
		CPPUNIT_ASSERT_EQUAL("no such file: check the path given to usersFile"s, failure("/no/such/file"));
		CPPUNIT_ASSERT_EQUAL("is a directory: usersFile takes a file"s, failure("/"));
		CPPUNIT_ASSERT_EQUAL("is no regular file: usersFile takes one"s, failure("/dev/null"));
	}

private:
	void expectRefused(const std::function<void()>& change) const
	/// A file that changes between being opened and being read to its end.
	{
		const WholeFile file(_directory.write("f", "some text\n"), "--config", ConfigFile::USUAL_MAX_BYTES);
		change();
		try
		{
			static_cast<void>(file.read());
		}
		catch (const std::invalid_argument& e)
		{
			CPPUNIT_ASSERT_EQUAL(std::string(CHANGED), std::string(e.what()));
			return;
		}
		CPPUNIT_FAIL("read");
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WholeFileTest);
