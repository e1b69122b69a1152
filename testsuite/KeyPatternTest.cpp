//
// KeyPatternTest.cpp
//

#include "Shared/KeyPattern.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;
using namespace std::string_literals;

class KeyPatternTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(KeyPatternTest);
	CPPUNIT_TEST(testKeyWithoutANameStandsForItself);
	CPPUNIT_TEST(testNameIsFoundInItsPlace);
	CPPUNIT_TEST(testNameMayStandLast);
	CPPUNIT_TEST(testOtherKeysAreNoneOfTheFamily);
	CPPUNIT_TEST(testNamesAreOfAFewCharacters);
	CPPUNIT_TEST(testLikenessHasTheNameThatWasTyped);
	CPPUNIT_TEST_SUITE_END();

public:
	void testKeyWithoutANameStandsForItself()
	{
		const KeyPattern pattern("control.port");
		CPPUNIT_ASSERT(!pattern.isFamily());
		CPPUNIT_ASSERT_EQUAL(""s, pattern.family());
		CPPUNIT_ASSERT(!pattern.nameIn("control.port"));
		CPPUNIT_ASSERT_EQUAL("control.port"s, pattern.keyOf("x"));
	}

	void testNameIsFoundInItsPlace()
	{
		const KeyPattern pattern("tunnel.<name>.localPort");
		CPPUNIT_ASSERT(pattern.isFamily());
		CPPUNIT_ASSERT_EQUAL("tunnel"s, pattern.family());
		CPPUNIT_ASSERT_EQUAL("web"s, std::string(*pattern.nameIn("tunnel.web.localPort")));
		CPPUNIT_ASSERT_EQUAL("a.b"s, std::string(*pattern.nameIn("tunnel.a.b.localPort")));
		CPPUNIT_ASSERT_EQUAL(""s, std::string(*pattern.nameIn("tunnel..localPort")));
		CPPUNIT_ASSERT_EQUAL("tunnel.web.localPort"s, pattern.keyOf("web"));
	}

	void testNameMayStandLast()
	{
		const KeyPattern pattern("port.reserve.<name>");
		CPPUNIT_ASSERT_EQUAL("port.reserve"s, pattern.family());
		CPPUNIT_ASSERT_EQUAL("bob"s, std::string(*pattern.nameIn("port.reserve.bob")));
		CPPUNIT_ASSERT_EQUAL("port.reserve.bob"s, pattern.likenessTo("prot.reserve.bob"));
	}

	void testOtherKeysAreNoneOfTheFamily()
	{
		const KeyPattern pattern("tunnel.<name>.localPort");
		for (const std::string key :
			{"tunnel.localPort", "tunnel.web.localHost", "tunel.web.localPort", "tunnel.web", ""})
			CPPUNIT_ASSERT_MESSAGE(key, !pattern.nameIn(key));
	}

	void testNamesAreOfAFewCharacters()
	{
		for (const auto& good : {"web"s, "A-b_9"s, "-"s, std::string(64, 'x')})
			CPPUNIT_ASSERT_MESSAGE(good, KeyPattern::isName(good));
		for (const auto& bad : {""s, "a.b"s, "a b"s, "<name>"s, "\xc3\xa4"s, std::string(65, 'x')})
			CPPUNIT_ASSERT_MESSAGE(bad, !KeyPattern::isName(bad));
	}

	void testLikenessHasTheNameThatWasTyped()
	{
		const KeyPattern pattern("tunnel.<name>.localPort");
		CPPUNIT_ASSERT_EQUAL("tunnel.web.localPort"s, pattern.likenessTo("tunnel.web.localPrt"));
		CPPUNIT_ASSERT_EQUAL("tunnel.web.localPort"s, pattern.likenessTo("tunel.web.localPort"));
		CPPUNIT_ASSERT_EQUAL("tunnel.<name>.localPort"s, pattern.likenessTo("tunnel.localPort"));
		CPPUNIT_ASSERT_EQUAL("tunnel.<name>.localPort"s, pattern.likenessTo("tunnel"));
		CPPUNIT_ASSERT_EQUAL("tunnel.<name>.localPort"s, pattern.likenessTo("tunnel.w\xc3\xa4.localPort"));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyPatternTest);
