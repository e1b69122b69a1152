//
// KeyTextTest.cpp
//

#include "doc/reference/KeyText.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace Bore;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "", "", {}},
		{
			Setting::number("minPort", 1, 9).in("ports").orElse("3").explained("lowest; see --bind-addr"),
			Setting::of(Setting::Kind::Address, "bindAddr")
				.explained("an address")
				.noted("Often none.")
				.like("::1"),
			Setting::choice("log.format", {"text", "json"}).orElse("text").explained("text, or json"),
			Setting::choice("target", {"off", "file"}).orElse("off").explained("where to"),
			Setting::number("x.<name>.min", 1, 9).orElseThatOf("minPort").explained("its --bind-addresses"),
		});
	return result;
}

} // namespace

class KeyTextTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(KeyTextTest);
	CPPUNIT_TEST(testHelpAllowedDefaultAndNoteAreSentences);
	CPPUNIT_TEST(testInFilesOptionsAreKeys);
	CPPUNIT_TEST(testChoicesAreNotToldTwice);
	CPPUNIT_TEST(testShownIsTheDefaultOrTheExample);
	CPPUNIT_TEST(testLinesAreBrokenAtBlanks);
	CPPUNIT_TEST_SUITE_END();

public:
	void testHelpAllowedDefaultAndNoteAreSentences()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::string("Lowest; see --bind-addr. A whole number of ports from 1 to 9. Default: 3."),
			_text.forCommandLine(setting("minPort")));
		CPPUNIT_ASSERT_EQUAL(std::string("An address. An IP address, such as 127.0.0.1 or ::1. Often none."),
			_text.forCommandLine(setting("bindAddr")));
		CPPUNIT_ASSERT_EQUAL(std::string(), KeyText::sentence(""));
	}

	void testInFilesOptionsAreKeys()
	{
		CPPUNIT_ASSERT_EQUAL(
			std::string("Lowest; see bindAddr. A whole number of ports from 1 to 9. Default: 3."),
			_text.forFile(setting("minPort")));
		// Whole names alone.
		CPPUNIT_ASSERT_EQUAL(
			std::string("Its --bind-addresses. A whole number from 1 to 9. Default: that of minPort."),
			_text.forFile(setting("x.<name>.min")));
	}

	void testChoicesAreNotToldTwice()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(), KeyText::allowed(setting("log.format")));
		CPPUNIT_ASSERT_EQUAL(std::string("one of off, file"), KeyText::allowed(setting("target")));
	}

	void testShownIsTheDefaultOrTheExample()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("3"), _text.shown(setting("minPort")));
		CPPUNIT_ASSERT_EQUAL(std::string("3"), _text.shown(setting("x.<name>.min")));
		CPPUNIT_ASSERT_EQUAL(std::string("::1"), _text.shown(setting("bindAddr")));
	}

	void testLinesAreBrokenAtBlanks()
	{
		const std::vector<std::string> expected{"a bc", "toolong", "d"};
		CPPUNIT_ASSERT(expected == KeyText::wrapped("a  bc toolong d", 4));
		CPPUNIT_ASSERT(KeyText::wrapped("", 4).empty());
	}

private:
	const KeyText _text{table()};

	[[nodiscard]] static const Setting& setting(const std::string& key) { return *table().find(key); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyTextTest);
