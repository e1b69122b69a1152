//
// SettingFaultsTest.cpp
//

#include "Shared/SettingFaults.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace Bore;
using namespace std::string_literals;

class SettingFaultsTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SettingFaultsTest);
	CPPUNIT_TEST(testNothingIsThrownWithoutAFault);
	CPPUNIT_TEST(testFaultsAreOrderedByLayerFileAndLine);
	CPPUNIT_TEST(testFaultsOfOnePlaceKeepTheirOrder);
	CPPUNIT_TEST(testCodeIsUsageOnlyIfTheCommandLineAloneIsWrong);
	CPPUNIT_TEST(testFaultBetweenKeysOfWhichOneIsWrongIsDropped);
	CPPUNIT_TEST(testTwoFaultsOfOneCheckMayShareAKey);
	CPPUNIT_TEST(testNothingIsCheckedBehindAFaultThatHidesKeys);
	CPPUNIT_TEST(testOtherFailuresOfACheckPass);
	CPPUNIT_TEST_SUITE_END();

public:
	void testNothingIsThrownWithoutAFault()
	{
		CPPUNIT_ASSERT(SettingFaults().empty());
		CPPUNIT_ASSERT_NO_THROW(SettingFaults().throwIfAny());
	}

	void testFaultsAreOrderedByLayerFileAndLine()
	{
		SettingFaults faults;
		faults.add(fault({Layer::CommandLine, 0, 0}, "line"));
		faults.add(fault({Layer::Environment, 0, 3}, "variable"));
		faults.add(fault({Layer::File, 1, 1}, "conf.d"));
		faults.add(fault({Layer::File, 0, 10}, "tenth"));
		faults.add(fault({Layer::File, 0, 9}, "ninth"));
		CPPUNIT_ASSERT_EQUAL("ninth\ntenth\nconf.d\nvariable\nline"s, textOf(faults));
		CPPUNIT_ASSERT_THROW(faults.throwIfAny(), SettingFailure);
	}

	void testFaultsOfOnePlaceKeepTheirOrder()
	{
		SettingFaults faults;
		faults.add(fault({Layer::File, 0, 1}, "first"));
		faults.add(fault({Layer::File, 0, 1}, "again"));
		CPPUNIT_ASSERT_EQUAL("first\nagain"s, textOf(faults));
	}

	void testCodeIsUsageOnlyIfTheCommandLineAloneIsWrong()
	{
		SettingFaults faults;
		faults.add({{Layer::CommandLine}, ExitCode::Usage, "a", {}});
		CPPUNIT_ASSERT(faults.failure().code() == ExitCode::Usage);
		faults.add({{Layer::Environment}, ExitCode::Configuration, "b", {}});
		CPPUNIT_ASSERT(faults.failure().code() == ExitCode::Configuration);
	}

	void testFaultBetweenKeysOfWhichOneIsWrongIsDropped()
	{
		SettingFaults faults;
		faults.add(fault({Layer::File, 0, 1}, "a is wrong", {"a"}));
		faults.collect([] { throw SettingFailure({fault({}, "b above a", {"b", "a"})}); });
		faults.collect([] { throw SettingFailure({fault({Layer::CommandLine}, "c above d", {"c", "d"})}); });
		// Wrong on another layer, too: that is told.
		faults.add(fault({Layer::Environment}, "a is wrong here", {"a"}));
		CPPUNIT_ASSERT_EQUAL("a is wrong\na is wrong here\nc above d"s, textOf(faults));
	}

	void testTwoFaultsOfOneCheckMayShareAKey()
	{
		SettingFaults faults;
		faults.collect(
			[] {
				throw SettingFailure({fault({}, "a and b", {"a", "b"}), fault({}, "a and c", {"a", "c"})});
			});
		CPPUNIT_ASSERT_EQUAL("a and b\na and c"s, textOf(faults));
	}

	void testNothingIsCheckedBehindAFaultThatHidesKeys()
	{
		SettingFaults faults;
		faults.addHiding(fault({}, "no file"));
		faults.collect([] { CPPUNIT_FAIL("checked"); });
		CPPUNIT_ASSERT_EQUAL("no file"s, textOf(faults));
	}

	void testOtherFailuresOfACheckPass()
	{
		SettingFaults faults;
		CPPUNIT_ASSERT_THROW(faults.collect([] { throw std::logic_error("bug"); }), std::logic_error);
		CPPUNIT_ASSERT(faults.empty());
	}

private:
	[[nodiscard]] static SettingFault fault(
		const Place& place, const std::string& text, const std::vector<std::string>& keys = {})
	{
		return {place, ExitCode::Configuration, text, keys};
	}

	[[nodiscard]] static std::string textOf(const SettingFaults& faults) { return faults.failure().what(); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingFaultsTest);
