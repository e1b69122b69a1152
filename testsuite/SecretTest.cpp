//
// SecretTest.cpp
//

#include "Shared/Secret.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <future>
#include <new>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <type_traits>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class SecretTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SecretTest);
	CPPUNIT_TEST(testSecretHasNoTextForm);
	CPPUNIT_TEST(testEmptySecretIsRefused);
	CPPUNIT_TEST(testMemoryIsWipedAtTheEnd);
	CPPUNIT_TEST(testFileIsReadUpToItsFirstLineEnd);
	CPPUNIT_TEST(testFileNeedsNoLineEnd);
	CPPUNIT_TEST(testWindowsLineEndIsNoPartOfTheSecret);
	CPPUNIT_TEST(testSpacesArePartOfTheSecret);
	CPPUNIT_TEST(testLongestLineIsAccepted);
	CPPUNIT_TEST(testTooLongLineIsRefused);
	CPPUNIT_TEST(testPipeIsRead);
	CPPUNIT_TEST(testMissingFileIsNamed);
	CPPUNIT_TEST(testDirectoryIsRefused);
	CPPUNIT_TEST(testSocketIsRefused);
	CPPUNIT_TEST(testEmptyFileIsRefused);
	CPPUNIT_TEST(testEmptyFirstLineIsRefused);
	CPPUNIT_TEST(testEndlessDeviceIsRefused);
	CPPUNIT_TEST_SUITE_END();

	TemporaryDirectory _directory;

	[[nodiscard]] std::string read(const std::string& content) const
	{
		return Secret::fromFile(_directory.write("secret", content)).reveal();
	}

	static std::string failureOf(const std::string& path)
	{
		try
		{
			static_cast<void>(Secret::fromFile(path));
		}
		catch (const std::invalid_argument& exc)
		{
			return exc.what();
		}
		return "no failure";
	}

	template <typename T, typename = void>
	struct IsStreamable : std::false_type
	{
	};

	template <typename T>
	struct IsStreamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
		: std::true_type
	{
	};

public:
	void testSecretHasNoTextForm()
	{
		CPPUNIT_ASSERT(IsStreamable<std::string>::value);
		CPPUNIT_ASSERT(!IsStreamable<Secret>::value);
		CPPUNIT_ASSERT(!(std::is_convertible_v<Secret, std::string>));
		CPPUNIT_ASSERT(!(std::is_convertible_v<Secret, std::string_view>));
	}

	void testEmptySecretIsRefused() { CPPUNIT_ASSERT_THROW(Secret(""), std::invalid_argument); }

	void testMemoryIsWipedAtTheEnd()
	{
		// Short enough for the string to keep it within the object itself.
		constexpr std::string_view VALUE = "s3cr3t";
		alignas(Secret) std::array<char, sizeof(Secret)> memory{};
		const auto holdsValue = [&]
		{ return std::search(memory.begin(), memory.end(), VALUE.begin(), VALUE.end()) != memory.end(); };
		auto* secret = new (memory.data()) Secret(std::string(VALUE));
		CPPUNIT_ASSERT(holdsValue());
		secret->~Secret();
		CPPUNIT_ASSERT(!holdsValue());
	}

	void testFileIsReadUpToItsFirstLineEnd() { CPPUNIT_ASSERT_EQUAL("abc"s, read("abc\ndef\n")); }
	void testFileNeedsNoLineEnd() { CPPUNIT_ASSERT_EQUAL("abc"s, read("abc")); }

	void testWindowsLineEndIsNoPartOfTheSecret()
	{
		CPPUNIT_ASSERT_EQUAL("abc"s, read("abc\r\ndef\r\n"));
		CPPUNIT_ASSERT_EQUAL("a\rb\r"s, read("a\rb\r\r\n"));
	}

	void testSpacesArePartOfTheSecret() { CPPUNIT_ASSERT_EQUAL(" a b\t"s, read(" a b\t\n")); }

	void testLongestLineIsAccepted()
	{
		const std::string longest(4096, 'x');
		CPPUNIT_ASSERT_EQUAL(longest, read(longest));
		CPPUNIT_ASSERT_EQUAL(longest, read(longest + "\n"));
	}

	void testTooLongLineIsRefused()
	{
		const std::string path = _directory.write("secret", std::string(4097, 'x') + "\n");
		CPPUNIT_ASSERT_EQUAL(
			"secret file \"" + path + "\" has a first line of more than 4096 bytes", failureOf(path));
	}

	void testPipeIsRead()
	{
		const std::string path = _directory.path("pipe");
		CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(path.c_str(), 0600));
		auto written = std::async(std::launch::async, [&] { std::ofstream(path) << "from a pipe\n"; });
		CPPUNIT_ASSERT_EQUAL("from a pipe"s, Secret::fromFile(path).reveal());
		written.get();
		CPPUNIT_ASSERT_EQUAL(
			"from a pipe"s, Secret::fromFile(path).reveal()); // for a reload, and nobody writes
	}

	void testMissingFileIsNamed()
	{
		const std::string path = _directory.path("none");
		CPPUNIT_ASSERT_EQUAL(
			"secret file \"" + path + "\" cannot be read: No such file or directory", failureOf(path));
	}

	void testDirectoryIsRefused()
	{
		const std::string& path = _directory.path();
		CPPUNIT_ASSERT_EQUAL("secret file \"" + path + "\" is a directory", failureOf(path));
	}

	void testSocketIsRefused()
	{
		const std::string path = _directory.path("socket");
		sockaddr_un address = {};
		address.sun_family = AF_UNIX;
		CPPUNIT_ASSERT(path.size() < sizeof(address.sun_path));
		path.copy(address.sun_path, path.size());
		const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
		const int bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
		::close(fd);
		CPPUNIT_ASSERT_EQUAL(0, bound);
		CPPUNIT_ASSERT_EQUAL("secret file \"" + path + "\" is no regular file", failureOf(path));
	}

	void testEmptyFileIsRefused()
	{
		const std::string path = _directory.write("secret", "");
		CPPUNIT_ASSERT_EQUAL(
			"secret file \"" + path + "\" is empty: its first line is the secret", failureOf(path));
	}

	void testEmptyFirstLineIsRefused()
	{
		for (const std::string& content : {"\nabc\n"s, "\r\nabc\n"s, "\n"s, "\r"s})
		{
			const std::string path = _directory.write("secret", content);
			CPPUNIT_ASSERT_EQUAL(
				"secret file \"" + path + "\" starts with an empty line: its first line is the secret",
				failureOf(path));
		}
	}

	void testEndlessDeviceIsRefused()
	{
		CPPUNIT_ASSERT_EQUAL(
			"secret file \"/dev/zero\" has a first line of more than 4096 bytes"s, failureOf("/dev/zero"));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretTest);
