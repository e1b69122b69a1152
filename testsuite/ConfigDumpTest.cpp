//
// ConfigDumpTest.cpp
//

#include "Shared/ConfigDump.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace Bore::Test;
using namespace std::string_literals;

namespace
{

const SettingTable& table()
{
	static const SettingTable result(
		{"prog", "", "", {}}, {
								  Setting::number("port", 1, 65535).orElse("80"),
								  Setting::of(Setting::Kind::Path, "path"),
								  Setting::of(Setting::Kind::Secret, "secret"),
								  Setting::of(Setting::Kind::Host, "tunnel.<name>.host").orElse("localhost"),
								  Setting::of(Setting::Kind::Secret, "tunnel.<name>.secret"),
							  });
	return result;
}

} // namespace

class ConfigDumpTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ConfigDumpTest);
	CPPUNIT_TEST(testEveryKeyIsThereWithItsOrigin);
	CPPUNIT_TEST(testKeysWithoutAValueAreComments);
	CPPUNIT_TEST(testOverruledValuesAreCommentsOrReplaced);
	CPPUNIT_TEST(testWhatNoLayerHasIsAddedToItsFamily);
	CPPUNIT_TEST(testFedBackItGivesTheSame);
	CPPUNIT_TEST(testSpaceAroundAValueIsNoted);
	CPPUNIT_TEST(testOfTwoWaysTheLowerOneIsOverruled);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryKeyIsThereWithItsOrigin()
	{
		const std::string file =
			_directory.write("f", "secret = S\ntunnel.b.host = h\ntunnel.a.secret = T\n");
		CPPUNIT_ASSERT_EQUAL(
			"# --port\nport = 81\n# BORE_PATH\npath = /p\n# " + file + ":1, not shown\n#secret = ***\n# " +
				file +
				":2\ntunnel.b.host = h\n# no value\n#tunnel.b.secret =\n# default\ntunnel.a.host = "
				"localhost\n# " +
				file + ":3, not shown\n#tunnel.a.secret = ***\n",
			configDump(load(table(), {"--config", file, "--port=81"}, {{"BORE_PATH", "/p"}})));
	}

	void testKeysWithoutAValueAreComments()
	{
		CPPUNIT_ASSERT_EQUAL("# default\nport = 80\n# no value\n#path =\n# no value\n#secret =\n# no "
							 "value\n#tunnel.<name>.host =\n"
							 "# no value\n#tunnel.<name>.secret =\n"s,
			configDump(load(table(), {})));
	}

	void testOverruledValuesAreCommentsOrReplaced()
	{
		const std::string dump = configDump(
			load(table(), {"--path=p"}), {{"path", std::nullopt}, {"port", "90"}, {"secret", "x"}});
		CPPUNIT_ASSERT_EQUAL(
			"# default\nport = 90\n# --path, does not count\n#path = p\n# no value\n#secret =\n"s,
			dump.substr(0, dump.find("# no value\n#tunnel")));
	}

	void testWhatNoLayerHasIsAddedToItsFamily()
	{
		const Overruled added{
			{"tunnel.b.host", "h\\i"}, {"nonsense", "x"}, {"tunnel.a.secret", std::nullopt}};
		const std::string alone = configDump(load(table(), {}), added);
		CPPUNIT_ASSERT_EQUAL("# no value\n#secret =\n# command line\ntunnel.b.host = h\\\\i\n"s,
			alone.substr(alone.find("# no value\n#secret")));
		const std::string file = _directory.write("f", "tunnel.a.host = a\n");
		const std::string beside = configDump(load(table(), {"--config", file}), added);
		CPPUNIT_ASSERT_EQUAL("# " + file +
								 ":1\ntunnel.a.host = a\n# no value\n#tunnel.a.secret =\n# command "
								 "line\ntunnel.b.host = h\\\\i\n",
			beside.substr(beside.find("# " + file)));
	}

	void testFedBackItGivesTheSame()
	{
		const std::string path = "a\\b #=:!${c} \n\r\t.";
		const std::string file = _directory.write("f", "tunnel.b.host = h\ntunnel.a.host = i\n");
		const Settings first = load(table(), {"--config", file, "--path", path});
		const Settings second = load(table(), {"--config", _directory.write("g", configDump(first))});
		CPPUNIT_ASSERT_EQUAL(path, second.get("path").text);
		CPPUNIT_ASSERT(second.names("tunnel") == first.names("tunnel"));
		for (const std::string key : {"port", "tunnel.b.host", "tunnel.a.host"})
			CPPUNIT_ASSERT_EQUAL(first.get(key).text, second.get(key).text);
	}

	void testSpaceAroundAValueIsNoted()
	{
		const std::string dump = configDump(load(table(), {"--path", " p"}));
		CPPUNIT_ASSERT(dump.find("# --path, has space around it, which a file cannot hold\n#path =  p\n") !=
					   std::string::npos);
	}

	void testOfTwoWaysTheLowerOneIsOverruled()
	{
		const auto overruled = [](const Settings& settings)
		{ return overruledOf(settings, "secret", "path"); };
		CPPUNIT_ASSERT(overruled(load(table(), {"--secret=S"})).empty());
		CPPUNIT_ASSERT_EQUAL(
			"path"s, overruled(load(table(), {"--secret=S"}, {{"BORE_PATH", "p"}})).begin()->first);
		CPPUNIT_ASSERT_EQUAL(
			"secret"s, overruled(load(table(), {"--path=p"}, {{"BORE_SECRET", "S"}})).begin()->first);
	}

private:
	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigDumpTest);
