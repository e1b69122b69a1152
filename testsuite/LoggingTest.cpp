//
// LoggingTest.cpp
//

#include "Shared/Logging.h"
#include "Shared/RoleFailure.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/ErrorHandler.h>
#include <Poco/File.h>
#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class LoggingTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LoggingTest);
	CPPUNIT_TEST(testLinesAreInTheFileAtTheEnd);
	CPPUNIT_TEST(testFlushedLinesAreInTheFile);
	CPPUNIT_TEST(testComponentsHaveLevelsOfTheirOwn);
	CPPUNIT_TEST(testFileThatCannotBeOpenedIsOneClearLine);
	CPPUNIT_TEST(testReopeningMakesTheNewFile);
	CPPUNIT_TEST(testWhatIsLoggedAfterwardsHarmsNothing);
	CPPUNIT_TEST(testLevelsMayChange);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		_errorHandler = Poco::ErrorHandler::get();
		_untouched.emplace();
	}

	void tearDown() override
	{
		_untouched.reset();
		Poco::ErrorHandler::set(_errorHandler);
	}

	void testLinesAreInTheFileAtTheEnd()
	{
		{
			const Logging logging(config());
			for (int i = 0; i < 1000; ++i) Poco::Logger::get("bore.test").information(std::to_string(i));
		}
		CPPUNIT_ASSERT(content("log").find(" Information bore.test: 999\n") != std::string::npos);
	}

	void testFlushedLinesAreInTheFile()
	{
		const Logging logging(config());
		Poco::Logger::get("bore.test").warning("words");
		logging.flush();
		CPPUNIT_ASSERT(content("log").find("Z Warning bore.test: words\n") != std::string::npos);
	}

	void testComponentsHaveLevelsOfTheirOwn()
	{
		LogConfig levels = config();
		levels.level = Poco::Message::PRIO_ERROR;
		levels.levels = {
			{"bore.loud", Poco::Message::PRIO_DEBUG}, {"bore.loud.quiet", Poco::Message::PRIO_WARNING}};
		{
			const Logging logging(levels);
			for (const std::string name : {"bore.loud", "bore.loud.child", "bore.loud.quiet", "bore.other"})
				Poco::Logger::get(name).debug("words");
		}
		const std::string text = content("log");
		CPPUNIT_ASSERT(text.find("bore.loud: words") != std::string::npos);
		CPPUNIT_ASSERT(text.find("bore.loud.child: words") != std::string::npos);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find("quiet"));
		CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find("other"));
	}

	void testFileThatCannotBeOpenedIsOneClearLine()
	{
		LogConfig bad = config();
		bad.output.file.path = "/no/such/dir\n/log";
		const Refusal refusal = refusalOf([&bad] { const Logging logging(bad); });
		CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
		CPPUNIT_ASSERT_EQUAL(
			std::string("cannot write to /no/such/dir\\n/log: No such file or directory: check the path given"
						" as log.file"),
			refusal.text);
	}

	void testReopeningMakesTheNewFile()
	{
		const Logging logging(config());
		Poco::Logger::get("bore.test").information("before");
		logging.flush();
		Poco::File(_directory.path("log")).renameTo(_directory.path("log.old"));
		Logging::reopenFiles();
		logging.flush();
		CPPUNIT_ASSERT(content("log").find("bore.log: SIGUSR1") != std::string::npos);
		CPPUNIT_ASSERT(content("log.old").find("before") != std::string::npos);
	}

	void testWhatIsLoggedAfterwardsHarmsNothing()
	{
		Poco::Logger& logger = Poco::Logger::get("bore.test");
		{
			const Logging logging(config());
		}
		logger.information("words");
		CPPUNIT_ASSERT_EQUAL(std::string(), content("log"));
	}

	void testLevelsMayChange()
	{
		LogConfig levels = config();
		levels.level = Poco::Message::PRIO_ERROR;
		levels.levels = {{"bore.loud", Poco::Message::PRIO_DEBUG}};
		{
			const Logging logging(levels);
			Poco::Logger::get("bore.other").warning("too early");
			levels.level = Poco::Message::PRIO_WARNING;
			levels.levels = {{"bore.later", Poco::Message::PRIO_TRACE}};
			Logging::setLevels(levels);
			Poco::Logger::get("bore.loud").information("too late");
			Poco::Logger::get("bore.other").warning("words");
			Poco::Logger::get("bore.later.child").trace("details");
		}
		const std::string text = content("log");
		CPPUNIT_ASSERT(text.find("bore.other: words") != std::string::npos);
		CPPUNIT_ASSERT(text.find("bore.later.child: details") != std::string::npos);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find("too "));
	}

private:
	[[nodiscard]] LogConfig config() const
	{
		LogConfig result;
		result.output.target = LogOutputConfig::Target::File;
		result.output.file.path = _directory.path("log");
		result.output.file.key = "log.file";
		return result;
	}

	[[nodiscard]] std::string content(const std::string& name) const
	{
		std::ifstream file(_directory.path(name));
		std::ostringstream text;
		text << file.rdbuf();
		return text.str();
	}

	std::optional<CapturedLog> _untouched; // puts the log back as it was
	const TemporaryDirectory _directory;
	Poco::ErrorHandler* _errorHandler = nullptr;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoggingTest);
