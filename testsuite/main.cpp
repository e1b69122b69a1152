//
// main.cpp
//
// The test runner: bore-tests [SUITE | SUITE::testMethod]...
//

#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/TestForm.h"

#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace
{

std::array<char, 256> runningTest{};

extern "C" void onAlarm(int)
{
	constexpr char TEXT[] = ": still running at its deadline, taken for a hang\n";
	(void)!::write(STDERR_FILENO, runningTest.data(), std::strlen(runningTest.data()));
	(void)!::write(STDERR_FILENO, TEXT, sizeof(TEXT) - 1);
	std::_Exit(EXIT_FAILURE);
}

class Watchdog : public CppUnit::TestListener
/// Ends the process, naming the test, when one test runs longer than
/// TEST_SECONDS (environment) or BORE_TEST_SECONDS (build): a hang is a
/// failure. The long form of a test has half an hour.
{
public:
	Watchdog()
	{
		const char* const seconds = std::getenv("TEST_SECONDS");
		if (seconds != nullptr) _seconds = static_cast<unsigned>(std::strtoul(seconds, nullptr, 10));
		std::signal(SIGALRM, onAlarm);
	}

	void startTest(CppUnit::Test* test) override
	{
		std::snprintf(runningTest.data(), runningTest.size(), "\n%s", test->getName().c_str());
		::alarm(_seconds);
	}

	void endTest(CppUnit::Test*) override { ::alarm(0); }

private:
	unsigned _seconds = Bore::Test::TestForm::pick(unsigned{BORE_TEST_SECONDS}, 1800U);
};

void raiseDescriptorLimit()
{
	rlimit limit{};
	if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
	limit.rlim_cur = limit.rlim_max;
	::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char** argv)
{
	// A broken connection is to be an error of one write, as in the programs.
	std::signal(SIGPIPE, SIG_IGN);
	raiseDescriptorLimit();
	Bore::Test::CapturedLog::prepare();

	CppUnit::TestResult controller;
	CppUnit::TestResultCollector collector;
	CppUnit::BriefTestProgressListener progress;
	Watchdog watchdog;
	controller.addListener(&collector);
	controller.addListener(&progress);
	controller.addListener(&watchdog);

	CppUnit::TestRunner runner;
	runner.addTest(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
	try
	{
		if (argc < 2) runner.run(controller);
		for (int i = 1; i < argc; ++i) runner.run(controller, argv[i]);
	}
	catch (const std::invalid_argument& e)
	{
		std::cerr << "bore-tests: no such test: " << e.what() << '\n';
		return EXIT_FAILURE;
	}

	CppUnit::CompilerOutputter(&collector, std::cerr).write();
	if (collector.runTests() == 0)
	{
		std::cerr << "bore-tests: no test was run\n";
		return EXIT_FAILURE;
	}
	return collector.wasSuccessful() ? EXIT_SUCCESS : EXIT_FAILURE;
}
