//
// UsersFileTest.cpp
//

#include "Server/UsersFile.h"
#include "Shared/RoleFailure.h"
#include "Shared/UtcTime.h"
#include "Shared/Uuid.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

class UsersFileTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UsersFileTest);
	CPPUNIT_TEST(testEveryKeyIsRead);
	CPPUNIT_TEST(testUserNeedsNoMoreThanASecret);
	CPPUNIT_TEST(testSecretOfAFileOfItsOwn);
	CPPUNIT_TEST(testFileOfOthersIsRefusedUnlessAllowed);
	CPPUNIT_TEST(testFaultsAreToldWithTheLine);
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
		expectFault("user.alice.secretFile = " + _directory.path("none") + "\n", 1, "cannot be read");
	}

	void testFileOfOthersIsRefusedUnlessAllowed()
	{
		const auto path = write("user.alice.secret = a\n");
		for (const ::mode_t mode : {0604, 0640, 0620, 0610, 0602})
		{
			CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), mode));
			CPPUNIT_ASSERT_THROW(UsersFile(path, Permissions::Strict), RoleFailure);
			CPPUNIT_ASSERT_EQUAL(
				std::size_t(1), UsersFile(path, Permissions::Any).users(std::nullopt).size());
		}
		const auto text = failure([&] { static_cast<void>(UsersFile(path, Permissions::Strict)); });
		CPPUNIT_ASSERT_EQUAL(
			path + ": is open to others (mode 602): chmod 600 it, or set permissions.strict = false", text);
	}

	void testFaultsAreToldWithTheLine()
	{
		const std::string good = "user.alice.secret = a\n";
		expectFault(
			good + "user.alice.port = 1\n", 2, "unknown key \"user.alice.port\": did you mean \"ports\"?");
		expectFault(good + "users.alice.ports = 1\n", 2, "expected user.NAME.KEY");
		expectFault(good + "user.ports = 1\n", 2, "expected user.NAME.KEY");
		expectFault(good + "user.a b.ports = 1\n", 2, "a user's name \"a b\"");
		expectFault(good + "user..ports = 1\n", 2, "a user's name \"\"");
		expectFault(good + "user.a.b.ports = 1\n", 2, "a user's name \"a.b\"");
		expectFault(good + "user." + std::string(65, 'x') + ".ports = 1\n", 2, "a user's name");
		expectFault(good + "\nuser.alice.ports = 80-70\n", 3, "user.alice.ports \"80-70\" runs backwards");
		expectFault(
			good + "user.alice.maxTunnels = many\n", 2, "user.alice.maxTunnels \"many\": expected a whole");
		expectFault(good + "user.alice.maxConnections = -1\n", 2, "expected a whole number");
		expectFault(good + "user.alice.expires = soon\n", 2, "expected a date");
		expectFault(good + "user.alice.allow = 192.0.2.1/24\n", 2, "write 192.0.2.0/24");
		expectFault(good + "user.bob.ports = 80\n", 2, "user bob has no secret: add user.bob.secret");
		expectFault(good + "user.alice.secretFile = f\n", 2, "two ways of one thing");
		expectFault("user.alice.secret =\n", 1, "user.alice.secret: the secret is empty");
		expectFault(good + "user.alice.secret = b\n", 2, "is given twice");
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
		expectFault("user.alice.secret = a\nuser.bob.secret = b\nuser.carol.secret = a\n", 3,
			"user.carol.secret gives the same secret as user.alice.secret (line 1)");
		const auto file = _directory.write("secret", "a\n");
		expectFault("user.alice.secretFile = " + file + "\nuser.bob.secret = a\n", 2,
			"the same secret as user.alice.secretFile (line 1)");
	}

	void testTheServersOwnSecretIsRefused()
	{
		const auto path = write("user.alice.secret = a\nuser.bob.secret = own\n");
		const auto text =
			failure([&] { static_cast<void>(UsersFile(path, Permissions::Strict).users(Secret("own"))); });
		CPPUNIT_ASSERT_MESSAGE(
			text, text.find(path + ":2: user.bob.secret gives the same secret as the server's own") == 0);
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
			failure([&] { UsersFile(_directory.path("none"), Permissions::Strict); }).find("users.file") !=
			std::string::npos);
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

	void expectFault(const std::string& text, std::size_t line, const std::string& part) const
	{
		const auto told = failure([&] { static_cast<void>(read(text)); });
		CPPUNIT_ASSERT_MESSAGE(
			told, told.find(_directory.path("users.properties") + ":" + std::to_string(line) + ": ") == 0);
		CPPUNIT_ASSERT_MESSAGE(told, told.find(part) != std::string::npos);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsersFileTest);
