//
// ManPageTest.cpp
//

#include "doc/reference/ManPage.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace Bore;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "", "", {}},
		{
			Setting::number("port", 0, 9).shortened('p').orElse("0").explained("a port").beginning("Ports"),
			Setting::flag("wait").orElse("false").explained("whether true or false").beginning("Waiting"),
			Setting::of(Setting::Kind::Path, "x.<name>.file").taking("FILE").explained("'.' is a folder"),
		});
	return result;
}

} // namespace

class ManPageTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ManPageTest);
	CPPUNIT_TEST(testOptionsHaveAllTheirNamesAndNoFamily);
	CPPUNIT_TEST(testSectionBeginsWithTheFirstOfItsKeysThatIsShown);
	CPPUNIT_TEST(testLineThatWouldBeARequestIsText);
	CPPUNIT_TEST(testSpecialCharactersAreEscaped);
	CPPUNIT_TEST(testPartsFillTheirPlaces);
	CPPUNIT_TEST(testPlaceWithoutAPartIsAnError);
	CPPUNIT_TEST(testPartWithoutAPlaceIsAnError);
	CPPUNIT_TEST_SUITE_END();

public:
	void testOptionsHaveAllTheirNamesAndNoFamily()
	{
		CPPUNIT_ASSERT_EQUAL(std::string(".SS Ports\n"
										 ".TP\n"
										 "\\fB\\-p\\fR, \\fB\\-\\-port\\fR \\fIN\\fR\n"
										 "A port. A whole number from 0 to 9. Default: 0.\n"
										 "Key \\fBport\\fR,\nvariable \\fBBORE_PORT\\fR.\n"
										 ".SS Waiting\n"
										 ".TP\n"
										 "\\fB\\-\\-wait\\fR, \\fB\\-\\-no\\-wait\\fR\n"
										 "Whether true or false. Default: false.\n"
										 "Key \\fBwait\\fR,\nvariable \\fBBORE_WAIT\\fR.\n"),
			ManPage::options(table(), [](const Setting&) { return true; }));
	}

	void testSectionBeginsWithTheFirstOfItsKeysThatIsShown()
	{
		const std::string keys =
			ManPage::keys(table(), [](const Setting& setting) { return setting.isFamily(); });
		CPPUNIT_ASSERT_EQUAL(0, keys.compare(0, 12, ".SS Waiting\n"));
		const std::string options = ManPage::options(
			table(), [](const Setting&) { return true; }, ManPage::Sections::LeftOut);
		CPPUNIT_ASSERT(options.find(".SS") == std::string::npos);
	}

	void testLineThatWouldBeARequestIsText()
	{
		const std::string keys =
			ManPage::keys(table(), [](const Setting& setting) { return setting.isFamily(); });
		CPPUNIT_ASSERT_MESSAGE(keys, keys.find("\n\\&'.' is a folder.\n") != std::string::npos);
	}

	void testSpecialCharactersAreEscaped()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("a\\-b\\ec"), ManPage::escaped("a-b\\c"));
	}

	void testPartsFillTheirPlaces()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("v1 x\nline\n.SH\n"),
			ManPage::fill("@V@ x\n@L@\n.SH\n", {{"V", "v1"}, {"L", "line\n"}}));
	}

	void testPlaceWithoutAPartIsAnError() { expectError("a @X@ b", {}, "there is no part @X@"); }

	void testPartWithoutAPlaceIsAnError() { expectError("a", {{"X", "x"}}, "the page has no place for @X@"); }

private:
	static void expectError(
		const std::string& page, const std::map<std::string, std::string>& parts, const std::string& text)
	{
		try
		{
			static_cast<void>(ManPage::fill(page, parts));
			CPPUNIT_FAIL("no error");
		}
		catch (const std::invalid_argument& e)
		{
			CPPUNIT_ASSERT_EQUAL(text, std::string(e.what()));
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManPageTest);
