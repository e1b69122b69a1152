//
// PidFileTest.cpp
//

#include "Shared/PidFile.h"
#include "Shared/RoleFailure.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/Files.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;

class PidFileTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PidFileTest);
	CPPUNIT_TEST(testHoldsTheProcessNumberWhileItLives);
	CPPUNIT_TEST(testFileThatACrashLeftIsReplaced);
	CPPUNIT_TEST(testFileOfAProcessThatRunsIsRefused);
	CPPUNIT_TEST(testAnothersFileIsNotRemoved);
	CPPUNIT_TEST(testPathThatCannotBeWrittenIsRefused);
	CPPUNIT_TEST(testWhatIsNoPidFileIsLeftAlone);
	CPPUNIT_TEST_SUITE_END();

public:
	void testHoldsTheProcessNumberWhileItLives()
	{
		const std::string path = _directory.path("pid");
		{
			const PidFile file(path);
			CPPUNIT_ASSERT_EQUAL(std::to_string(::getpid()) + "\n", textOf(path));
		}
		CPPUNIT_ASSERT(!exists(path));
	}

	void testFileThatACrashLeftIsReplaced()
	{
		const std::string path = _directory.write("pid", "4194303123456\n");
		const PidFile file(path);
		CPPUNIT_ASSERT_EQUAL(std::to_string(::getpid()) + "\n", textOf(path));
	}

	void testFileOfAProcessThatRunsIsRefused()
	{
		const std::string path = _directory.path("pid");
		const PidFile file(path);
		expectRefusal(path, "is that of process " + std::to_string(::getpid()) +
								", which runs: stop it, or give each its own with --pidfile");
		CPPUNIT_ASSERT_EQUAL(std::to_string(::getpid()) + "\n", textOf(path));
	}

	void testAnothersFileIsNotRemoved()
	{
		const std::string path = _directory.path("pid");
		auto file = std::make_unique<PidFile>(path);
		file->remove();
		static_cast<void>(_directory.write("pid", "1\n"));
		file.reset();
		CPPUNIT_ASSERT_EQUAL(std::string("1\n"), textOf(path));
	}

	void testPathThatCannotBeWrittenIsRefused()
	{
		expectRefusal(_directory.path("none/pid"),
			"cannot be written: No such file or directory: check the path given as pidfile");
		expectRefusal(
			_directory.path(), "cannot be written: Is a directory: check the path given as pidfile");
	}

	void testWhatIsNoPidFileIsLeftAlone()
	{
		const std::string text = "a letter to somebody\n";
		const std::string letter = _directory.write("letter", text);
		expectRefusal(letter, "holds more than a process number: check the path given as pidfile");
		CPPUNIT_ASSERT_EQUAL(text, textOf(letter));
		const std::string pipe = _directory.path("pipe");
		CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
		expectRefusal(pipe, "is no regular file: check the path given as pidfile");
		CPPUNIT_ASSERT(exists(pipe));
	}

private:
	static void expectRefusal(const std::string& path, const std::string& text)
	{
		const Refusal refusal = refusalOf([&] { const PidFile file(path); });
		CPPUNIT_ASSERT_EQUAL("pid file " + path + " " + text, refusal.text);
		CPPUNIT_ASSERT(ExitCode::Configuration == refusal.code);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PidFileTest);
