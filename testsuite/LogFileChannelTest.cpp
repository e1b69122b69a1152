//
// LogFileChannelTest.cpp
//

#include "Shared/LogFileChannel.h"
#include "testsuite/support/CapturedLog.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/AutoPtr.h>
#include <Poco/File.h>
#include <Poco/Timestamp.h>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>

using namespace Bore;
using namespace Bore::Test;

class LogFileChannelTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LogFileChannelTest);
	CPPUNIT_TEST(testLinesAreAppendedToWhatIsThere);
	CPPUNIT_TEST(testNoFileGrowsBeyondItsSize);
	CPPUNIT_TEST(testOnlyTheNewestOldFilesAreKept);
	CPPUNIT_TEST(testOtherFilesOfALikeNameAreLeftAlone);
	CPPUNIT_TEST(testKeepingNoneEmptiesTheFile);
	CPPUNIT_TEST(testANewDayBeginsANewFile);
	CPPUNIT_TEST(testAFileOfYesterdayGivesWay);
	CPPUNIT_TEST(testReopeningFollowsARename);
	CPPUNIT_TEST(testWhereReopeningFailsTheOldFileServesOn);
	CPPUNIT_TEST(testPathThatCannotBeOpenedIsAnError);
	CPPUNIT_TEST(testFullDiskIsAnErrorAndPasses);
	CPPUNIT_TEST(testLineThatWasCutOffIsFollowedByANewLine);
	CPPUNIT_TEST(testFifoWithoutAReaderDoesNotBlock);
	CPPUNIT_TEST(testOthersMayNotRead);
	CPPUNIT_TEST_SUITE_END();

	static constexpr std::int64_t DAY = 86'400LL * 1'000'000; // microseconds

public:
	void testLinesAreAppendedToWhatIsThere()
	{
		static_cast<void>(_directory.write("log", "before\n"));
		log(*make(), "after");
		CPPUNIT_ASSERT_EQUAL(std::string("before\nafter\n"), content("log"));
	}

	void testNoFileGrowsBeyondItsSize()
	{
		auto channel = make(10);
		for (const std::string text : {"1234", "5678", "9", "abc", "defghijklmnop", "q"}) log(*channel, text);
		CPPUNIT_ASSERT_EQUAL(std::string("q\n"), content("log"));
		// A line that is longer than the size has a file of its own.
		CPPUNIT_ASSERT_EQUAL(std::string("defghijklmnop\n"), content("log.1"));
		CPPUNIT_ASSERT_EQUAL(std::string("9\nabc\n"), content("log.2"));
		CPPUNIT_ASSERT_EQUAL(std::string("1234\n5678\n"), content("log.3"));
	}

	void testOnlyTheNewestOldFilesAreKept()
	{
		auto channel = make(2, false, 2);
		for (const std::string text : {"a", "b", "c", "d", "e"}) log(*channel, text);
		CPPUNIT_ASSERT_EQUAL(std::string("e\n"), content("log"));
		CPPUNIT_ASSERT_EQUAL(std::string("d\n"), content("log.1"));
		CPPUNIT_ASSERT_EQUAL(std::string("c\n"), content("log.2"));
		CPPUNIT_ASSERT(!exists("log.3"));
	}

	void testOtherFilesOfALikeNameAreLeftAlone()
	{
		static_cast<void>(_directory.write("log.properties", "precious"));
		auto channel = make(2, false, 1);
		for (const std::string text : {"a", "b", "c"}) log(*channel, text);
		CPPUNIT_ASSERT_EQUAL(std::string("precious"), content("log.properties"));
	}

	void testKeepingNoneEmptiesTheFile()
	{
		auto channel = make(4, false, 0);
		for (const std::string text : {"a", "b", "c"}) log(*channel, text);
		CPPUNIT_ASSERT_EQUAL(std::string("c\n"), content("log"));
		CPPUNIT_ASSERT(!exists("log.1"));
	}

	void testANewDayBeginsANewFile()
	{
		auto channel = make(0, true);
		log(*channel, "evening", 20 * DAY - 1);
		log(*channel, "midnight", 20 * DAY);
		log(*channel, "morning", 20 * DAY + DAY / 3);
		// A clock that is set back is no new day.
		log(*channel, "evening again", 20 * DAY - 1);
		CPPUNIT_ASSERT_EQUAL(std::string("midnight\nmorning\nevening again\n"), content("log"));
		CPPUNIT_ASSERT_EQUAL(std::string("evening\n"), content("log.1"));
	}

	void testAFileOfYesterdayGivesWay()
	{
		const std::string path = _directory.write("log", "yesterday\n");
		Poco::File(path).setLastModified(Poco::Timestamp(20 * DAY - 1));
		log(*make(0, true), "today", 20 * DAY);
		CPPUNIT_ASSERT_EQUAL(std::string("today\n"), content("log"));
		CPPUNIT_ASSERT_EQUAL(std::string("yesterday\n"), content("log.1"));
	}

	void testReopeningFollowsARename()
	{
		auto channel = make();
		log(*channel, "first");
		Poco::File(_directory.path("log")).renameTo(_directory.path("moved"));
		log(*channel, "second");
		LogFileChannel::reopenAll();
		log(*channel, "third");
		CPPUNIT_ASSERT_EQUAL(std::string("first\nsecond\n"), content("moved"));
		CPPUNIT_ASSERT_EQUAL(std::string("third\n"), content("log"));
	}

	void testWhereReopeningFailsTheOldFileServesOn()
	{
		const CapturedLog captured;
		auto channel = make();
		log(*channel, "first");
		Poco::File(_directory.path("log")).renameTo(_directory.path("moved"));
		Poco::File(_directory.path("log")).createDirectory();
		LogFileChannel::reopenAll();
		log(*channel, "second");
		CPPUNIT_ASSERT_EQUAL(std::string("first\nsecond\n"), content("moved"));
		CPPUNIT_ASSERT(captured.text().find("could not be opened anew: Is a directory") != std::string::npos);
	}

	void testPathThatCannotBeOpenedIsAnError()
	{
		Poco::AutoPtr<Poco::Channel> channel(new LogFileChannel(config("none/log")));
		CPPUNIT_ASSERT_THROW(channel->open(), std::system_error);
		CPPUNIT_ASSERT_THROW(log(*channel, "line"), std::system_error);
		Poco::File(_directory.path("none")).createDirectory();
		log(*channel, "line");
		CPPUNIT_ASSERT_EQUAL(std::string("line\n"), content("none/log"));
	}

	void testFullDiskIsAnErrorAndPasses()
	{
		const auto before = std::signal(SIGXFSZ, SIG_IGN);
		auto channel = make();
		log(*channel, "kept");
		withLargestFile(5, [&] { CPPUNIT_ASSERT_THROW(log(*channel, "lost"), std::system_error); });
		log(*channel, "kept, too");
		std::signal(SIGXFSZ, before);
		CPPUNIT_ASSERT_EQUAL(std::string("kept\nkept, too\n"), content("log"));
	}

	void testLineThatWasCutOffIsFollowedByANewLine()
	{
		const auto before = std::signal(SIGXFSZ, SIG_IGN);
		auto channel = make();
		withLargestFile(3, [&] { CPPUNIT_ASSERT_THROW(log(*channel, "cut off"), std::system_error); });
		log(*channel, "whole");
		log(*channel, "whole");
		std::signal(SIGXFSZ, before);
		CPPUNIT_ASSERT_EQUAL(std::string("cut\nwhole\nwhole\n"), content("log"));
	}

	void testFifoWithoutAReaderDoesNotBlock()
	{
		CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(_directory.path("log").c_str(), 0600));
		CPPUNIT_ASSERT_THROW(log(*make(), "line"), std::system_error);
	}

	void testOthersMayNotRead()
	{
		log(*make(), "line");
		struct stat status = {};
		CPPUNIT_ASSERT_EQUAL(0, ::stat(_directory.path("log").c_str(), &status));
		CPPUNIT_ASSERT_EQUAL(0U, status.st_mode & 07U);
	}

private:
	[[nodiscard]] LogFileConfig config(const std::string& name) const
	{
		LogFileConfig result;
		result.path = _directory.path(name);
		return result;
	}

	[[nodiscard]] Poco::AutoPtr<Poco::Channel> make(
		std::uint64_t bytes = 0, bool daily = false, std::size_t keep = 10) const
	{
		LogFileConfig result = config("log");
		result.rotateBytes = bytes;
		result.rotateDaily = daily;
		result.keep = keep;
		return new LogFileChannel(result);
	}

	static void log(Poco::Channel& channel, const std::string& text, std::int64_t time = 20 * DAY)
	/// Microseconds since 1970.
	{
		Poco::Message message("test", text, Poco::Message::PRIO_INFORMATION);
		message.setTime(Poco::Timestamp(time));
		channel.log(message);
	}

	static void withLargestFile(rlim_t bytes, const std::function<void()>& work)
	{
		rlimit before{};
		::getrlimit(RLIMIT_FSIZE, &before);
		rlimit small = before;
		small.rlim_cur = bytes;
		::setrlimit(RLIMIT_FSIZE, &small);
		work();
		::setrlimit(RLIMIT_FSIZE, &before);
	}

	[[nodiscard]] bool exists(const std::string& name) const
	{
		return Poco::File(_directory.path(name)).exists();
	}

	[[nodiscard]] std::string content(const std::string& name) const
	{
		std::ifstream file(_directory.path(name));
		std::ostringstream text;
		text << file.rdbuf();
		return text.str();
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFileChannelTest);
