//
// EffectiveConfigTest.cpp
//

#include "Shared/EffectiveConfig.h"
#include "testsuite/support/Arguments.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using Keys = std::vector<std::string>;

namespace
{

const SettingTable& table()
{
	static const SettingTable result({"prog", "", "", {}},
		{
			Setting::number("zeal", 1, 9).orElse("1").explained("how much"),
			Setting::number("place", 1, 9).orElse("1").requiringRestart().explained("where"),
			Setting::of(Setting::Kind::Path, "file").requiringRestart().explained("a file"),
			Setting::of(Setting::Kind::Secret, "secret").explained("a secret"),
			Setting::of(Setting::Kind::Path, "secretFile").explained("its file"),
			Setting::number("of.<name>.this", 1, 9).explained("this"),
			Setting::number("of.<name>.that", 1, 9).orElseThatOf("zeal").explained("that"),
		});
	return result;
}

} // namespace

class EffectiveConfigTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(EffectiveConfigTest);
	CPPUNIT_TEST(testNothingChangesWhereNothingDid);
	CPPUNIT_TEST(testChangesStandInTheOrderOfTheTable);
	CPPUNIT_TEST(testValuesThatComeAndGoAreChanges);
	CPPUNIT_TEST(testDefaultWrittenDownIsNoChange);
	CPPUNIT_TEST(testBorrowedDefaultChangesWithItsLender);
	CPPUNIT_TEST(testSecretsAreLeftToOthers);
	CPPUNIT_TEST(testWhatDoesNotCountIsNoChange);
	CPPUNIT_TEST(testRestartIsNeededUntilTheValueIsThatOfTheStart);
	CPPUNIT_TEST(testAdoptedValuesAreTheBaseOfTheNext);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNothingChangesWhereNothingDid()
	{
		const auto changes =
			config("zeal = 2\nof.a.this = 3\n").changesTo(config("zeal = 2\nof.a.this = 3\n"));
		CPPUNIT_ASSERT(changes.reloaded.empty());
		CPPUNIT_ASSERT(changes.atRestart.empty());
	}

	void testChangesStandInTheOrderOfTheTable()
	{
		const auto changes =
			config("").changesTo(config("of.b.this = 4\nfile = f\nsecretFile = s\nplace = 2\nzeal = 2\n"));
		CPPUNIT_ASSERT((changes.reloaded == Keys{"zeal", "secretFile", "of.b.*"}));
		CPPUNIT_ASSERT((changes.atRestart == Keys{"place", "file"}));
	}

	void testValuesThatComeAndGoAreChanges()
	{
		const auto before = config("file = f\nof.a.this = 3\nof.c.this = 5\n");
		const auto after = config("of.b.this = 3\nof.c.this = 6\n");
		const auto changes = before.changesTo(after);
		CPPUNIT_ASSERT((changes.reloaded == Keys{"of.a.*", "of.b.*", "of.c.this"}));
		CPPUNIT_ASSERT((changes.atRestart == Keys{"file"}));
	}

	void testDefaultWrittenDownIsNoChange()
	{
		CPPUNIT_ASSERT(config("").changesTo(config("zeal = 1\n")).reloaded.empty());
	}

	void testBorrowedDefaultChangesWithItsLender()
	{
		const auto changes = config("of.a.this = 3\n").changesTo(config("of.a.this = 3\nzeal = 2\n"));
		CPPUNIT_ASSERT((changes.reloaded == Keys{"zeal", "of.a.that"}));
	}

	void testSecretsAreLeftToOthers()
	{
		CPPUNIT_ASSERT(config("secret = a\n").changesTo(config("secret = b\n")).reloaded.empty());
		CPPUNIT_ASSERT(config("").changesTo(config("secret = b\n")).reloaded.empty());
	}

	void testWhatDoesNotCountIsNoChange()
	{
		const auto before = config("zeal = 2\n", {{"zeal", std::nullopt}});
		CPPUNIT_ASSERT(before.changesTo(config("zeal = 3\n", {{"zeal", std::nullopt}})).reloaded.empty());
		CPPUNIT_ASSERT(before.changesTo(config("", {{"zeal", std::nullopt}})).reloaded.empty());
		const auto shown = config("zeal = 2\n", {{"zeal", "7"}});
		CPPUNIT_ASSERT(shown.changesTo(config("zeal = 7\n")).reloaded.empty());
		CPPUNIT_ASSERT((shown.changesTo(config("zeal = 2\n")).reloaded == Keys{"zeal"}));
	}

	void testRestartIsNeededUntilTheValueIsThatOfTheStart()
	{
		auto running = config("place = 2\n");
		for (int i = 0; i < 2; ++i)
		{
			const auto now = config("place = 3\nfile = f\n");
			CPPUNIT_ASSERT((running.changesTo(now).atRestart == Keys{"place", "file"}));
			running.adopt(now);
		}
		CPPUNIT_ASSERT(running.changesTo(config("place = 2\n")).atRestart.empty());
	}

	void testAdoptedValuesAreTheBaseOfTheNext()
	{
		auto running = config("zeal = 2\nof.a.this = 3\n");
		const auto now = config("zeal = 3\nof.b.this = 3\n");
		running.adopt(now);
		CPPUNIT_ASSERT(running.changesTo(now).reloaded.empty());
		CPPUNIT_ASSERT(
			(running.changesTo(config("zeal = 2\nof.b.this = 3\nof.b.that = 3\n")).reloaded == Keys{"zeal"}));
	}

private:
	[[nodiscard]] EffectiveConfig config(const std::string& text, const Overruled& overruled = {}) const
	{
		const std::string file = _directory.write("f", text);
		CPPUNIT_ASSERT_EQUAL(0, ::chmod(file.c_str(), 0600));
		return EffectiveConfig(load(table(), {"--config", file}), overruled);
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EffectiveConfigTest);
