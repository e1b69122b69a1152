//
// UnknownKeyTest.cpp
//

#include "Shared/UnknownKey.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;
using namespace std::string_literals;

class UnknownKeyTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UnknownKeyTest);
	CPPUNIT_TEST(testNearestKeyIsMeant);
	CPPUNIT_TEST(testFamilyIsMeantWithTheNameTyped);
	CPPUNIT_TEST(testBadNameMeansItsOwnKey);
	CPPUNIT_TEST(testSeveralWordsMeanTheFirst);
	CPPUNIT_TEST(testNothingNearMeansNothing);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNearestKeyIsMeant()
	{
		const UnknownKey unknown = read("mniPort");
		CPPUNIT_ASSERT_EQUAL("unknown key: did you mean \"minPort\"?"s, unknown.text());
		CPPUNIT_ASSERT(unknown.meant() == std::vector<std::string>{"minPort"});
	}

	void testFamilyIsMeantWithTheNameTyped()
	{
		CPPUNIT_ASSERT(read("user.bob.limt").meant() == std::vector<std::string>{"user.bob.limit"});
	}

	void testBadNameMeansItsOwnKey()
	{
		const UnknownKey unknown = read("user.b+b.limit");
		CPPUNIT_ASSERT_EQUAL(
			"unknown key: in user.<name>.limit the name is 1 to 64 of A-Z, a-z, 0-9, _ and -"s,
			unknown.text());
		CPPUNIT_ASSERT(unknown.meant() == std::vector<std::string>{"user.b+b.limit"});
	}

	void testSeveralWordsMeanTheFirst()
	{
		const UnknownKey unknown = read("minPort hunter2");
		CPPUNIT_ASSERT_EQUAL("unknown key: a key is one word, as in \"key = value\""s, unknown.text());
		CPPUNIT_ASSERT(unknown.meant() == std::vector<std::string>{"minPort"});
	}

	void testNothingNearMeansNothing()
	{
		CPPUNIT_ASSERT_EQUAL("unknown key: see prog --help for the keys"s, read("colours").text());
		CPPUNIT_ASSERT(read("colours").meant().empty());
		CPPUNIT_ASSERT_EQUAL(
			"unknown key: known here are minPort, user.<name>.limit"s, read("colours", "").text());
	}

private:
	[[nodiscard]] static UnknownKey read(const std::string& key, const std::string& program = "prog")
	{
		const SettingTable table({program, "", "", {}},
			{Setting::number("minPort", 1, 9), Setting::number("user.<name>.limit", 1, 9)});
		return UnknownKey(table, key);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnknownKeyTest);
