//
// LogProgramTest.cpp
//

#include "testsuite/support/EchoService.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/ProgramTunnel.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/File.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore::Test;
using namespace std::string_literals;

class LogProgramTest : public CppUnit::TestFixture
/// The logs of bore-server as a process, where they go and when.
{
	CPPUNIT_TEST_SUITE(LogProgramTest);
	CPPUNIT_TEST(testFilesRotateBySize);
	CPPUNIT_TEST(testSignalOpensARenamedFileAnew);
	CPPUNIT_TEST(testFileThatCannotBeWrittenIsRefused);
	CPPUNIT_TEST(testFullDiskCostsLinesOnly);
	CPPUNIT_TEST(testJournalGetsPrioritiesAndNoTimes);
	CPPUNIT_TEST(testOtherStreamThanTheJournalGetsTimes);
	CPPUNIT_TEST(testJsonLinesParse);
	CPPUNIT_TEST(testStderrThatNobodyReadsStopsNobody);
	CPPUNIT_TEST_SUITE_END();

	using Output = ChildProcess::Output;
	using Arguments = ChildProcess::Arguments;

	static constexpr char SERVER[] = BORE_SERVER_BINARY;
	static constexpr std::size_t PIPE_BYTES = 64 * 1024; // what a pipe of Linux holds

public:
	void testFilesRotateBySize()
	{
		ChildProcess server(
			SERVER, toFile({"--log-level", "trace", "--log-rotate-size", "1", "--log-keep", "2"}));
		static_cast<void>(portFrom("log"));
		server.signal(SIGSTOP);
		// Nearly full: the last lines of the program do not fit any more.
		grow("log", 1024 * 1024 - 10);
		server.signal(SIGCONT);
		server.signal(SIGUSR1);
		CPPUNIT_ASSERT(eventually([this] { return exists("log.1"); }));
		CPPUNIT_ASSERT(eventually([this] { return content("log").find("SIGUSR1") != std::string::npos; }));
		CPPUNIT_ASSERT(content("log.1").find("listening on") != std::string::npos);
		end(server);
		CPPUNIT_ASSERT(content("log").find("SIGTERM") != std::string::npos);
	}

	void testSignalOpensARenamedFileAnew()
	{
		ChildProcess server(SERVER, toFile({}));
		static_cast<void>(portFrom("log"));
		Poco::File(_directory.path("log")).renameTo(_directory.path("log.old"));
		server.signal(SIGUSR1);
		CPPUNIT_ASSERT(eventually([this] { return exists("log"); }));
		end(server);
		CPPUNIT_ASSERT(content("log").find("SIGTERM") != std::string::npos);
		CPPUNIT_ASSERT_EQUAL(std::string::npos, content("log.old").find("SIGTERM"));
		CPPUNIT_ASSERT_EQUAL(""s, server.everything(Output::Stderr));
	}

	void testFileThatCannotBeWrittenIsRefused()
	{
		expectRefusal(endingOf(SERVER, {"--log-target", "file", "--log-file", "/no/such/log"}), 78,
			{"/no/such/log", "No such file", "log.file"});
		expectRefusal(endingOf(SERVER, {"--log-target", "file", "--log-file", _directory.path()}), 78,
			{_directory.path(), "Is a directory", "log.file"});
	}

	void testFullDiskCostsLinesOnly()
	{
		// The port is not told anywhere: that it ends as it should is what can be seen.
		ChildProcess server(SERVER, {"--bind-addr", "127.0.0.1", "--control-port", "0", "--log-target",
										"file", "--log-file", "/dev/full"});
		CPPUNIT_ASSERT(eventually([&server] { return hasThread(server.pid(), "signals"); }));
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
		CPPUNIT_ASSERT_EQUAL(""s, server.everything(Output::Stderr));
	}

	void testJournalGetsPrioritiesAndNoTimes()
	{
		const std::string text = underJournal(0);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t(0), text.find("<6>bore.server: listening on "));
		CPPUNIT_ASSERT(text.find("\n<6>signals: SIGTERM") != std::string::npos);
	}

	void testOtherStreamThanTheJournalGetsTimes()
	{
		const std::string text = underJournal(1);
		CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t(0), text.find("20"));
		CPPUNIT_ASSERT(text.find("Z Information bore.server: listening on ") == 23);
	}

	void testJsonLinesParse()
	{
		const EchoService service;
		ProgramTunnel tunnel(service.port(), {"--log-format", "json", "--log-level", "trace"});
		{
			auto visitor = tunnel.visit();
			expectEcho(visitor);
		}
		static_cast<void>(tunnel.server.readLineWith(Output::Stderr, "bytes up"));
		end(tunnel.server);
		std::istringstream lines(tunnel.server.everything(Output::Stderr));
		int count = 0;
		for (std::string line; std::getline(lines, line); ++count)
		{
			Poco::JSON::Parser parser;
			const auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
			CPPUNIT_ASSERT_EQUAL(std::size_t(5), object->size());
			CPPUNIT_ASSERT_EQUAL(static_cast<int>(tunnel.server.pid()), object->getValue<int>("pid"));
			CPPUNIT_ASSERT(!object->getValue<std::string>("message").empty());
		}
		CPPUNIT_ASSERT(count >= 5);
	}

	void testStderrThatNobodyReadsStopsNobody()
	{
		const EchoService service;
		ProgramTunnel tunnel(service.port(), {"--log-level", "trace"});
		// Each has several lines: more than the pipe holds, which nobody reads.
		for (std::size_t written = 0; written < 2 * PIPE_BYTES; written += 100)
		{
			auto visitor = tunnel.visit();
			expectEcho(visitor);
			tunnel.client.readOn();
		}
		tunnel.server.signal(SIGTERM);
		// Nobody reads its last words, either: waitForExit() would.
		CPPUNIT_ASSERT(eventually([&tunnel] { return isGone(tunnel.server.pid()); }));
		CPPUNIT_ASSERT_EQUAL(0, tunnel.server.waitForExit());
	}

private:
	[[nodiscard]] Arguments toFile(const Arguments& more) const
	{
		Arguments arguments{"--bind-addr", "127.0.0.1", "--control-port", "0", "--log-target", "file",
			"--log-file", _directory.path("log")};
		arguments.insert(arguments.end(), more.begin(), more.end());
		return arguments;
	}

	[[nodiscard]] std::string underJournal(unsigned off) const
	/// What a server writes to a standard error that JOURNAL_STREAM names, or
	/// misses by as much.
	{
		const std::string path = _directory.write("stderr", "");
		struct stat status = {};
		CPPUNIT_ASSERT_EQUAL(0, ::stat(path.c_str(), &status));
		const std::string stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino + off);
		ChildProcess server("/bin/sh",
			{"-c", "exec \"$0\" --config \"$2\" --bind-addr 127.0.0.1 --control-port 0 2>>\"$1\"", SERVER,
				path, ChildProcess::NO_CONFIGURATION},
			{{"JOURNAL_STREAM", stream}});
		static_cast<void>(portFrom("stderr"));
		end(server);
		return content("stderr");
	}

	[[nodiscard]] std::uint16_t portFrom(const std::string& name) const
	{
		const std::string before = "listening on 127.0.0.1:";
		CPPUNIT_ASSERT(eventually([&] { return content(name).find(before) != std::string::npos; }));
		const std::string text = content(name);
		return static_cast<std::uint16_t>(std::stoul(text.substr(text.find(before) + before.size())));
	}

	static void end(ChildProcess& server)
	{
		server.signal(SIGTERM);
		CPPUNIT_ASSERT_EQUAL(0, server.waitForExit());
	}

	static bool isGone(pid_t pid)
	/// Ended, if not waited for yet.
	{
		std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
		const std::string text{std::istreambuf_iterator<char>(stat), {}};
		const auto state = text.rfind(") ");
		return state == std::string::npos || text.at(state + 2) == 'Z';
	}

	static bool hasThread(pid_t pid, const std::string& name)
	{
		std::vector<std::string> threads;
		const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
		Poco::File(tasks).list(threads);
		for (const auto& thread : threads)
		{
			std::ifstream file(tasks + "/" + thread + "/comm");
			std::string line;
			if (std::getline(file, line) && line == name) return true;
		}
		return false;
	}

	void grow(const std::string& name, std::size_t bytes) const
	{
		std::ofstream file(_directory.path(name), std::ios::app);
		file << std::string(bytes - content(name).size() - 1, 'x') << '\n';
	}

	[[nodiscard]] bool exists(const std::string& name) const
	{
		return Poco::File(_directory.path(name)).exists();
	}

	[[nodiscard]] std::string content(const std::string& name) const
	{
		std::ifstream file(_directory.path(name));
		return {std::istreambuf_iterator<char>(file), {}};
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogProgramTest);
