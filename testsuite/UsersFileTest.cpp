//
// UsersFileTest.cpp
//

#include "Server/UsersFile.h"
#include "Shared/RoleFailure.h"
#include "Shared/UtcTime.h"
#include "Shared/Uuid.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

namespace
{

struct Row
/// A line behind "user.alice.secret = a", and what is told of it, behind "FILE:2: ".
{
	std::string line;
	std::string told;
};

const std::string BAD_NAME = "the name is 1 to 64 of A-Z, a-z, 0-9, _ and -";
const std::string LONG_NAME(65, 'x');

const std::vector<Row> ROWS{
	{"user.alice.port = 1", "user.alice.port: unknown key: did you mean \"user.alice.ports\"?"},
	{"users.alice.ports = 1", "users.alice.ports: unknown key: did you mean \"user.alice.ports\"?"},
	{"user.<name>.ports = 1", "user.<name>.ports: unknown key: in user.<name>.ports " + BAD_NAME},
	{"user.a b.ports = 1", "user.a ...: unknown key: a key is one word, as in \"key = value\""},
	{"user..ports = 1", "user..ports: unknown key: in user.<name>.ports " + BAD_NAME},
	{"user.-.ports = 1",
		"user.-.ports: log lines call whoever has the server's own secret \"-\": give the user "
		"another name"},
	{"user.a.b.ports = 1", "user.a.b.ports: unknown key: in user.<name>.ports " + BAD_NAME},
	{"user." + LONG_NAME + ".ports = 1",
		"user." + LONG_NAME + ".ports: unknown key: in user.<name>.ports " + BAD_NAME},
	{"colours = red",
		"colours: unknown key: known here are user.<name>.secret, user.<name>.secretFile, user.<name>.ports, "
		"user.<name>.maxTunnels, user.<name>.maxConnections, user.<name>.expires, user.<name>.allow"},
	{"user.alice.ports = 80-70", "user.alice.ports: \"80-70\" runs backwards: write the lower port first"},
	{"user.alice.ports =", "user.alice.ports: the list is empty: write ports, such as 9000 or 8000-8100"},
	{"user.alice.maxTunnels = many",
		"user.alice.maxTunnels: \"many\": expected a whole number from 0 to 1000000"},
	{"user.alice.maxConnections = -1",
		"user.alice.maxConnections: \"-1\": expected a whole number from 0 to 1000000"},
	{"user.alice.expires = soon",
		"user.alice.expires: \"soon\": expected a date or a UTC time, 2026-12-31 or 2026-12-31T18:00:00Z"},
	{"user.alice.allow = 192.0.2.1/24",
		"user.alice.allow: \"192.0.2.1/24\" has bits behind its prefix: write 192.0.2.0/24"},
	{"user.alice.secret = b", "user.alice.secret: the key is given twice: line 1 has it already"},
	{"user.alice.secretFile = f",
		"user.alice.secretFile: user.alice.secret and user.alice.secretFile are two "
		"ways of one thing: give one of them"},
	{"user.alice.secretFile =", "user.alice.secretFile: \"\": expected the path of a file"},
	{"user.bob.ports = 80", "user.bob.ports: the user has no secret: add user.bob.secret = ..."},
	{"user.bob.secret = a",
		"user.bob.secret: the same secret as user.alice.secret (line 1): nobody could tell "
		"the two apart; give each user a secret of its own"},
	{"user.bob.secret", "expected \"key = value\", or a comment that starts with #"},
};

} // namespace

class UsersFileTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UsersFileTest);
	CPPUNIT_TEST(testEveryKeyIsRead);
	CPPUNIT_TEST(testUserNeedsNoMoreThanASecret);
	CPPUNIT_TEST(testSecretOfAFileOfItsOwn);
	CPPUNIT_TEST(testFileOfOthersIsRefusedUnlessAllowed);
	CPPUNIT_TEST(testEachWrongLineIsToldAlone);
	CPPUNIT_TEST(testAllFaultsAreToldAtOnce);
	CPPUNIT_TEST(testFaultThatFollowsFromAnotherIsNotTold);
	CPPUNIT_TEST(testGuideNamesEveryKey);
	CPPUNIT_TEST(testSecretIsNeverShown);
	CPPUNIT_TEST(testTwoUsersWithOneSecretAreRefused);
	CPPUNIT_TEST(testTheServersOwnSecretIsRefused);
	CPPUNIT_TEST(testFileWithoutUsersIsRefused);
	CPPUNIT_TEST(testMissingFileNamesTheKey);
	CPPUNIT_TEST(testTenThousandUsersAreRead);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryKeyIsRead()
	{
		const auto users = read("user.alice.secret = a\n"
								"user.alice.ports = 8000-8100, 9000\n"
								"user.alice.maxTunnels = 3\n"
								"user.alice.maxConnections = 100\n"
								"user.alice.expires = 2027-01-31\n"
								"user.alice.allow = 192.0.2.0/24\n"
								"user.bob.secret = b\n");
		CPPUNIT_ASSERT_EQUAL(std::size_t(2), users.size());
		const auto& alice = users[0];
		CPPUNIT_ASSERT_EQUAL("alice"s, alice.name);
		CPPUNIT_ASSERT(alice.key == AnswerKey(Secret("a")));
		CPPUNIT_ASSERT_EQUAL(std::size_t(102), alice.ports.size());
		CPPUNIT_ASSERT_EQUAL(std::size_t(3), alice.maxTunnels);
		CPPUNIT_ASSERT_EQUAL(std::size_t(100), alice.maxConnections);
		CPPUNIT_ASSERT(alice.expires == parseTime("2027-01-31"));
		CPPUNIT_ASSERT(alice.allowed.contains(Poco::Net::IPAddress("192.0.2.1")));
		CPPUNIT_ASSERT_EQUAL("bob"s, users[1].name);
	}

	void testUserNeedsNoMoreThanASecret()
	{
		const auto users = read("user.a-B_9.secret = x\n");
		CPPUNIT_ASSERT_EQUAL("a-B_9"s, users.at(0).name);
		CPPUNIT_ASSERT(users[0].ports.empty());
		CPPUNIT_ASSERT(users[0].allowed.empty());
		CPPUNIT_ASSERT(!users[0].expires);
		CPPUNIT_ASSERT_EQUAL(std::size_t(0), users[0].maxTunnels);
	}

	void testSecretOfAFileOfItsOwn()
	{
		const auto file = _directory.write("alice.secret", "from a file\n");
		CPPUNIT_ASSERT(
			read("user.alice.secretFile = " + file + "\n").at(0).key == AnswerKey(Secret("from a file")));
	}

	void testFileOfOthersIsRefusedUnlessAllowed()
	{
		const auto path = write("user.alice.secret = a\n");
		for (const ::mode_t mode : {0604, 0640, 0620, 0610, 0602})
		{
			CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), mode));
			CPPUNIT_ASSERT_THROW(
				static_cast<void>(UsersFile(path, Permissions::Strict).users(std::nullopt)), RoleFailure);
			CPPUNIT_ASSERT_EQUAL(
				std::size_t(1), UsersFile(path, Permissions::Any).users(std::nullopt).size());
		}
		const auto text =
			failure([&] { static_cast<void>(UsersFile(path, Permissions::Strict).users(std::nullopt)); });
		CPPUNIT_ASSERT_EQUAL(
			path + ": is open to others (mode 602): chmod 600 it, or set permissions.strict = false", text);
	}

	void testEachWrongLineIsToldAlone()
	{
		const std::string file = _directory.path("users.properties");
		for (const auto& [line, told] : ROWS)
			CPPUNIT_ASSERT_EQUAL(file + ":2: " + told,
				failure(
					[&, &text = line] { static_cast<void>(read("user.alice.secret = a\n" + text + "\n")); }));
		CPPUNIT_ASSERT_EQUAL(
			file + ":1: user.alice.secret: the secret is empty: write one, or leave the user out",
			failure([&] { static_cast<void>(read("user.alice.secret =\n")); }));
		CPPUNIT_ASSERT_EQUAL(
			file + ":1: user.alice.secretFile: secret file \"/no/such\" cannot be read: No such "
				   "file or directory",
			failure([&] { static_cast<void>(read("user.alice.secretFile = /no/such\n")); }));
	}

	void testAllFaultsAreToldAtOnce()
	{
		const auto path = write("user.alice.ports = 80-70\n"
								"user.alice.secret = a\n"
								"user.bob.maxTunels = 3\n"
								"user.bob.secret = a\n"
								"user.carol.allow = 10.0.0.0/8\n"
								"user.dave.secretFile = /no/such\n");
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0604));
		CPPUNIT_ASSERT_EQUAL(
			path + ": is open to others (mode 604): chmod 600 it, or set permissions.strict = false\n" +
				path + ":1: user.alice.ports: \"80-70\" runs backwards: write the lower port first\n" + path +
				":3: user.bob.maxTunels: unknown key: did you mean \"user.bob.maxTunnels\"?\n" + path +
				":4: user.bob.secret: the same secret as user.alice.secret (line 2): nobody could tell the "
				"two "
				"apart; give each user a secret of its own\n" +
				path + ":5: user.carol.allow: the user has no secret: add user.carol.secret = ...\n" + path +
				":6: user.dave.secretFile: secret file \"/no/such\" cannot be read: No such file or "
				"directory",
			failure([&] { static_cast<void>(UsersFile(path, Permissions::Strict).users(std::nullopt)); }));
	}

	void testFaultThatFollowsFromAnotherIsNotTold()
	{
		const std::string file = _directory.path("users.properties");
		CPPUNIT_ASSERT_EQUAL(file + ":1: user.alice.secert: unknown key: did you mean \"user.alice.secret\"?",
			failure([&] { static_cast<void>(read("user.alice.secert = a\nuser.alice.maxTunnels = 1\n")); }));
		// Behind a line that cannot be read, the secret may be hidden.
		CPPUNIT_ASSERT_EQUAL(
			file + ":1: expected \"key = value\", or a comment that starts with #\n" + file +
				":2: user.alice.maxTunnels: \"x\": expected a whole number from 0 to 1000000",
			failure(
				[&] {
					static_cast<void>(
						read("user.alice.secret\nuser.alice.maxTunnels = x\nuser.bob.ports = 1\n"));
				}));
	}

	void testGuideNamesEveryKey()
	{
		std::ifstream guide(BORE_CONF_DIR "/../doc/USERS.md");
		const std::string text{std::istreambuf_iterator<char>(guide), {}};
		for (auto key : UserSettings::table().keys())
		{
			key.replace(key.find("<name>"), 6, "NAME");
			CPPUNIT_ASSERT_MESSAGE(key, text.find("| `" + key + "` |") != std::string::npos);
		}
	}

	void testSecretIsNeverShown()
	{
		for (const char* text : {"user.alice.secret hunter2 =\n", "user.alice.secert = hunter2\n",
				 "user.a.secret = hunter2\nuser.b.secret = hunter2\n", "alice hunter2 = x\n"})
		{
			const auto told = failure([&] { static_cast<void>(read(text)); });
			CPPUNIT_ASSERT_MESSAGE(told, told.find("hunter2") == std::string::npos);
		}
	}

	void testTwoUsersWithOneSecretAreRefused()
	{
		const auto path = _directory.path("users.properties");
		const auto file = _directory.write("secret", "a\n");
		CPPUNIT_ASSERT_EQUAL(path + ":2: user.bob.secret: the same secret as user.alice.secretFile (line 1): "
									"nobody could tell the two apart; give each user a secret of its own",
			failure([&]
				{ static_cast<void>(read("user.alice.secretFile = " + file + "\nuser.bob.secret = a\n")); }));
	}

	void testTheServersOwnSecretIsRefused()
	{
		const auto path = write("user.alice.secret = a\nuser.bob.secret = own\n");
		const auto text =
			failure([&] { static_cast<void>(UsersFile(path, Permissions::Strict).users(Secret("own"))); });
		CPPUNIT_ASSERT_MESSAGE(
			text, text.find(path + ":2: user.bob.secret: the same secret as the server's own: nobody") == 0);
	}

	void testFileWithoutUsersIsRefused()
	{
		for (const char* text : {"", "# user.alice.secret = a\n"})
			CPPUNIT_ASSERT(failure([&] { static_cast<void>(read(text)); }).find("no user is in it") !=
						   std::string::npos);
	}

	void testMissingFileNamesTheKey()
	{
		CPPUNIT_ASSERT(
			failure(
				[&] {
					static_cast<void>(
						UsersFile(_directory.path("none"), Permissions::Strict).users(std::nullopt));
				}) == _directory.path("none") + ": no such file: check the path given to users.file");
	}

	void testTenThousandUsersAreRead()
	{
		constexpr std::size_t MANY = 10000;
		std::string text;
		for (std::size_t i = 0; i < MANY; ++i)
		{
			const std::string user = "user.user" + std::to_string(i);
			text += user + ".secret = 0123456789abcdef0123456789abcdef" + std::to_string(i) + "\n";
			text += user + ".ports = " + std::to_string(1024 + i) + "\n";
			text += user + ".maxTunnels = 3\n";
		}
		const auto path = write(text);
		const auto begin = std::chrono::steady_clock::now();
		const auto users = UsersFile(path, Permissions::Strict).users(std::nullopt);
		const auto took = std::chrono::steady_clock::now() - begin;
		std::cout << " " << MANY << " users, " << text.size() / 1024
				  << " KiB: " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
				  << " ms ";
		CPPUNIT_ASSERT_EQUAL(MANY, users.size());
		CPPUNIT_ASSERT_EQUAL("user9999"s, users.back().name);
	}

private:
	[[nodiscard]] std::string write(const std::string& text) const
	{
		auto path = _directory.write("users.properties", text);
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0600));
		return path;
	}

	[[nodiscard]] std::vector<User> read(const std::string& text) const
	{
		return UsersFile(write(text), Permissions::Strict).users(std::nullopt);
	}

	template <typename Work>
	[[nodiscard]] static std::string failure(Work&& work)
	{
		try
		{
			work();
		}
		catch (const RoleFailure& e)
		{
			CPPUNIT_ASSERT(ExitCode::Configuration == e.code());
			return e.what();
		}
		CPPUNIT_FAIL("nothing was thrown");
		return {};
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsersFileTest);
