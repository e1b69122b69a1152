//
// PropertiesFileTest.cpp
//

#include "Shared/PropertiesFile.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;

class PropertiesFileTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PropertiesFileTest);
	CPPUNIT_TEST(testKeysValuesAndLines);
	CPPUNIT_TEST(testContinuedValueCountsItsLines);
	CPPUNIT_TEST(testBackslashesMustBeDoubled);
	CPPUNIT_TEST(testReferencesAreNotExpanded);
	CPPUNIT_TEST(testEmptyFileHasNoEntries);
	CPPUNIT_TEST(testEmptyValueIsKept);
	CPPUNIT_TEST(testDuplicateKeyNamesBothLines);
	CPPUNIT_TEST(testLineWithoutSeparatorIsRefusedUnseen);
	CPPUNIT_TEST(testAllFaultsAreTold);
	CPPUNIT_TEST(testKeyGivenTwiceIsNoEntry);
	CPPUNIT_TEST(testKeyThatMayHoldASecretIsCutShort);
	CPPUNIT_TEST(testLastLineWithoutALineEndIsRefused);
	CPPUNIT_TEST(testBinaryFileIsRefused);
	CPPUNIT_TEST(testHugeFileIsRefused);
	CPPUNIT_TEST(testMissingFileIsRefused);
	CPPUNIT_TEST(testDirectoryIsRefused);
	CPPUNIT_TEST(testFifoIsRefusedAtOnce);
	CPPUNIT_TEST(testUnreadableFileIsRefused);
	CPPUNIT_TEST(testReadErrorIsNoEmptyFile);
	CPPUNIT_TEST(testLimitOfTheCallerHolds);
	CPPUNIT_TEST_SUITE_END();

public:
	void testKeysValuesAndLines()
	{
		const PropertiesFile file =
			read("# comment\n\nminPort = 80\n ! comment = x\n  control.port:7835\r\nlast=  a b  \n");
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), file.entries().size());
		expectEntry(file, 0, "minPort", "80", 3);
		expectEntry(file, 1, "control.port", "7835", 5);
		expectEntry(file, 2, "last", "a b", 6);
		CPPUNIT_ASSERT_EQUAL(_directory.path("f") + ":3", file.where(file.entries()[0]));
	}

	void testContinuedValueCountsItsLines()
	{
		const PropertiesFile file = read("a = 1\\\n2\nb = 3\\\r\n4\r\nc = 5\n");
		expectEntry(file, 0, "a", "12", 1);
		expectEntry(file, 1, "b", "34", 3);
		expectEntry(file, 2, "c", "5", 5);
	}

	void testBackslashesMustBeDoubled()
	{
		const PropertiesFile file = read("one = a\\b\ntwo = a\\\\b\nend = x\\\\\nnext = y\n");
		expectEntry(file, 0, "one", "ab", 1);
		expectEntry(file, 1, "two", "a\\b", 2);
		expectEntry(file, 2, "end", "x\\", 3);
		expectEntry(file, 3, "next", "y", 4);
	}

	void testReferencesAreNotExpanded()
	{
		expectEntry(read("secret = ${system.osName}$\n"), 0, "secret", "${system.osName}$", 1);
	}

	void testEmptyFileHasNoEntries()
	{
		CPPUNIT_ASSERT(read("").entries().empty());
		CPPUNIT_ASSERT(read("\n\n# nothing\n").entries().empty());
	}

	void testEmptyValueIsKept() { expectEntry(read("secret =\nx = 1\n"), 0, "secret", "", 1); }

	void testDuplicateKeyNamesBothLines()
	{
		expectRefusal("a = 1\nb = 2\na = 3\n", ":3: a: the key is given twice: line 1 has it already");
	}

	void testLineWithoutSeparatorIsRefusedUnseen()
	{
		expectRefusal(
			"a = 1\nsecret hunter2\n", ":2: expected \"key = value\", or a comment that starts with #");
		expectRefusal("secret hunter2\n", ":1: expected \"key = value\", or a comment that starts with #");
	}

	void testAllFaultsAreTold()
	{
		const std::string path = _directory.write("f", "a\nb = 1\nc\nb = 2\nd = 3");
		const std::string words = ": expected \"key = value\", or a comment that starts with #\n";
		expectRefusalOf(
			path, path + ":1" + words + path + ":3" + words + path +
					  ":4: b: the key is given twice: line 2 has it already\n" + path +
					  ":5: the last line has no line end, as if half written: write beside the file, "
					  "then rename");
	}

	void testKeyGivenTwiceIsNoEntry()
	{
		SettingFaults faults;
		const PropertiesFile file({_directory.write("f", "a = 1\nb = 2\na = 3\n")}, faults);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, file.entries().size());
		expectEntry(file, 0, "b", "2", 2);
	}

	void testKeyThatMayHoldASecretIsCutShort()
	{
		expectRefusal("secret hunter2 = 1\nsecret hunter2 = 2\n",
			":2: secret ...: the key is given twice: line 1 has it already");
	}

	void testLastLineWithoutALineEndIsRefused()
	{
		for (const std::string text : {"a = 1\nb = 2", "a = 1\nb =", "a = 1\n# b", "a = 1\n "})
			expectRefusal(text,
				":2: the last line has no line end, as if half written: write beside the file, then rename");
	}

	void testBinaryFileIsRefused()
	{
		expectRefusal(std::string("a\0b = 1\n", 8), ": holds a NUL byte: it is no configuration file");
	}

	void testHugeFileIsRefused()
	{
		expectRefusal(std::string(1024 * 1024 + 1, '#'), ": is over 1 MiB: it is no configuration file");
	}

	void testMissingFileIsRefused()
	{
		expectRefusalOf("/no/such/file", "/no/such/file: no such file: check the path given to --config");
	}

	void testDirectoryIsRefused()
	{
		expectRefusalOf(_directory.path(), _directory.path() + ": is a directory: --config takes a file");
	}

	void testFifoIsRefusedAtOnce()
	{
		CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(_directory.path("fifo").c_str(), 0600));
		expectRefusalOf(
			_directory.path("fifo"), _directory.path("fifo") + ": is no regular file: --config takes one");
	}

	void testUnreadableFileIsRefused()
	{
		// Root may read anything, so the file is read as somebody else.
		const std::string path = _directory.write("f", "a = 1\n");
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0));
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(_directory.path().c_str(), 0755));
		const bool root = ::geteuid() == 0;
		constexpr uid_t NOBODY = 65534;
		if (root) CPPUNIT_ASSERT_EQUAL(0, ::seteuid(NOBODY));
		const Refusal refusal = refusalOf([&path] { PropertiesFile file(path); });
		if (root) CPPUNIT_ASSERT_EQUAL(0, ::seteuid(0));
		CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
		CPPUNIT_ASSERT_EQUAL(
			path + ": cannot be opened: Permission denied: check its permissions", refusal.text);
	}

	void testReadErrorIsNoEmptyFile()
	{
		expectRefusalOf("/proc/self/mem", "/proc/self/mem: cannot be read: Input/output error");
	}

	void testLimitOfTheCallerHolds()
	{
		ConfigFile source{_directory.write("f", std::string(2 * ConfigFile::USUAL_MAX_BYTES - 1, '#') + "\n"),
			"users.file", 0, 2 * ConfigFile::USUAL_MAX_BYTES};
		SettingFaults faults;
		CPPUNIT_ASSERT(PropertiesFile(source, faults).entries().empty());
		CPPUNIT_ASSERT(faults.empty());
		static_cast<void>(_directory.write("f", std::string(2 * ConfigFile::USUAL_MAX_BYTES, '#') + "\n"));
		const PropertiesFile tooLong(source, faults);
		CPPUNIT_ASSERT_EQUAL(source.path + ": is over 2 MiB: it is no configuration file",
			std::string(faults.failure().what()));
	}

private:
	[[nodiscard]] PropertiesFile read(const std::string& content) const
	{
		return PropertiesFile(_directory.write("f", content));
	}

	void expectRefusal(const std::string& content, const std::string& text) const
	{
		const std::string path = _directory.write("f", content);
		expectRefusalOf(path, path + text);
	}

	static void expectRefusalOf(const std::string& path, const std::string& text)
	{
		const Refusal refusal = refusalOf([&path] { PropertiesFile file(path); });
		CPPUNIT_ASSERT_EQUAL(text, refusal.text);
		CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
	}

	static void expectEntry(const PropertiesFile& file, std::size_t at, const std::string& key,
		const std::string& value, std::size_t line)
	{
		const auto& entry = file.entries().at(at);
		CPPUNIT_ASSERT_EQUAL(key, entry.key);
		CPPUNIT_ASSERT_EQUAL(value, entry.value);
		CPPUNIT_ASSERT_EQUAL(line, entry.line);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PropertiesFileTest);
