//
// SettingTableTest.cpp
//

#include "Shared/SettingTable.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "[OPTION]...", "Does something.", {{ExitCode::Ok, "done"}}},
		{
			Setting::number("localPort", 1, 65535).taking("LOCAL_PORT").positional().explained("a place"),
			Setting::number("minPort", 1, 65535).shortened('m').orElse("1024").explained("a port"),
			Setting::of(Setting::Kind::Host, "localHost").shortened('l').explained("a host"),
			Setting::of(Setting::Kind::Secret, "secret").shortened('s').taking("S").explained("a secret"),
			Setting::of(Setting::Kind::Path, "secretFile").explained("a file"),
			Setting::flag("someFlag").explained("whether to"),
		});
	return result;
}

} // namespace

class SettingTableTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SettingTableTest);
	CPPUNIT_TEST(testSettingsAreFoundByEachName);
	CPPUNIT_TEST(testNamesAreWholeAndInTheirCase);
	CPPUNIT_TEST(testOnlyFlagsAreNegated);
	CPPUNIT_TEST(testPositionalIsNoOption);
	CPPUNIT_TEST(testKeysAreAllThereInOrder);
	CPPUNIT_TEST_SUITE_END();

public:
	void testSettingsAreFoundByEachName()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("minPort"), table().find("minPort")->key());
		CPPUNIT_ASSERT_EQUAL(std::string("minPort"), table().findOption("--min-port")->key());
		CPPUNIT_ASSERT_EQUAL(std::string("minPort"), table().findShort('m')->key());
		CPPUNIT_ASSERT_EQUAL(std::string("localPort"), table().positional()->key());
		CPPUNIT_ASSERT_EQUAL(std::string("someFlag"), table().findNegated("--no-some-flag")->key());
	}

	void testNamesAreWholeAndInTheirCase()
	{
		CPPUNIT_ASSERT(table().findOption("--min") == nullptr);
		CPPUNIT_ASSERT(table().findOption("--MIN-PORT") == nullptr);
		CPPUNIT_ASSERT(table().findOption("min-port") == nullptr);
		CPPUNIT_ASSERT(table().find("minport") == nullptr);
		CPPUNIT_ASSERT(table().findShort('M') == nullptr);
		CPPUNIT_ASSERT(table().findShort('\0') == nullptr);
	}

	void testOnlyFlagsAreNegated()
	{
		CPPUNIT_ASSERT(table().findNegated("--no-min-port") == nullptr);
		CPPUNIT_ASSERT(table().findNegated("--some-flag") == nullptr);
		CPPUNIT_ASSERT(table().findOption("--no-some-flag") == nullptr);
	}

	void testPositionalIsNoOption() { CPPUNIT_ASSERT(table().findOption("LOCAL_PORT") == nullptr); }

	void testKeysAreAllThereInOrder()
	{
		CPPUNIT_ASSERT_EQUAL(std::size_t(6), table().keys().size());
		CPPUNIT_ASSERT_EQUAL(std::string("localPort"), table().keys().front());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingTableTest);
