//
// OperatingGuideTest.cpp
//

#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/String.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <map>
#include <string>
#include <sys/stat.h>

using namespace Bore::Test;
using namespace std::string_literals;

class OperatingGuideTest : public CppUnit::TestFixture
/// The files that doc/OPERATING.md shows, each below a line with its path, are taken as they stand.
{
	CPPUNIT_TEST_SUITE(OperatingGuideTest);
	CPPUNIT_TEST(testServersConfigurationIsCorrect);
	CPPUNIT_TEST(testClientsConfigurationIsCorrect);
	CPPUNIT_TEST(testClientsSecretIsThatOfItsUser);
	CPPUNIT_TEST(testClientMayHaveItsPorts);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		std::ifstream guide(BORE_CONF_DIR "/../doc/OPERATING.md");
		CPPUNIT_ASSERT(guide);
		std::string path;
		for (std::string line; std::getline(guide, line);)
		{
			if (line.rfind("`/etc/", 0) == 0 && line.find("`:") == line.size() - 2)
				path = line.substr(1, line.size() - 3);
			else if (!path.empty() && line.rfind("    ", 0) == 0)
				_files[path] += line.substr(4) + "\n";
			else if (!path.empty() && line.empty())
				_files[path] += "\n";
			else
				path.clear();
		}
		for (const auto& [name, text] : _files)
		{
			const std::string file = _directory.write(name.substr(name.rfind('/') + 1),
				Poco::replace(text, "/etc/bore"s, _directory.path()).substr(1));
			CPPUNIT_ASSERT_EQUAL(0, ::chmod(file.c_str(), 0600));
		}
	}

	void testServersConfigurationIsCorrect() { expectCorrect(BORE_SERVER_BINARY, "bore-server.properties"); }

	void testClientsConfigurationIsCorrect() { expectCorrect(BORE_CLIENT_BINARY, "bore-client.properties"); }

	void testClientsSecretIsThatOfItsUser()
	{
		const std::string secret = Poco::trim(_files.at("/etc/bore/alice.secret"));
		const std::string users = _files.at("/etc/bore/users.properties");
		CPPUNIT_ASSERT(users.find("user.alice.secret         = " + secret + "\n") != std::string::npos);
	}

	void testClientMayHaveItsPorts()
	{
		const std::string client = _files.at("/etc/bore/bore-client.properties");
		const std::string users = _files.at("/etc/bore/users.properties");
		CPPUNIT_ASSERT(users.find("user.alice.ports          = 20000-20099\n") != std::string::npos);
		for (const char* port : {"tunnel.web.port = 20000\n", "tunnel.ssh.port = 20022\n"})
			CPPUNIT_ASSERT_MESSAGE(port, client.find(port) != std::string::npos);
	}

private:
	void expectCorrect(const std::string& program, const std::string& file) const
	{
		const Ending ending = endingOf(program, {"--check-config", "--config", _directory.path(file)});
		CPPUNIT_ASSERT_EQUAL(""s, ending.err);
		CPPUNIT_ASSERT_EQUAL("configuration is correct\n"s, ending.out);
		CPPUNIT_ASSERT_EQUAL(0, ending.code);
	}

	const TemporaryDirectory _directory;
	std::map<std::string, std::string> _files; /// what the guide shows, by path
};

CPPUNIT_TEST_SUITE_REGISTRATION(OperatingGuideTest);
