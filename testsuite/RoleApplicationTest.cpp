//
// RoleApplicationTest.cpp
//

#include "Shared/RoleApplication.h"
#include "Shared/CommonSettings.h"
#include "Shared/LogSettings.h"
#include "Shared/RoleFailure.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/RedirectedDescriptor.h"
#include "testsuite/support/RedirectedStream.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/AutoPtr.h>
#include <Poco/ErrorHandler.h>
#include <Poco/Logger.h>
#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

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
		for (const auto& setting : logSettings()) settings.push_back(setting);
		return SettingTable({"prog", "[OPTION]...", "Does something.", {}}, settings);
	}();
	return result;
}

class TestRole : public Role
/// Does some work and perhaps waits to be stopped.
{
public:
	TestRole(std::function<void()> work, bool waits)
		: _work(std::move(work))
		, _waits(waits)
	{
	}

	void run() override
	{
		_work();
		if (_waits && _stopped.get_future().wait_for(PATIENCE) != std::future_status::ready)
			throw std::runtime_error("never stopped");
	}

	void stop() noexcept override { _stopped.set_value(); }
	void stopNow() noexcept override {}

private:
	const std::function<void()> _work;
	const bool _waits;
	std::promise<void> _stopped;
};

class TestApplication : public RoleApplication
{
public:
	TestApplication(std::function<void()> work, bool waits)
		: RoleApplication(table())
		, _work(std::move(work))
		, _waits(waits)
	{
	}

	static std::atomic<int> reloads;    // of the application that is
	static std::atomic<int> graceOfNow; // as the last one read it

protected:
	std::vector<std::string> apply(const Settings& settings) override
	{
		static_cast<void>(secretFrom(settings));
		graceOfNow = static_cast<int>(settings.number(Key::SHUTDOWN_GRACE));
		++reloads;
		return {"secret"};
	}

	std::unique_ptr<Role> createRole(const Settings&) override
	{
		logDescriptorLimit();
		return std::make_unique<TestRole>(_work, _waits);
	}

private:
	const std::function<void()> _work;
	const bool _waits;
};

std::atomic<int> TestApplication::reloads{0};
std::atomic<int> TestApplication::graceOfNow{0};

struct Outcome
{
	int code;
	std::string output;
	std::string errors;
	std::string log;
};

std::string allProperties(const Poco::Util::AbstractConfiguration& configuration, const std::string& under)
{
	std::string all;
	Poco::Util::AbstractConfiguration::Keys keys;
	configuration.keys(under, keys);
	for (const auto& key : keys)
	{
		const std::string name = under.empty() ? key : under + "." + key;
		if (configuration.hasProperty(name)) all += name + "=" + configuration.getRawString(name) + "\n";
		all += allProperties(configuration, name);
	}
	return all;
}

Outcome start(Arguments& arguments, std::function<void()> work, bool waits = false)
{
	const CapturedLog untouched; // puts the log back as it was
	const RedirectedStream output(std::cout);
	const RedirectedStream errors(std::cerr);
	const RedirectedDescriptor log(STDERR_FILENO);
	Poco::AutoPtr<TestApplication> application(new TestApplication(std::move(work), waits));
	const int code = application->start(arguments.count(), arguments.values());
	return {code, output.text(), errors.text(), log.text()};
}

Outcome start(
	const std::vector<std::string>& list, std::function<void()> work = [] {}, bool waits = false)
{
	Arguments arguments(list);
	return start(arguments, std::move(work), waits);
}

} // namespace

class RoleApplicationTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RoleApplicationTest);
	CPPUNIT_TEST(testRoleThatEndsGivesOk);
	CPPUNIT_TEST(testHelpAndVersionWorkWhateverElseIsWrong);
	CPPUNIT_TEST(testWrongCommandLineIsOneLineAndUsage);
	CPPUNIT_TEST(testWrongFileIsOneLineAndConfiguration);
	CPPUNIT_TEST(testFailureOfTheRoleKeepsItsCode);
	CPPUNIT_TEST(testOtherErrorsAreInternalWithoutClassNames);
	CPPUNIT_TEST(testSignalsReachTheRole);
	CPPUNIT_TEST(testLogLinesHaveTimeLevelAndSource);
	CPPUNIT_TEST(testLogLevelIsObeyed);
	CPPUNIT_TEST(testDescriptorLimitIsRaisedAndReported);
	CPPUNIT_TEST(testSecretIsInNoArgumentAndNoProperty);
	CPPUNIT_TEST(testHangUpReloads);
	CPPUNIT_TEST(testReloadThatIsWrongChangesNothing);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		::pthread_sigmask(SIG_SETMASK, nullptr, &_mask);
		_errorHandler = Poco::ErrorHandler::get();
		::getrlimit(RLIMIT_NOFILE, &_limit);
		TestApplication::reloads = 0;
	}

	void tearDown() override
	{
		::pthread_sigmask(SIG_SETMASK, &_mask, nullptr);
		Poco::ErrorHandler::set(_errorHandler);
		::setrlimit(RLIMIT_NOFILE, &_limit);
		::unsetenv("BORE_SECRET");
	}

	void testRoleThatEndsGivesOk()
	{
		const Outcome outcome = start({});
		CPPUNIT_ASSERT_EQUAL(0, outcome.code);
		CPPUNIT_ASSERT_EQUAL(std::string(), outcome.errors);
		CPPUNIT_ASSERT_EQUAL(std::string(), outcome.output);
	}

	void testHelpAndVersionWorkWhateverElseIsWrong()
	{
		::setenv("BORE_SECRET", "", 1);
		const Outcome help = start({"--nonsense", "--secret=", "--help"});
		CPPUNIT_ASSERT_EQUAL(0, help.code);
		CPPUNIT_ASSERT(help.output.rfind("usage: prog", 0) == 0);
		CPPUNIT_ASSERT_EQUAL(std::string(), help.errors);
		const Outcome version = start({"--config=/no/such/file", "-v"});
		CPPUNIT_ASSERT_EQUAL(0, version.code);
		CPPUNIT_ASSERT_EQUAL(std::string("prog " BORE_VERSION "\n"), version.output);
	}

	void testWrongCommandLineIsOneLineAndUsage()
	{
		const Outcome outcome = start({"--secrt", "x"});
		CPPUNIT_ASSERT_EQUAL(64, outcome.code);
		CPPUNIT_ASSERT_EQUAL(
			std::string("prog: unknown option --secrt: did you mean --secret? (try prog --help)\n"),
			outcome.errors);
	}

	void testWrongFileIsOneLineAndConfiguration()
	{
		const Outcome outcome = start({"--config=/no/such/file"});
		CPPUNIT_ASSERT_EQUAL(78, outcome.code);
		CPPUNIT_ASSERT_EQUAL(
			std::string("prog: /no/such/file: no such file: check the path given to --config\n"),
			outcome.errors);
	}

	void testFailureOfTheRoleKeepsItsCode()
	{
		const Outcome outcome = start({}, [] { throw RoleFailure(ExitCode::Lost, "the server is gone"); });
		CPPUNIT_ASSERT_EQUAL(75, outcome.code);
		CPPUNIT_ASSERT_EQUAL(std::string("prog: the server is gone\n"), outcome.errors);
	}

	void testOtherErrorsAreInternalWithoutClassNames()
	{
		const Outcome standard = start({}, [] { throw std::runtime_error("broken"); });
		CPPUNIT_ASSERT_EQUAL(70, standard.code);
		CPPUNIT_ASSERT_EQUAL(std::string("prog: internal error: broken\n"), standard.errors);
		const Outcome poco = start({}, [] { throw Poco::RuntimeException("broken"); });
		CPPUNIT_ASSERT_EQUAL(70, poco.code);
		CPPUNIT_ASSERT_EQUAL(std::string("prog: internal error: broken\n"), poco.errors);
		const Outcome other = start({}, [] { throw 1; });
		CPPUNIT_ASSERT_EQUAL(70, other.code);
	}

	void testSignalsReachTheRole()
	{
		const Outcome outcome = start(
			{}, [] { ::kill(::getpid(), SIGTERM); }, true);
		CPPUNIT_ASSERT_EQUAL(0, outcome.code);
		CPPUNIT_ASSERT(outcome.log.find("SIGTERM: stopping") != std::string::npos);
	}

	void testLogLinesHaveTimeLevelAndSource()
	{
		const Outcome outcome = start({}, [] { Poco::Logger::get("somewhere").warning("words"); });
		CPPUNIT_ASSERT_MESSAGE(outcome.log, outcome.log.find("Z Warning somewhere: words\n") == 23);
	}

	void testLogLevelIsObeyed()
	{
		const auto work = [] { Poco::Logger::get("somewhere").information("words"); };
		CPPUNIT_ASSERT_EQUAL(std::string(), start({"--log-level=warning"}, work).log);
		CPPUNIT_ASSERT(start({}, work).log.find("words") != std::string::npos);
	}

	void testDescriptorLimitIsRaisedAndReported()
	{
		rlimit lowered = _limit;
		lowered.rlim_cur = _limit.rlim_max / 2;
		::setrlimit(RLIMIT_NOFILE, &lowered);
		const Outcome outcome = start({});
		rlimit after{};
		::getrlimit(RLIMIT_NOFILE, &after);
		CPPUNIT_ASSERT(after.rlim_cur == _limit.rlim_max);
		CPPUNIT_ASSERT(outcome.log.find("Information prog: limit of open descriptors raised from ") !=
					   std::string::npos);
	}

	void testSecretIsInNoArgumentAndNoProperty()
	{
		Arguments arguments({"--secret", "hunter2"});
		std::string properties;
		start(arguments,
			[&properties] { properties = allProperties(Poco::Util::Application::instance().config(), ""); });
		CPPUNIT_ASSERT(arguments.bytes().find("hunter2") == std::string::npos);
		CPPUNIT_ASSERT(properties.find("application.argv[0]") != std::string::npos);
		CPPUNIT_ASSERT(properties.find("hunter2") == std::string::npos);
	}

	void testHangUpReloads()
	{
		const std::string file = _directory.write("f", "shutdown.grace = 1\nlog.target = stderr\n");
		const Outcome outcome = start({"--config", file},
			[&]
			{
				static_cast<void>(
					_directory.write("f", "shutdown.grace = 7\nlog.format = json\nlog.level = notice\n"));
				::kill(::getpid(), SIGHUP);
				CPPUNIT_ASSERT(eventually([] { return TestApplication::reloads == 1; }));
			});
		CPPUNIT_ASSERT_EQUAL_MESSAGE(outcome.errors, 0, outcome.code);
		CPPUNIT_ASSERT_EQUAL(7, TestApplication::graceOfNow.load());
		for (const std::string line :
			{"Notice bore.config: configuration reloaded: changed: shutdown.grace, log.level, secret\n",
				"Warning bore.config: takes effect after a restart: log.format\n"})
			CPPUNIT_ASSERT_MESSAGE(outcome.log, outcome.log.find(line) != std::string::npos);
	}

	void testReloadThatIsWrongChangesNothing()
	{
		const std::string base = "log.target = file\nlog.file = " + _directory.path("log") + "\n";
		for (const std::string wrong :
			{"shutdown.grace = 7 s", "log.levels = nobody:debug", "secretFile = /no/such"})
		{
			const std::string file = _directory.write("f", base);
			static_cast<void>(_directory.write("log", ""));
			start({"--config", file},
				[&]
				{
					static_cast<void>(_directory.write("f", base + wrong + "\n"));
					::kill(::getpid(), SIGHUP);
					CPPUNIT_ASSERT(
						eventually([this] { return logHas("it is wrong, and the old one stays\n"); }));
				});
			CPPUNIT_ASSERT_EQUAL(0, TestApplication::reloads.load());
			CPPUNIT_ASSERT(logHas("Error bore.config: " + file + ":3: "));
		}
	}

private:
	[[nodiscard]] bool logHas(const std::string& text) const
	{
		std::ifstream file(_directory.path("log"));
		std::ostringstream content;
		content << file.rdbuf();
		return content.str().find(text) != std::string::npos;
	}

	const TemporaryDirectory _directory;
	sigset_t _mask{};
	Poco::ErrorHandler* _errorHandler = nullptr;
	rlimit _limit{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RoleApplicationTest);
