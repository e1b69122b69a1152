//
// ChildProcessTest.cpp
//

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ScriptedListener.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstdlib>

using namespace Bore::Test;
using namespace std::string_literals;

class ChildProcessTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ChildProcessTest);
	CPPUNIT_TEST(testOutputsAreReadApart);
	CPPUNIT_TEST(testExitCodeIsTold);
	CPPUNIT_TEST(testSignalEndsTheProgram);
	CPPUNIT_TEST(testMuchOutputDoesNotBlockTheEnd);
	CPPUNIT_TEST(testRunningProgramIsNotTakenForEnded);
	CPPUNIT_TEST(testEnvironmentIsThatOfTheTestWithoutBore);
	CPPUNIT_TEST(testDescriptorsAreNotInherited);
	CPPUNIT_TEST(testProgramEndsWithItsObject);
	CPPUNIT_TEST(testMissingProgramIsReported);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

	static constexpr char SHELL[] = "/bin/sh";

public:
	void testOutputsAreReadApart()
	{
		ChildProcess shell(SHELL, {"-c", "echo one; echo two >&2; echo three; printf rest"});
		CPPUNIT_ASSERT_EQUAL("two"s, shell.readLine(Output::Stderr));
		CPPUNIT_ASSERT_EQUAL("three"s, shell.readLineWith(Output::Stdout, "hre"));
		CPPUNIT_ASSERT_EQUAL("rest"s, shell.readToEnd(Output::Stdout));
		CPPUNIT_ASSERT_EQUAL("one\nthree\nrest"s, shell.everything(Output::Stdout));
		CPPUNIT_ASSERT_ASSERTION_FAIL((void)shell.readLine(Output::Stderr));
	}

	void testExitCodeIsTold()
	{
		ChildProcess shell(SHELL, {"-c", "exit 78"});
		CPPUNIT_ASSERT_EQUAL(78, shell.waitForExit());
		CPPUNIT_ASSERT_EQUAL(78, shell.waitForExit());
	}

	void testSignalEndsTheProgram()
	{
		ChildProcess cat(SHELL, {"-c", "echo ready; while :; do read -r line; done"});
		CPPUNIT_ASSERT_EQUAL("ready"s, cat.readLine(Output::Stdout));
		cat.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(128 + SIGTERM, cat.waitForExit());
	}

	void testMuchOutputDoesNotBlockTheEnd()
	{
		ChildProcess shell(SHELL, {"-c", "head -c 300000 /dev/zero | tr '\\0' x; echo end >&2"});
		CPPUNIT_ASSERT_EQUAL(0, shell.waitForExit());
		CPPUNIT_ASSERT_EQUAL(std::size_t(300000), shell.readToEnd(Output::Stdout).size());
		CPPUNIT_ASSERT_EQUAL("end"s, shell.readLine(Output::Stderr));
	}

	void testRunningProgramIsNotTakenForEnded()
	{
		ChildProcess shell(SHELL, {"-c", "echo ready; while :; do read -r line; done"});
		CPPUNIT_ASSERT_EQUAL("ready"s, shell.readLine(Output::Stdout));
		CPPUNIT_ASSERT(!shell.hasExited());
		CPPUNIT_ASSERT_ASSERTION_FAIL((void)shell.waitForExit(std::chrono::milliseconds(5)));
	}

	void testEnvironmentIsThatOfTheTestWithoutBore()
	{
		::setenv("BORE_SECRET", "of the developer", 1);
		ChildProcess shell(
			SHELL, {"-c", "echo \"$BORE_SECRET,$BORE_MIN_PORT,${PATH:+path}\""}, {{"BORE_MIN_PORT", "2000"}});
		::unsetenv("BORE_SECRET");
		CPPUNIT_ASSERT_EQUAL(",2000,path"s, shell.readLine(Output::Stdout));
	}

	void testDescriptorsAreNotInherited()
	{
		ScriptedListener listener;
		ChildProcess shell(SHELL, {"-c", "echo ready; while :; do read -r line; done"});
		CPPUNIT_ASSERT_EQUAL("ready"s, shell.readLine(Output::Stdout));
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), ProcessStatus(shell.pid()).descriptors());
	}

	void testProgramEndsWithItsObject()
	{
		pid_t pid = 0;
		{
			ChildProcess shell(SHELL, {"-c", "while :; do read -r line; done"});
			pid = shell.pid();
			CPPUNIT_ASSERT_EQUAL(0, ::kill(pid, 0));
		}
		CPPUNIT_ASSERT_EQUAL(-1, ::kill(pid, 0));
	}

	void testMissingProgramIsReported()
	{
		ChildProcess none("/no/such/program");
		CPPUNIT_ASSERT_EQUAL(127, none.waitForExit());
		CPPUNIT_ASSERT_EQUAL("No such file or directory"s, none.readLine(Output::Stderr));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChildProcessTest);
