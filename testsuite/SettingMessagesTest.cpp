//
// SettingMessagesTest.cpp
//

#include "Shared/NetworkSet.h"
#include "Shared/Settings.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

namespace
{

const SettingTable& table()
{
	using Kind = Setting::Kind;
	static const SettingTable result(
		{"prog", "", "", {}}, {
								  Setting::number("number", 1, 9),
								  Setting::number("seconds", 0, 60).in("seconds"),
								  Setting::of(Kind::Host, "host"),
								  Setting::of(Kind::Address, "address"),
								  Setting::of(Kind::HostPort, "server"),
								  Setting::choice("choice", {"low", "high"}),
								  Setting::flag("flag"),
								  Setting::of(Kind::Networks, "networks"),
								  Setting::of(Kind::PortRanges, "ports"),
								  Setting::of(Kind::Time, "until"),
								  Setting::of(Kind::Path, "path"),
								  Setting::of(Kind::Secret, "secret"),
								  Setting::number("user.<name>.limit", 0, 99),
							  });
	return result;
}

struct Row
/// A line of a file, and what a user is told of it, behind "FILE:1: ".
{
	std::string line;
	std::string told;
};

const std::vector<Row> ROWS{
	{"number = 0", "number: \"0\": expected a whole number from 1 to 9"},
	{"number = 1 0", "number: \"1 0\": expected a whole number from 1 to 9"},
	{"seconds = 1m", "seconds: \"1m\": expected a whole number of seconds from 0 to 60"},
	{"host = a:80", "host: \"a:80\": expected a host name or an IP address, without a port"},
	{"address = localhost", "address: \"localhost\": expected an IP address, such as 127.0.0.1 or ::1"},
	{"server = :80", "server: \":80\" lacks the host: write HOST or HOST:PORT"},
	{"server = h:0", "server: \"h:0\" has a wrong port: write a number from 1 to 65535 after the colon"},
	{"choice = High", "choice: \"High\": expected one of low, high"},
	{"flag = yes", "flag: \"yes\": expected one of true, false"},
	{"networks = 10.0.0.0/8, 10.0.0.1/8",
		"networks: \"10.0.0.1/8\" has bits behind its prefix: write 10.0.0.0/8"},
	{"networks = home",
		"networks: \"home\" is no network: write an IP address and a prefix, 192.0.2.0/24 or 2001:db8::/32"},
	{"networks = ::/200",
		"networks: \"::/200\" has a wrong prefix: write a number from 0 to 128 after the slash"},
	{"networks =", "networks: the list is empty: write networks, such as 192.0.2.0/24"},
	{"ports = 80-",
		"ports: \"80-\" is no port from 1 to 65535 and no range of them: write 9000 or 8000-8100"},
	{"ports = 90-80", "ports: \"90-80\" runs backwards: write the lower port first"},
	{"ports =", "ports: the list is empty: write ports, such as 9000 or 8000-8100"},
	{"until = soon", "until: \"soon\": expected a date or a UTC time, 2026-12-31 or 2026-12-31T18:00:00Z"},
	{"path =", "path: \"\": expected the path of a file"},
	{"secret =", "secret: expected a secret that is not empty (leave it out for no authentication)"},
	{"user.bob.limit = 100", "user.bob.limit: \"100\": expected a whole number from 0 to 99"},
	{"user.b b.limit = 1", "user.b ...: unknown key: a key is one word, as in \"key = value\""},
	{"user.b+b.limit = 1",
		"user.b+b.limit: unknown key: in user.<name>.limit the name is 1 to 64 of A-Z, a-z, 0-9, _ and -"},
	{"numbr = 1", "numbr: unknown key: did you mean \"number\"?"},
	{"colours = red", "colours: unknown key: see prog --help for the keys"},
	{"number 1", "expected \"key = value\", or a comment that starts with #"},
};

} // namespace

class SettingMessagesTest : public CppUnit::TestFixture
/// What users are told of what they write, word for word.
{
	CPPUNIT_TEST_SUITE(SettingMessagesTest);
	CPPUNIT_TEST(testEachWrongLineIsToldAlone);
	CPPUNIT_TEST(testGoodValuesPass);
	CPPUNIT_TEST(testTenThousandKeysAreRead);
	CPPUNIT_TEST(testAThousandNetworksAreRead);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEachWrongLineIsToldAlone()
	{
		for (const auto& [line, told] : ROWS)
		{
			const std::string path = _directory.write("f", line + "\n");
			const Refusal refusal = refusalOf(
				[&path] {
					static_cast<void>(load(table(), {"--config", path}));
				});
			CPPUNIT_ASSERT_EQUAL(path + ":1: " + told, refusal.text);
			CPPUNIT_ASSERT(refusal.code == ExitCode::Configuration);
		}
	}

	void testGoodValuesPass()
	{
		const std::string path = _directory.write("f",
			"number = 9\nseconds = 0\nhost = a\naddress = ::1\nserver = h:1\nchoice = low\nflag = true\n"
			"networks = 10.0.0.0/8 ::1\nports = 1-9, 80\nuntil = 2026-12-31\npath = p\nsecret = S\n"
			"user.bob.limit = 99\n");
		CPPUNIT_ASSERT_EQUAL(std::string(), refusalOf(
												[&] {
													static_cast<void>(load(table(), {"--config", path}));
												})
												.text);
	}

	void testTenThousandKeysAreRead()
	{
		std::string text;
		for (int i = 0; i < 10'000; ++i) text += "user.name-" + std::to_string(i) + ".limit = 7\n";
		const std::string path = _directory.write("f", text);
		const auto before = std::chrono::steady_clock::now();
		const Settings settings = load(table(), {"--config", path});
		tell("10,000 keys", before);
		CPPUNIT_ASSERT_EQUAL(std::size_t{10'000}, settings.names("user").size());
		CPPUNIT_ASSERT_EQUAL(std::uint32_t{7}, settings.number("user.name-9999.limit"));
	}

	void testAThousandNetworksAreRead()
	{
		std::string text = "networks = ";
		for (int i = 0; i < 1'000; ++i)
			text += "10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".0/24, ";
		const std::string path = _directory.write("f", text + "\n");
		const auto before = std::chrono::steady_clock::now();
		const Settings settings = load(table(), {"--config", path});
		const NetworkSet networks = NetworkSet::parse(settings.get("networks").text);
		tell("1,000 networks", before);
		CPPUNIT_ASSERT_EQUAL(std::size_t{1'000}, networks.size());
	}

private:
	static void tell(const std::string& what, std::chrono::steady_clock::time_point before)
	{
		const auto taken = std::chrono::steady_clock::now() - before;
		std::cout << what << " in " << std::chrono::duration_cast<std::chrono::microseconds>(taken).count()
				  << " us\n";
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingMessagesTest);
