//
// RunnerTest.cpp
//
// The runner must be able to fail.
//

#include "testsuite/support/ChildProcess.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <string>
#include <unistd.h>

using namespace Bore::Test;

class RunnerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RunnerTest);
	CPPUNIT_TEST(testKnownTestIsRun);
	CPPUNIT_TEST(testUnknownSuiteFails);
	CPPUNIT_TEST(testUnknownMethodFails);
	CPPUNIT_TEST(testFailedTestMakesTheRunnerFail);
	CPPUNIT_TEST(testHangingTestIsEndedAndNamed);
	CPPUNIT_TEST(testDoesWhatItIsAsked);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;

	static constexpr char SELF[] = "/proc/self/exe";

public:
	void testKnownTestIsRun()
	{
		ChildProcess runner(SELF, {"ChildProcessTest::testExitCodeIsTold"});
		CPPUNIT_ASSERT_EQUAL(0, runner.waitForExit());
		const std::string report = runner.readToEnd(Output::Stderr);
		CPPUNIT_ASSERT_MESSAGE(report, report.find("OK (1)") != std::string::npos);
	}

	void testUnknownSuiteFails()
	{
		ChildProcess runner(SELF, {"NoSuchTest"});
		CPPUNIT_ASSERT_EQUAL(1, runner.waitForExit());
		(void)runner.readLineWith(Output::Stderr, "no such test");
	}

	void testUnknownMethodFails()
	{
		ChildProcess runner(SELF, {"RunnerTest::testNoSuch"});
		CPPUNIT_ASSERT_EQUAL(1, runner.waitForExit());
		(void)runner.readLineWith(Output::Stderr, "no such test");
	}

	void testFailedTestMakesTheRunnerFail()
	{
		ChildProcess runner(SELF, {"RunnerTest::testDoesWhatItIsAsked"}, {{"RUNNER_TEST", "fail"}});
		CPPUNIT_ASSERT_EQUAL(1, runner.waitForExit());
	}

	void testHangingTestIsEndedAndNamed()
	{
		ChildProcess runner(
			SELF, {"RunnerTest::testDoesWhatItIsAsked"}, {{"RUNNER_TEST", "hang"}, {"TEST_SECONDS", "1"}});
		CPPUNIT_ASSERT_EQUAL(1, runner.waitForExit());
		(void)runner.readLineWith(Output::Stderr, "RunnerTest::testDoesWhatItIsAsked: still running");
	}

	void testDoesWhatItIsAsked()
	{
		const char* const wish = std::getenv("RUNNER_TEST");
		CPPUNIT_ASSERT(wish == nullptr || wish != std::string("fail"));
		if (wish != nullptr) ::pause();
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(RunnerTest);
